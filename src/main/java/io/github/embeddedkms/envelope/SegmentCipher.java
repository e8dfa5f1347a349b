package io.github.embeddedkms.envelope;

import io.github.embeddedkms.crypto.JdkCiphers;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens single segments of one message with the JDK's AES-256-GCM. A segment's number is
 * in its nonce, so that no segment can take the place of another.
 *
 * <p>Not safe for use by several threads.
 */
final class SegmentCipher {

  /** The plaintext length of every segment but the last, which is shorter. */
  static final int PLAINTEXT_BYTES = 65_536;

  static final int TAG_BYTES = 16;
  static final int SEALED_BYTES = PLAINTEXT_BYTES + TAG_BYTES;

  /** The maximum number of segments of a message, which allows for 2^48 bytes. */
  static final long MAX_SEGMENTS = 1L << 32;

  private static final String NAME = "AES/GCM/NoPadding";

  /**
   * The object identifier of the same cipher, for keys of 256 bits. The JDK parses a name with
   * slashes each time, which takes longer than creating the cipher.
   */
  private static final String IDENTIFIER = "2.16.840.1.101.3.4.1.46";

  private static final String TRANSFORMATION = isIdentifierKnown() ? IDENTIFIER : NAME;

  private static final int TAG_BITS = TAG_BYTES * Byte.SIZE;

  private final SecretKey key;
  private final byte[] baseNonce;

  /** Created when it is first needed: a short message needs one cipher only. */
  private @Nullable Cipher cipher;

  SegmentCipher(SecretKey key, byte[] baseNonce) {
    this.key = key;
    this.baseNonce = baseNonce;
  }

  private static boolean isIdentifierKnown() {
    Provider jdk = Security.getProvider("SunJCE");
    return jdk != null && jdk.getService("Cipher", IDENTIFIER) != null;
  }

  /** Writes the ciphertext and the tag: 16 bytes more than the plaintext. */
  void seal(long number, byte[] plaintext, int offset, int length, byte[] out, int outOffset) {
    try {
      init(Cipher.ENCRYPT_MODE, number).doFinal(plaintext, offset, length, out, outOffset);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing a segment cannot fail", e);
    }
  }

  /**
   * Writes the plaintext: 16 bytes less than the sealed segment. The output may be used only if
   * this method returns.
   *
   * @throws MalformedMessageException if the segment is not authentic. The commitment of its
   *     message has been verified, so neither the data key nor the context can be the reason
   */
  void open(long number, byte[] sealed, int offset, int length, byte[] out, int outOffset) {
    try {
      init(Cipher.DECRYPT_MODE, number).doFinal(sealed, offset, length, out, outOffset);
    } catch (AEADBadTagException e) {
      throw new MalformedMessageException(
          "malformed message: a part of it was altered, moved or cut off; get the message again");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening a segment fails only because of its tag", e);
    }
  }

  private Cipher init(int mode, long number) throws GeneralSecurityException {
    Cipher ready = cipher;
    if (ready == null) {
      ready = JdkCiphers.create(TRANSFORMATION);
      cipher = ready;
    }
    ready.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce(number)));
    return ready;
  }

  private byte[] nonce(long number) {
    if (number >= MAX_SEGMENTS) {
      throw new IllegalStateException(
          "embedded-kms: a message can have at most 2^48 bytes; begin another one");
    }
    byte[] nonce = baseNonce.clone();
    for (int i = 0; i < Integer.BYTES; i++) {
      nonce[nonce.length - 1 - i] ^= (byte) (number >>> (i * Byte.SIZE));
    }
    return nonce;
  }
}
