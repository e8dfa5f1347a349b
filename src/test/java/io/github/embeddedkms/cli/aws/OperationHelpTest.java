package io.github.embeddedkms.cli.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.operation.OperationType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * The help is the Javadoc of the requests, which is not available at run time. It is kept in a
 * resource, which is compared with the sources here and written by {@code mvn test
 * -Dtest=OperationHelpTest -Dhelp.write}.
 */
class OperationHelpTest {

  private static final Path SOURCES = Path.of("src/main/java/io/github/embeddedkms/operation");
  private static final Path RESOURCE =
      Path.of("src/main/resources/io/github/embeddedkms/cli/aws", OperationHelp.RESOURCE);

  @Test
  void resource_equalsTheSources() throws Exception {
    String texts = ofSources();
    if (System.getProperty("help.write") != null) {
      Files.createDirectories(RESOURCE.getParent());
      Files.writeString(RESOURCE, texts);
    }
    assertThat(Files.readString(RESOURCE))
        .as("if this differs: mvn test -Dtest=OperationHelpTest -Dhelp.write")
        .isEqualTo(texts);
  }

  @Test
  void everyOperationAndOption_hasHelp() throws Exception {
    List<String> names =
        Files.readAllLines(RESOURCE).stream().map(line -> line.split("=", 2)[0]).toList();
    for (OperationType operation : CommandNames.operations()) {
      assertThat(names).contains(operation.operationName());
      assertThat(names)
          .containsAll(
              RecordMember.of(operation.request()).stream()
                  .map(member -> operation.operationName() + "." + member.name())
                  .toList());
    }
  }

  private static String ofSources() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Map<String, String> texts = new TreeMap<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<Path> sources =
          CommandNames.operations().stream()
              .map(each -> SOURCES.resolve(each.operationName() + ".java"))
              .toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
      DocTrees comments = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        for (Tree type : unit.getTypeDecls()) {
          TreePath path = new TreePath(new TreePath(unit), type);
          add(
              texts,
              ((ClassTree) type).getSimpleName().toString(),
              comments.getDocCommentTree(path));
        }
      }
    }
    return texts.entrySet().stream()
        .map(text -> text.getKey() + "=" + text.getValue().replace("\\", "\\\\") + "\n")
        .collect(Collectors.joining());
  }

  private static void add(Map<String, String> texts, String operation, DocCommentTree comment) {
    Set<String> members =
        OperationType.named(operation).stream()
            .flatMap(each -> RecordMember.of(each.request()).stream())
            .map(RecordMember::name)
            .collect(Collectors.toSet());
    texts.put(operation, text(comment.getFirstSentence(), members));
    for (DocTree tag : comment.getBlockTags()) {
      if (tag instanceof ParamTree parameter) {
        texts.put(operation + "." + parameter.getName(), text(parameter.getDescription(), members));
      }
    }
  }

  /** As one line without markup, in which members have the names of their options. */
  private static String text(List<? extends DocTree> trees, Set<String> members) {
    return trees.stream()
        .map(tree -> text(tree, members))
        .collect(Collectors.joining())
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static String text(DocTree tree, Set<String> members) {
    if (tree instanceof TextTree text) {
      return text.getBody();
    }
    if (tree instanceof LiteralTree literal) {
      // A name can begin on another line than its tag.
      String code = literal.getBody().getBody().strip();
      return members.contains(code) ? "--" + CommandNames.hyphenated(code) : code;
    }
    if (tree instanceof LinkTree link) {
      return link.getLabel().isEmpty()
          ? reference(link.getReference().getSignature())
          : text(link.getLabel(), members);
    }
    throw new AssertionError("no text is known for " + tree);
  }

  /** The value of an enumeration, or the command of an operation. */
  private static String reference(String signature) {
    String name = signature.substring(signature.indexOf('#') + 1);
    String simple = name.substring(name.lastIndexOf('.') + 1);
    return OperationType.named(simple).map(CommandNames::command).orElse(simple);
  }
}
