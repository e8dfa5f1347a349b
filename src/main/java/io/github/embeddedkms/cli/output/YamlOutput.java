package io.github.embeddedkms.cli.output;

import io.github.embeddedkms.cli.terminal.Escaping;
import io.github.embeddedkms.json.JsonTree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.emitter.Emitter;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.ImplicitTuple;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.events.StreamStartEvent;

/**
 * A value as YAML in block style, with the members of objects in the order of their names. A value
 * that is neither a list nor an object is printed as JSON, which is YAML too.
 *
 * <p>Source: AWS CLI User Guide, "YAML output format"; the lines were compared with those of
 * version 2 of the AWS CLI.
 */
final class YamlOutput {

  /**
   * Strings that must be quoted, since a reader of YAML 1.1 or 1.2 could take them for a boolean, a
   * number, null, a date, or a merge key. The first alternative is the empty string.
   */
  private static final Pattern OTHER_TYPE =
      Pattern.compile(
          "|true|True|TRUE|false|False|FALSE|~|null|Null|NULL|<<|="
              + "|[-+]?0b[0-1_]+|[-+]?0o?[0-7_]+|[-+]?[0-9_]+|[-+]?0x[0-9a-fA-F_]+"
              + "|[-+]?[0-9][0-9_]*\\.[0-9_]*([eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+"
              + "|[-+]?\\.[0-9_]+([eE][-+][0-9]+)?|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)"
              + "|[0-9]{4}-[0-9]{2}-[0-9]{2}"
              + "|[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt]|[ \\t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\\.[0-9]*)?"
              + "([ \\t]*(Z|[-+][0-9]{1,2}(:[0-9]{2})?))?");

  private final StringBuilder lines = new StringBuilder();
  private final Emitter emitter;

  private YamlOutput(boolean unicode) {
    emitter =
        new Emitter(
            DumpSettings.builder().setUseUnicodeEncoding(unicode).build(),
            new StreamDataWriter() {
              @Override
              public void write(String text) {
                lines.append(text);
              }

              @Override
              public void write(String text, int offset, int length) {
                lines.append(text, offset, offset + length);
              }
            });
  }

  /** The lines of a value, each with its line end. */
  static String of(@Nullable Object value) {
    if (PythonValue.isScalar(value)) {
      return JsonTree.write(value, "") + "\n";
    }
    // Escapes for terminals are escapes of YAML only between double quotes, which the emitter
    // prefers for everything that is not ASCII if it may not write it.
    YamlOutput output = new YamlOutput(!hasUnsafe(value));
    output.document(value);
    return output.lines.toString();
  }

  private static boolean hasUnsafe(@Nullable Object value) {
    if (value instanceof Map<?, ?> object) {
      return object.keySet().stream().anyMatch(YamlOutput::hasUnsafe)
          || object.values().stream().anyMatch(YamlOutput::hasUnsafe);
    }
    if (value instanceof List<?> list) {
      return list.stream().anyMatch(YamlOutput::hasUnsafe);
    }
    return value instanceof String string
        && string.codePoints().anyMatch(c -> c != '\n' && c != '\t' && Escaping.isUnsafe(c));
  }

  private void document(@Nullable Object value) {
    emitter.emit(new StreamStartEvent());
    emitter.emit(new DocumentStartEvent(false, Optional.empty(), Map.of()));
    value(value);
    emitter.emit(new DocumentEndEvent(false));
    emitter.emit(new StreamEndEvent());
  }

  private void value(@Nullable Object value) {
    if (value instanceof Map<?, ?> object) {
      emitter.emit(
          new MappingStartEvent(Optional.empty(), Optional.empty(), true, FlowStyle.BLOCK));
      TreeMap<String, @Nullable Object> sorted = new TreeMap<>();
      object.forEach((name, member) -> sorted.put((String) name, member));
      sorted.forEach(
          (name, member) -> {
            value(name);
            value(member);
          });
      emitter.emit(new MappingEndEvent());
    } else if (value instanceof List<?> list) {
      emitter.emit(
          new SequenceStartEvent(Optional.empty(), Optional.empty(), true, FlowStyle.BLOCK));
      list.forEach(this::value);
      emitter.emit(new SequenceEndEvent());
    } else if (value instanceof String string) {
      scalar(string, !OTHER_TYPE.matcher(string).matches());
    } else {
      scalar(String.valueOf(value), true);
    }
  }

  private void scalar(String text, boolean plain) {
    emitter.emit(
        new ScalarEvent(
            Optional.empty(),
            Optional.empty(),
            new ImplicitTuple(plain, true),
            text,
            // The emitter would write several lines as a plain scalar, even after a colon, where
            // they cannot be read.
            text.indexOf('\n') < 0 ? ScalarStyle.PLAIN : ScalarStyle.SINGLE_QUOTED));
  }
}
