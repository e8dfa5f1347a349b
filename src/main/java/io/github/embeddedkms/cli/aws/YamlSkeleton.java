package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.operation.OperationType;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.List;

/**
 * What a request looks like in YAML, with a comment that says what each member is for, as {@code
 * --generate-cli-skeleton yaml-input} prints it. The values are those of {@link Skeleton}, and
 * binary members have the tag for bytes in Base64.
 */
final class YamlSkeleton {

  private final OperationHelp help;
  private final StringBuilder lines = new StringBuilder();

  private YamlSkeleton(OperationHelp help) {
    this.help = help;
  }

  /** Returns the lines for an operation, each with its line end. */
  static String of(OperationType operation) {
    YamlSkeleton skeleton = new YamlSkeleton(OperationHelp.of(operation));
    for (RecordMember member : RecordMember.of(operation.request())) {
      skeleton.member("", member, skeleton.help.sentence(member));
    }
    return skeleton.lines.isEmpty() ? "{}\n" : skeleton.lines.toString();
  }

  private void member(String start, RecordMember member, String sentence) {
    Type type = member.type();
    Type element = MemberTypes.elementOf(type);
    String scalar = element == null ? scalar(type) : "";
    lines.append(start).append(member.wireName()).append(":");
    lines.append(scalar.isEmpty() ? "" : " ").append(scalar);
    lines.append(comment(member, sentence)).append('\n');
    String indent = " ".repeat(start.length());
    if (element != null && MemberTypes.isRecord(element)) {
      String next = "- ";
      for (RecordMember inner : RecordMember.of((Class<?>) element)) {
        member(indent + next, inner, "");
        next = "  ";
      }
    } else if (element != null) {
      lines.append(indent).append("- ").append(scalar(element)).append('\n');
    } else if (MemberTypes.isRecord(type)) {
      for (RecordMember inner : RecordMember.of((Class<?>) type)) {
        member(indent + "  ", inner, "");
      }
    } else if (MemberTypes.isMap(type)) {
      lines.append(indent).append("  KeyName: ''\n");
    }
  }

  /** Empty for what has lines of its own. */
  private static String scalar(Type type) {
    if (MemberTypes.isMap(type) || MemberTypes.isRecord(type)) {
      return "";
    }
    if (MemberTypes.isBytes(type)) {
      return "!!binary ''";
    }
    if (type == Boolean.class) {
      return "true";
    }
    if (type == Integer.class) {
      return "0";
    }
    if (type == Instant.class) {
      return "1970-01-01T00:00:00";
    }
    return type instanceof Class<?> plain && plain.isEnum()
        ? plain.getEnumConstants()[0].toString()
        : "''";
  }

  private static String comment(RecordMember member, String sentence) {
    String required = member.isRequired() ? " [REQUIRED]" : "";
    String text = sentence.isEmpty() ? "" : " " + sentence + ".";
    List<String> choices = OperationHelp.valuesOf(member);
    String values =
        choices.isEmpty() ? "" : " Valid values are: " + String.join(", ", choices) + ".";
    String comment = required + text + values;
    return comment.isEmpty() ? "" : " #" + comment;
  }
}
