package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What strings have for the bytes of binary members. Responses always have Base64.
 *
 * <p>Source: AWS CLI User Guide, "Binary/blob (binary large object) and streaming blob".
 */
enum BinaryFormat {
  /** Base64, the default. */
  BASE64("base64") {
    @Override
    String onWire(String text) {
      // Files of Base64 have line ends; the wire has none.
      String compact = text.replaceAll("\\s", "");
      byte[] bytes = Base64.getDecoder().decode(compact);
      Arrays.fill(bytes, (byte) 0);
      if (compact.length() % 4 != 0) {
        throw new IllegalArgumentException("incomplete");
      }
      return compact;
    }
  },
  /** The bytes themselves: the string in UTF-8, as in version 1 of the AWS CLI. */
  RAW("raw-in-base64-out") {
    @Override
    String onWire(String text) {
      try {
        ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        encoded.clear();
        encoded.put(new byte[encoded.capacity()]);
        String base64 = Base64.getEncoder().encodeToString(bytes);
        Arrays.fill(bytes, (byte) 0);
        return base64;
      } catch (CharacterCodingException e) {
        throw new IllegalArgumentException("not a Unicode string", e);
      }
    }
  };

  static final String OPTION = "--cli-binary-format";

  /** Chooses the format if the option is not given. */
  static final String VARIABLE = "AWS_CLI_BINARY_FORMAT";

  private final String word;

  BinaryFormat(String word) {
    this.word = word;
  }

  /**
   * Returns the Base64 of the bytes that a string has.
   *
   * @throws IllegalArgumentException if the string has no bytes in this format; the message may
   *     quote from the string
   */
  abstract String onWire(String text);

  /** The words that choose a format. */
  static List<String> words() {
    return List.of(BASE64.word, RAW.word);
  }

  /**
   * Returns the chosen format.
   *
   * @param option the value of the option; null if it is not given
   * @param environment returns a variable of the environment, or null
   * @throws CommandLineException if there is no such format
   */
  static BinaryFormat of(@Nullable String option, Function<String, @Nullable String> environment) {
    String variable = environment.apply(VARIABLE);
    String chosen = option == null ? variable : option;
    if (chosen == null || (option == null && chosen.isEmpty())) {
      return BASE64;
    }
    for (BinaryFormat format : values()) {
      if (format.word.equals(chosen)) {
        return format;
      }
    }
    throw option == null
        ? CommandLineException.configuration(
            VARIABLE + " is '" + chosen + "', and must be " + String.join(" or ", words()))
        : CommandLineException.invalidChoice(OPTION, option, words());
  }
}
