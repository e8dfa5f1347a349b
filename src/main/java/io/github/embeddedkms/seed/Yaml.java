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

/** YAML, which JSON is too, to a tree of places; what is neither is a {@link SeedException}. */
final class Yaml {

  /** Far more than a seed has, far less than a stack holds. */
  private static final int DEEPEST = 20;

  private static final int MOST_EVENTS = 300_000;
  private static final int MOST_REFERENCES = 50;

  /** In the failsafe schema nothing but text is a scalar: a key of digits stays what it is. */
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new FailsafeSchema())
          .setAllowNonScalarKeys(true) // refused later, with their line
          .setMaxAliasesForCollections(MOST_REFERENCES)
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

  /** Before the tree is made: the library makes it recursively, however deep and large it is. */
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
      if (depth > DEEPEST || ++events > MOST_EVENTS) {
        int line = event.getStartMark().map(Yaml::lineOf).orElse(0);
        throw new SeedException(
            source, line, depth > DEEPEST ? "nested too deeply" : "too many values");
      }
    }
  }

  /** Marks count from 0. */
  static int lineOf(Mark mark) {
    return mark.getLine() + 1;
  }

  private static int lineOf(String text, int position) {
    return 1 + (int) text.codePoints().limit(position).filter(c -> c == '\n').count();
  }
}
