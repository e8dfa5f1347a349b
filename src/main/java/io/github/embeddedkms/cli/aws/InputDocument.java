package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.cli.parameter.ParameterFile;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonTree;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** All parameters of an operation as one document, in JSON or in YAML. */
enum InputDocument {
  /** A JSON object. */
  JSON("--cli-input-json", "JSON") {
    @Override
    @Nullable Object parse(String text) {
      try {
        return JsonTree.read(text);
      } catch (JsonException e) {
        throw invalid();
      }
    }
  },
  /** A YAML mapping. Binary members may have the tag {@code !!binary}, then they are bytes. */
  YAML("--cli-input-yaml", "YAML") {
    @Override
    @Nullable Object parse(String text) {
      LoadSettings settings =
          LoadSettings.builder()
              .setSchema(new CoreSchema())
              .setMaxAliasesForCollections(MAX_REFERENCES)
              .build();
      try {
        requireDepth(new ParserImpl(settings, new StreamReader(settings, text)));
        return plain(new Load(settings).loadFromString(text), 0);
      } catch (YamlEngineException | IllegalArgumentException e) {
        throw invalid();
      }
    }
  };

  /** Requests have three levels. The stack of the YAML parser ends at some thousands. */
  private static final int MAX_DEPTH = 100;

  /** Few enough that lists that consist of references to other lists stay small. */
  private static final int MAX_REFERENCES = 10;

  private final String option;
  private final String language;

  InputDocument(String option, String language) {
    this.option = option;
    this.language = language;
  }

  /** The option whose value is the document. */
  String option() {
    return option;
  }

  /**
   * Reads the parameters.
   *
   * @param value the value of the option: the document, or a file with it
   * @throws CommandLineException if this is not such a document, or not an object
   */
  Map<String, @Nullable Object> read(String value) {
    Object document = parse(ParameterFile.anyTextOf(option, value));
    if (!(document instanceof Map<?, ?> members)) {
      throw CommandLineException.parameter(
          option, "Invalid type: a " + language + " object is expected");
    }
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    members.forEach((name, member) -> object.put((String) name, member));
    return object;
  }

  abstract @Nullable Object parse(String text);

  CommandLineException invalid() {
    return CommandLineException.parameter(option, "Invalid " + language + " received.");
  }

  void requireDepth(Iterator<Event> events) {
    int depth = 0;
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
        throw invalid();
      }
      if (event instanceof CollectionEndEvent) {
        depth--;
      }
    }
  }

  /** The value in the types that JSON has here; bytes stay bytes. */
  @Nullable Object plain(@Nullable Object value, int depth) {
    if (value == null
        || value instanceof String
        || value instanceof Boolean
        || value instanceof Integer) {
      return value;
    }
    if (value instanceof byte[] content) {
      // Each is wiped by itself, and references can share it.
      return content.clone();
    }
    if (value instanceof Number number) {
      return new BigDecimal(number.toString());
    }
    // A list can contain itself.
    if (depth < MAX_DEPTH && value instanceof List<?> list) {
      List<@Nullable Object> elements = new ArrayList<>();
      list.forEach(element -> elements.add(plain(element, depth + 1)));
      return elements;
    }
    if (depth < MAX_DEPTH && value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> members = new LinkedHashMap<>();
      map.forEach((name, member) -> members.put(name(name), plain(member, depth + 1)));
      return members;
    }
    throw invalid();
  }

  private String name(@Nullable Object name) {
    if (name instanceof String text) {
      return text;
    }
    throw CommandLineException.parameter(
        option, "Invalid type: the key " + name + " is not a string; put it in quotes");
  }
}
