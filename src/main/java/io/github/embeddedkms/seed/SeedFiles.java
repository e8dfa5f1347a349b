package io.github.embeddedkms.seed;

import io.github.embeddedkms.local.Seed;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads seeds from YAML 1.2 or JSON, in UTF-8:
 *
 * <pre>{@code
 * Keys:
 *   Symmetric:
 *     Aes:
 *       - Metadata:
 *           KeyId: bc436485-5092-42b8-92a3-0aa8b93536dc
 *           Description: orders
 *         BackingKeys:
 *           - 5cdaead27fe7da2de47945d73cd6d79e36494e73802f3cd3869f1d2cb0b5d7a9
 *         Tags:
 *           - TagKey: team
 *             TagValue: billing
 * Aliases:
 *   - AliasName: alias/orders
 *     TargetKeyId: bc436485-5092-42b8-92a3-0aa8b93536dc
 * }</pre>
 *
 * <p>{@code KeyId}, {@code AliasName}, {@code TargetKeyId}, {@code TagKey} and {@code TagValue} are
 * required, everything else may be absent. {@code Metadata} may also have {@code KeyUsage}, {@code
 * KeySpec}, {@code CustomerMasterKeySpec}, {@code Origin}, {@code Enabled}, {@code KeyState} and
 * {@code MultiRegion}, with what a key has by itself. The oldest backing key stands first, the last
 * one seals. Every value is taken as the text that stands there.
 *
 * <p>A file is read strictly: what is unknown, comes twice, or is of the wrong kind is refused, and
 * so is what the service has and this library does not have yet. At most 4 MiB, 300,000 values and
 * 50 references to anchored lists and mappings.
 *
 * <p>It needs {@code org.snakeyaml:snakeyaml-engine}, which nothing else of this library does.
 * Without it, what could otherwise be read is an {@link IllegalStateException}.
 */
public final class SeedFiles {

  private static final int MAX_BYTES = 4 << 20;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private SeedFiles() {}

  /**
   * Reads a file.
   *
   * @param file a file in YAML or JSON
   * @return the seed
   * @throws SeedException if the file is not of its form
   * @throws UncheckedIOException if it cannot be read
   */
  public static Seed read(Path file) {
    try (InputStream content = Files.newInputStream(file)) {
      return read(content, file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("embedded-kms: cannot read " + file, e);
    }
  }

  /**
   * Reads a stream to its end, without closing it.
   *
   * @param content YAML or JSON
   * @param sourceName what errors call it
   * @return the seed
   * @throws SeedException if the content is not of its form
   * @throws UncheckedIOException if it cannot be read
   */
  public static Seed read(InputStream content, String sourceName) {
    byte[] bytes;
    try {
      bytes = content.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw new UncheckedIOException("embedded-kms: cannot read " + sourceName, e);
    }
    if (bytes.length > MAX_BYTES) {
      throw tooLarge(sourceName);
    }
    try {
      // Unlike String's constructor, the decoder refuses what is no UTF-8.
      ByteBuffer whole = ByteBuffer.wrap(bytes);
      return read(StandardCharsets.UTF_8.newDecoder().decode(whole).toString(), sourceName);
    } catch (CharacterCodingException e) {
      throw new SeedException(sourceName, 0, "is not in UTF-8");
    }
  }

  /**
   * Reads a text.
   *
   * @param text YAML or JSON
   * @param sourceName what errors call it
   * @return the seed
   * @throws SeedException if the text is not of its form
   */
  public static Seed read(String text, String sourceName) {
    if (text.length() > MAX_BYTES) {
      throw tooLarge(sourceName);
    }
    boolean marked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
    try {
      return new SeedReader(sourceName).read(marked ? text.substring(1) : text);
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "embedded-kms: to read seed files, add the dependency org.snakeyaml:snakeyaml-engine", e);
    }
  }

  private static SeedException tooLarge(String sourceName) {
    return new SeedException(sourceName, 0, "is larger than 4 MiB");
  }
}
