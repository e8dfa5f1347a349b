package io.github.embeddedkms.seed;

import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * Parses YAML, which includes JSON, into a tree of places; throws {@link SeedException} for
 * anything else.
 */
final class Yaml {

  /** Far more than a seed needs, and far less than would overflow the stack. */
  private static final int MAX_DEPTH = 20;

  private static final int MAX_EVENTS = 300_000;
  private static final int MAX_REFERENCES = 50;

  /** In the failsafe schema every scalar is a string, so a key of digits is not changed. */
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new FailsafeSchema())
          .setAllowNonScalarKeys(true) // refused later, with its line
          .setMaxAliasesForCollections(MAX_REFERENCES)
          .setCodePointLimit(Integer.MAX_VALUE)
          .build();

  private Yaml() {}

  static Place parse(String source, String text) {
    try {
      checkBounds(source, text);
      Optional<Node> root = new Composer(SETTINGS, parserOf(text)).getSingleNode();
      return new Place(
          source, root.orElseThrow(() -> new SeedException(source, 0, "has no content")));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().or(e::getContextMark).map(Yaml::lineOf).orElse(0);
      throw new SeedException(source, line, "neither YAML nor JSON: " + e.getProblem());
    } catch (ReaderException e) {
      throw new SeedException(
          source, lineOf(text, e.getPosition()), "a character that YAML forbids");
    } catch (YamlEngineException e) {
      throw new SeedException(source, 0, "neither YAML nor JSON: " + e.getMessage());
    }
  }

  private static ParserImpl parserOf(String text) {
    return new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text));
  }

  /**
   * Checks the bounds before the tree is created: the library creates it recursively, without
   * limits on depth or size.
   */
  private static void checkBounds(String source, String text) {
    int depth = 0;
    int events = 0;
    ParserImpl parser = parserOf(text);
    while (parser.hasNext()) {
      Event event = parser.next();
      if (event instanceof CollectionStartEvent) {
        depth++;
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      }
      if (depth > MAX_DEPTH || ++events > MAX_EVENTS) {
        int line = event.getStartMark().map(Yaml::lineOf).orElse(0);
        throw new SeedException(
            source, line, depth > MAX_DEPTH ? "nested too deeply" : "too many values");
      }
    }
  }

  /** Returns the line of a mark, counted from 1; marks count from 0. */
  static int lineOf(Mark mark) {
    return mark.getLine() + 1;
  }

  private static int lineOf(String text, int position) {
    return 1 + (int) text.codePoints().limit(position).filter(c -> c == '\n').count();
  }
}
