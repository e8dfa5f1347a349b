package io.github.embeddedkms.cli.parameter;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FileFailures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Values that are read from a file: {@code file://} for text, {@code fileb://} for bytes. */
public final class ParameterFile {

  private static final String TEXT = "file://";
  private static final String BINARY = "fileb://";

  /** More than any parameter may have; stops at endless devices. */
  private static final int MAX_BYTES = 32 << 20;

  private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\w+)|\\{([^}]*)\\})");

  private ParameterFile() {}

  /**
   * Returns the text of a file, if the value names one; otherwise the value itself.
   *
   * @param option the option with the value
   * @param value its value
   * @return the text
   * @throws CommandLineException if the file cannot be read, is larger than 32 MiB or is not UTF-8
   */
  public static String textOf(String option, String value) {
    return value.startsWith(TEXT) ? text(option, value, value.substring(TEXT.length())) : value;
  }

  private static String text(String option, String value, String name) {
    byte[] content = read(option, value, name);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw CommandLineException.parameter(
          option,
          "Unable to load paramfile ("
              + value
              + "), text contents could not be decoded."
              + (value.startsWith(TEXT)
                  ? "  If this is a binary file, please use the fileb:// prefix instead of the"
                      + " file:// prefix."
                  : ""));
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /**
   * Returns the same for a value that is never bytes: either prefix names a file of text.
   *
   * @param option the option with the value
   * @param value its value
   * @return the text
   * @throws CommandLineException if the file cannot be read, is larger than 32 MiB or is not UTF-8
   */
  public static String anyTextOf(String option, String value) {
    return value.startsWith(BINARY)
        ? text(option, value, value.substring(BINARY.length()))
        : textOf(option, value);
  }

  /**
   * Returns the bytes of a file, if the value names one with the prefix for bytes.
   *
   * @param option the option with the value
   * @param value its value
   * @return the bytes; null if the value names no such file
   * @throws CommandLineException if the file cannot be read or is larger than 32 MiB
   */
  public static byte @Nullable [] bytesOf(String option, String value) {
    return value.startsWith(BINARY) ? read(option, value, value.substring(BINARY.length())) : null;
  }

  /**
   * Returns the file that a value names with the prefix for text.
   *
   * @param value the value of an option
   * @return its name; empty if the value names no such file
   */
  public static Optional<Path> fileOf(String value) {
    return value.startsWith(TEXT)
        ? Optional.of(pathOf(value.substring(TEXT.length())))
        : Optional.empty();
  }

  private static byte[] read(String option, String value, String name) {
    try (var content = Files.newInputStream(pathOf(name))) {
      byte[] bytes = content.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("is larger than 32 MiB");
      }
      return bytes;
    } catch (IOException | InvalidPathException e) {
      throw CommandLineException.parameter(
          option, "Unable to load paramfile " + value + ": " + FileFailures.reason(e));
    }
  }

  /** A shell does not expand a tilde that follows a prefix, nor variables between quotes. */
  private static Path pathOf(String name) {
    String expanded =
        VARIABLE
            .matcher(name)
            .replaceAll(
                found -> {
                  String variable = found.group(1) == null ? found.group(2) : found.group(1);
                  String value = System.getenv(variable);
                  return Matcher.quoteReplacement(value == null ? found.group() : value);
                });
    return name.startsWith("~/")
        ? Path.of(System.getProperty("user.home"), expanded.substring(2))
        : Path.of(expanded);
  }
}
