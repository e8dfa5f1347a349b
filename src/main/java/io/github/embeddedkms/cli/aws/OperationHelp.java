package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.constraint.DeclaredConstraint;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Matches;
import io.github.embeddedkms.model.Range;
import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.operation.OperationType;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The help for operations and their options: the Javadoc of the records, which is kept in a
 * resource next to this class, and the constraints, which are read from the records themselves.
 */
public final class OperationHelp {

  /** Written by the tests from the sources. */
  static final String RESOURCE = "help.properties";

  /** No help, for commands whose help was not requested. */
  public static final OperationHelp NONE = new OperationHelp("", new Properties(), false);

  private final String operation;
  private final Properties texts;
  private final boolean wanted;

  private OperationHelp(String operation, Properties texts, boolean wanted) {
    this.operation = operation;
    this.texts = texts;
    this.wanted = wanted;
  }

  /**
   * Reads the help of an operation.
   *
   * @param operation the operation
   * @return its help
   */
  public static OperationHelp of(OperationType operation) {
    return new OperationHelp(operation.operationName(), load(), true);
  }

  private static Properties load() {
    Properties texts = new Properties();
    try (InputStream resource = OperationHelp.class.getResourceAsStream(RESOURCE)) {
      if (resource != null) {
        texts.load(new InputStreamReader(resource, StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("embedded-kms: cannot read " + RESOURCE, e);
    }
    return texts;
  }

  /** What the operation does, in one sentence. */
  String summary() {
    return escaped(texts.getProperty(operation, ""));
  }

  /** What a member is for, in one sentence or part of one. */
  String sentence(RecordMember member) {
    return texts.getProperty(operation + "." + member.name(), "");
  }

  /** What an option is for, and which values it takes. */
  String[] of(RecordMember member) {
    if (!wanted) {
      return new String[0];
    }
    String text = sentence(member);
    String constraints = String.join("; ", constraints(member));
    return constraints.isEmpty()
        ? new String[] {escaped(text)}
        : new String[] {escaped(text), escaped("(" + constraints + ")")};
  }

  /** The kind of value that an option takes. */
  String label(RecordMember member) {
    if (!valuesOf(member).isEmpty()) {
      // In scripts for completion, values belong to a label.
      return CommandNames.hyphenated(member.name()).replace('-', '_').toUpperCase(Locale.ROOT);
    }
    Type element = MemberTypes.elementOf(member.type());
    return label(element == null ? member.type() : element);
  }

  private static String label(Type type) {
    if (MemberTypes.isMap(type)) {
      return "key=value,...";
    }
    if (MemberTypes.isRecord(type)) {
      // With maps it is too long for a line; the description lists the members.
      return hasMaps(type) ? "member=value,..." : members(type).collect(Collectors.joining(","));
    }
    if (MemberTypes.isBytes(type)) {
      return "base64|fileb://FILE";
    }
    if (type == Integer.class) {
      return "N";
    }
    if (type == Boolean.class) {
      return "true|false";
    }
    return type == Instant.class ? "TIME" : "TEXT";
  }

  private static boolean hasMaps(Type type) {
    return MemberTypes.isRecord(type)
        && RecordMember.of((Class<?>) type).stream()
            .anyMatch(member -> MemberTypes.isMap(member.type()));
  }

  /** The members of a record in shorthand. */
  private static Stream<String> members(Type type) {
    return RecordMember.of((Class<?>) type).stream()
        .map(
            member -> {
              String value = label(member.type());
              return member.wireName()
                  + "="
                  + (MemberTypes.isMap(member.type()) ? "{" + value + "}" : value);
            });
  }

  private static List<String> constraints(RecordMember member) {
    List<String> constraints = new ArrayList<>();
    if (member.isRequired()) {
      constraints.add("required");
    }
    if (MemberTypes.isFlag(member)) {
      constraints.add("or --no-" + CommandNames.hyphenated(member.name()));
    }
    addConstraints(constraints, member.annotatedType());
    List<String> values = valuesOf(member);
    if (!values.isEmpty()) {
      constraints.add(String.join(", ", values));
    }
    if (hasMaps(member.type())) {
      constraints.add(members(member.type()).collect(Collectors.joining(", ")));
    }
    return constraints;
  }

  /** The values to choose from, for completion; empty for any other option. */
  List<String> values(RecordMember member) {
    return wanted ? valuesOf(member) : List.of();
  }

  /**
   * The values that a member, or the elements of a list, can have; empty if they are not listed.
   */
  static List<String> valuesOf(RecordMember member) {
    Type element = MemberTypes.elementOf(member.type());
    return (element == null ? member.type() : element) instanceof Class<?> plain && plain.isEnum()
        ? Arrays.stream(plain.getEnumConstants()).map(Object::toString).toList()
        : List.of();
  }

  private static void addConstraints(List<String> constraints, AnnotatedType type) {
    Length length = DeclaredConstraint.find(Length.class, type);
    if (length != null) {
      constraints.add(
          numbers(length.min(), length.max())
              + (MemberTypes.elementOf(type.getType()) != null
                  ? " elements"
                  : MemberTypes.isBytes(type.getType()) ? " bytes" : " characters"));
    }
    Range range = DeclaredConstraint.find(Range.class, type);
    if (range != null) {
      constraints.add(numbers(range.min(), range.max()));
    }
    Matches matches = DeclaredConstraint.find(Matches.class, type);
    if (matches != null) {
      constraints.add("pattern: " + matches.value());
    }
  }

  private static String numbers(int least, int most) {
    return String.format(Locale.ROOT, "%,d to %,d", least, most);
  }

  /** The printer of the help takes a percent sign for a format. */
  private static String escaped(String text) {
    return text.replace("%", "%%");
  }
}
