package io.github.embeddedkms.model;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An encryption context: pairs of keys and values that a ciphertext is bound to. They are not
 * secret, and are not stored in the ciphertext. Decryption succeeds only with the same context that
 * was used for encryption.
 *
 * <p>{@link #canonicalBytes()} is the form that is authenticated. Two contexts have the same form
 * only if they are equal: the number of pairs comes first, every key and value is preceded by its
 * length, keys are in the order of their UTF-8 bytes, and the UTF-8 is strict. If keys and values
 * were concatenated without lengths, {@code {ab: c}} would decrypt what was encrypted with {@code
 * {a: bc}}.
 *
 * <p>Immutable. Source: AWS KMS Developer Guide, "Encryption context".
 */
public final class EncryptionContext {

  private static final int MAX_PAIRS = 0xFFFF;
  private static final EncryptionContext NONE = new EncryptionContext(Map.of());

  private final Map<String, String> pairs;
  private final byte[] canonical;

  private EncryptionContext(Map<String, String> pairs) {
    this.pairs = pairs;
    this.canonical = encode(pairs);
  }

  /**
   * Returns the context without pairs, which is equivalent to an absent one.
   *
   * @return the empty context
   */
  public static EncryptionContext none() {
    return NONE;
  }

  /**
   * Copies a map. The order of its pairs does not matter; keys and values are case-sensitive.
   *
   * @param pairs up to 65,535 pairs of valid Unicode; keys and values may be empty
   * @return the context of these pairs
   * @throws IllegalArgumentException if there are more pairs, a key or value is null or has an
   *     unpaired surrogate
   */
  public static EncryptionContext of(Map<String, String> pairs) {
    return pairs.isEmpty()
        ? NONE
        : new EncryptionContext(Collections.unmodifiableMap(new LinkedHashMap<>(pairs)));
  }

  /**
   * Parses the result of {@link #canonicalBytes}, and nothing else: the bytes must be exactly the
   * canonical bytes of the context.
   *
   * @param canonical 2 bytes or more
   * @return the context
   * @throws IllegalArgumentException if a length is wrong, a key is out of order or a duplicate,
   *     UTF-8 is malformed, or there are trailing bytes
   */
  public static EncryptionContext fromCanonicalBytes(byte[] canonical) {
    ByteBuffer rest = ByteBuffer.wrap(canonical);
    Map<String, String> pairs = new LinkedHashMap<>();
    try {
      for (int left = rest.getShort() & MAX_PAIRS; left > 0; left--) {
        pairs.put(readText(rest), readText(rest));
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a canonical context is truncated", e);
    }
    EncryptionContext context = of(pairs);
    // Rejects a wrong order, duplicates and trailing bytes: there is only one canonical form.
    if (!Arrays.equals(context.canonical, canonical)) {
      throw new IllegalArgumentException("a context is not in its canonical form");
    }
    return context;
  }

  private static String readText(ByteBuffer rest) {
    int length = rest.getInt();
    // Checked before the allocation, so that a forged length cannot exhaust the memory.
    if (length < 0 || length > rest.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] text = new byte[length];
    rest.get(text);
    return Utf8.decode(text);
  }

  /**
   * Returns the pairs of this context.
   *
   * @return an unmodifiable map
   */
  public Map<String, String> asMap() {
    return pairs;
  }

  /**
   * Returns the bytes that a ciphertext is bound to: the number of pairs as a u16, then for each
   * pair a u32 length and the key, a u32 length and the value. Integers are big-endian, strings are
   * UTF-8, and keys ascend by their unsigned bytes.
   *
   * @return a new array of 2 bytes or more
   */
  public byte[] canonicalBytes() {
    return canonical.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EncryptionContext that && pairs.equals(that.pairs);
  }

  @Override
  public int hashCode() {
    return pairs.hashCode();
  }

  @Override
  public String toString() {
    return "EncryptionContext" + pairs;
  }

  private static byte[] encode(Map<String, String> pairs) {
    if (pairs.size() > MAX_PAIRS) {
      throw new IllegalArgumentException("an encryption context has at most 65535 pairs");
    }
    if (pairs.isEmpty()) {
      return new byte[Short.BYTES];
    }
    // Ordered by bytes: String.compareTo orders by UTF-16, which differs above U+FFFF.
    TreeMap<byte[], byte[]> sorted = new TreeMap<>(Arrays::compareUnsigned);
    int length = Short.BYTES;
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      byte[] key = encode(pair.getKey());
      byte[] value = encode(pair.getValue());
      sorted.put(key, value);
      length = Math.addExact(length, 2 * Integer.BYTES + key.length + value.length);
    }
    ByteBuffer canonical = ByteBuffer.allocate(length).putShort((short) pairs.size());
    sorted.forEach(
        (key, value) -> canonical.putInt(key.length).put(key).putInt(value.length).put(value));
    return canonical.array();
  }

  private static byte[] encode(@Nullable String text) {
    if (text == null) {
      throw new IllegalArgumentException("an encryption context has no null keys or values");
    }
    try {
      return Utf8.encode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "an encryption context has no unpaired surrogates in its keys or values", e);
    }
  }
}
