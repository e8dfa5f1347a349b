package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.ImportedPrivateKey;
import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.crypto.XaesGcm;
import io.github.embeddedkms.exception.InvalidImportTokenException;
import io.github.embeddedkms.model.AlgorithmSpec;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.TokenCipher;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Seals import tokens, and opens them again. Nothing is stored: a token contains the private key of
 * its wrapping key. Version 1:
 *
 * <pre>
 * token   = 0x01 || nonce || XAES-256-GCM(K_token, nonce, data, content)
 * data    = "embedded-kms/import-token/v1" || str(key ARN)
 * content = u64 expiry in milliseconds since 1970 || u8 algorithm || PKCS #8 of the wrapping key
 * </pre>
 *
 * <p>Numbers are big-endian; {@code str(x)} is a u32 length and UTF-8. The algorithms are 1 and 2
 * for RSAES_OAEP with SHA-1 and SHA-256, 3 and 4 for RSA_AES_KEY_WRAP with SHA-1 and SHA-256, and 5
 * for SM2PKE. {@code K_token} belongs to the store; if that has none, it is a random key of this
 * provider. The key ARN binds a token to one key of one account and Region.
 *
 * <p>Safe for use by several threads.
 */
final class ImportTokens implements AutoCloseable {

  private static final byte[] VERSION = {1};
  private static final byte[] LABEL =
      "embedded-kms/import-token/v1".getBytes(StandardCharsets.US_ASCII);
  private static final int KEY_BYTES = 32;

  private final KeyStorage storage;

  /** The provider's own key, created on first use. Guarded by this object. */
  private @Nullable XaesGcm own;

  /** Guarded by this object. */
  private boolean closed;

  ImportTokens(KeyStorage storage) {
    this.storage = storage;
  }

  /**
   * Seals a token.
   *
   * @param wrappingKey the private key, PKCS #8 in DER; the caller closes it
   */
  Bytes seal(String keyArn, Instant validTo, AlgorithmSpec algorithm, SecretBytes wrappingKey) {
    byte[] content =
        wrappingKey.lend(
            key ->
                ByteBuffer.allocate(Long.BYTES + 1 + key.length)
                    .putLong(validTo.toEpochMilli())
                    .put(codeOf(algorithm))
                    .put(key)
                    .array());
    try {
      return Bytes.fromByteArray(cipher().seal(VERSION, content, dataOf(keyArn)));
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /**
   * Opens a token, which may have expired. The caller closes the result.
   *
   * @throws InvalidImportTokenException if it is not a token of this key; the service's message was
   *     never recorded
   */
  ImportToken open(String keyArn, Bytes token) {
    byte[] bytes = token.asByteArray();
    if (bytes[0] != VERSION[0]) {
      throw invalid();
    }
    try (SecretBytes content =
        cipher().open(bytes, VERSION.length, dataOf(keyArn)).orElseThrow(ImportTokens::invalid)) {
      return content.lend(ImportTokens::parse);
    }
  }

  private static ImportToken parse(byte[] content) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      Instant validTo = Instant.ofEpochMilli(buffer.getLong());
      AlgorithmSpec algorithm = algorithmOf(buffer.get());
      SecretBytes key =
          SecretBytes.filledBy(
              buffer.remaining(),
              filled -> System.arraycopy(content, buffer.position(), filled, 0, filled.length));
      return new ImportToken(validTo, algorithm, ImportedPrivateKey.fromPkcs8(key));
    } catch (BufferUnderflowException e) {
      throw invalid();
    }
  }

  private static InvalidImportTokenException invalid() {
    return new InvalidImportTokenException(
        "embedded-kms: the import token is not one of this key: send the one that"
            + " GetParametersForImport returned for it");
  }

  private static byte codeOf(AlgorithmSpec algorithm) {
    return switch (algorithm) {
      case RSAES_OAEP_SHA_1 -> 1;
      case RSAES_OAEP_SHA_256 -> 2;
      case RSA_AES_KEY_WRAP_SHA_1 -> 3;
      case RSA_AES_KEY_WRAP_SHA_256 -> 4;
      case SM2_PKE -> 5;
      case RSAES_PKCS1_V1_5 -> throw new AssertionError("no tokens exist for " + algorithm);
    };
  }

  private static AlgorithmSpec algorithmOf(byte code) {
    return switch (code) {
      case 1 -> AlgorithmSpec.RSAES_OAEP_SHA_1;
      case 2 -> AlgorithmSpec.RSAES_OAEP_SHA_256;
      case 3 -> AlgorithmSpec.RSA_AES_KEY_WRAP_SHA_1;
      case 4 -> AlgorithmSpec.RSA_AES_KEY_WRAP_SHA_256;
      case 5 -> AlgorithmSpec.SM2_PKE;
      // Sealed by a newer version of this library.
      default -> throw invalid();
    };
  }

  private static byte[] dataOf(String keyArn) {
    byte[] arn = keyArn.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(LABEL.length + Integer.BYTES + arn.length)
        .put(LABEL)
        .putInt(arn.length)
        .put(arn)
        .array();
  }

  private TokenCipher cipher() {
    return storage.tokenCipher().orElseGet(this::ownCipher);
  }

  private TokenCipher ownCipher() {
    XaesGcm key = ownKey();
    return new TokenCipher() {
      @Override
      public byte[] seal(byte[] prefix, byte[] token, byte[] data) {
        return key.seal(prefix, token, data);
      }

      @Override
      public Optional<SecretBytes> open(byte[] sealed, int position, byte[] data) {
        return key.open(sealed, position, data);
      }
    };
  }

  private synchronized XaesGcm ownKey() {
    if (closed) {
      throw new IllegalStateException("the provider is closed");
    }
    if (own == null) {
      byte[] key = new byte[KEY_BYTES];
      SystemRandom.create().nextBytes(key);
      own = XaesGcm.of(key);
      Arrays.fill(key, (byte) 0);
    }
    return own;
  }

  /** Wipes the provider's own key: its tokens cannot be opened any longer. */
  @Override
  public synchronized void close() {
    closed = true;
    if (own != null) {
      own.close();
    }
  }
}
