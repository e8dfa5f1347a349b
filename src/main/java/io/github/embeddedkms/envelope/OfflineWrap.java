package io.github.embeddedkms.envelope;

import io.github.embeddedkms.crypto.HkdfSha256;
import io.github.embeddedkms.crypto.JdkCiphers;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Wraps the data key of an offline recipient under a key that is derived from the secrets of its
 * public keys, from everything else in the recipient, and from the context.
 */
final class OfflineWrap {

  private static final byte[] LABEL =
      "embedded-kms/offline-recipient/v1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SALT = new byte[32];
  private static final int KEY_BYTES = 32;
  private static final int TAG_BITS = SegmentCipher.TAG_BYTES * Byte.SIZE;

  /** Each key wraps one data key only, so its nonce may be constant. */
  private static final byte[] NONCE = new byte[12];

  private OfflineWrap() {}

  /**
   * Wraps a data key.
   *
   * @param secret the secret of the first key, followed by that of the second if there are two
   * @param record the recipient; its wrapped data key is not used
   * @param dataKey 32 bytes
   */
  static Bytes wrap(
      SecretBytes secret, OfflineRecord record, EncryptionContext context, SecretBytes dataKey) {
    byte[] wrapped =
        dataKey.lend(
            bytes -> {
              try {
                return run(Cipher.ENCRYPT_MODE, secret, record, context, bytes);
              } catch (GeneralSecurityException e) {
                throw new AssertionError("every JDK encrypts by AES-GCM", e);
              }
            });
    return Bytes.fromByteArray(wrapped);
  }

  /** Unwraps a data key; empty if the secret or the context is another one, or anything altered. */
  static Optional<SecretBytes> unwrap(
      SecretBytes secret, OfflineRecord record, EncryptionContext context) {
    byte[] dataKey = {};
    try {
      dataKey = run(Cipher.DECRYPT_MODE, secret, record, context, record.wrapped().asByteArray());
      return Optional.of(SecretBytes.fromByteArray(dataKey));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("AES-GCM fails because of its tag only", e);
    } finally {
      Arrays.fill(dataKey, (byte) 0);
    }
  }

  private static byte[] run(
      int mode, SecretBytes secret, OfflineRecord record, EncryptionContext context, byte[] input)
      throws GeneralSecurityException {
    byte[] head = record.head();
    byte[] canonical = context.canonicalBytes();
    byte[] info =
        ByteBuffer.allocate(LABEL.length + 1 + head.length + canonical.length)
            .put(LABEL)
            .put((byte) Prefix.AES_256_GCM)
            .put(head)
            .put(canonical)
            .array();
    byte[] key = secret.lend(bytes -> HkdfSha256.derive(bytes, SALT, info, KEY_BYTES));
    // A cipher keeps its key: this one belongs to the call, and ends with a key of zeros.
    Cipher cipher = JdkCiphers.create("AES/GCM/NoPadding");
    GCMParameterSpec nonce = new GCMParameterSpec(TAG_BITS, NONCE);
    try {
      cipher.init(mode, new SecretKeySpec(key, "AES"), nonce);
      return cipher.doFinal(input);
    } finally {
      Arrays.fill(key, (byte) 0);
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), nonce);
    }
  }
}
