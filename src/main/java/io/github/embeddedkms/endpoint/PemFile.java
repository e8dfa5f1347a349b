package io.github.embeddedkms.endpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file with certificates or a private key in PEM. Closing it overwrites its content with zeros.
 *
 * <p>Source: RFC 7468, sections 2 and 3. Lines outside of the blocks are ignored, as OpenSSL does.
 */
final class PemFile implements AutoCloseable {

  private static final int MAXIMUM_BYTES = 1 << 20;

  private final byte[] content;

  /** One character for each byte. */
  private final CharBuffer characters;

  private PemFile(byte[] content) {
    this.content = content;
    this.characters = ISO_8859_1.decode(ByteBuffer.wrap(content));
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it has more than 1 MiB
   */
  static PemFile read(Path file) throws IOException {
    byte[] buffer = new byte[MAXIMUM_BYTES + 1];
    try (InputStream in = Files.newInputStream(file)) {
      int length = in.readNBytes(buffer, 0, buffer.length);
      if (length > MAXIMUM_BYTES) {
        throw new IllegalArgumentException(
            "embedded-kms: " + file + " has more than 1 MiB, too much for a PEM file");
      }
      return new PemFile(Arrays.copyOf(buffer, length));
    } finally {
      Arrays.fill(buffer, (byte) 0);
    }
  }

  /** Returns the label of the first block whose label ends like this. */
  Optional<String> firstLabel(String end) {
    Matcher begin =
        Pattern.compile("-----BEGIN ((?:[A-Z0-9]+ )*" + end + ")-----").matcher(characters);
    return begin.find() ? Optional.of(begin.group(1)) : Optional.empty();
  }

  /**
   * Decodes the blocks with this label.
   *
   * @return one array for each block, to be wiped by the caller if it is secret
   * @throws IllegalArgumentException if a block has no end, or is not Base64
   */
  List<byte[]> blocks(String label) {
    String end = "-----END " + label + "-----";
    Matcher begin = Pattern.compile("-----BEGIN " + label + "-----").matcher(characters);
    Matcher endOfBlock = Pattern.compile(end).matcher(characters);
    List<byte[]> blocks = new ArrayList<>();
    for (int at = 0; begin.find(at); at = endOfBlock.end()) {
      if (!endOfBlock.find(begin.end())) {
        throw new IllegalArgumentException("the line " + end + " is missing");
      }
      blocks.add(decode(begin.end(), endOfBlock.start()));
    }
    return blocks;
  }

  /** White space may be anywhere. The decoder of MIME would ignore damaged characters too. */
  private byte[] decode(int from, int to) {
    byte[] base64 = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      if (!Character.isWhitespace(content[i])) {
        base64[length++] = content[i];
      }
    }
    byte[] exact = Arrays.copyOf(base64, length);
    try {
      return Base64.getDecoder().decode(exact);
    } catch (IllegalArgumentException e) {
      // The message of the caught exception quotes a character.
      throw new IllegalArgumentException("the Base64 is damaged");
    } finally {
      Arrays.fill(base64, (byte) 0);
      Arrays.fill(exact, (byte) 0);
    }
  }

  @Override
  public void close() {
    Arrays.fill(content, (byte) 0);
    Arrays.fill(characters.array(), '\0');
  }
}
