package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.SM2Engine;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts by SM2 with SM3 (GB/T 32918.4), with Bouncy Castle. Its multiplication of the
 * ciphertext's point does not take constant time, and is not blinded: see {@link
 * Secp256k1SigningKey}.
 */
final class Sm2DecryptionKey implements DecryptionKey {

  private final ECPrivateKeyParameters key;

  Sm2DecryptionKey(ECPrivateKeyParameters key) {
    this.key = key;
  }

  @Override
  public byte @Nullable [] decrypt(EncryptionAlgorithmSpec algorithm, byte[] ciphertext) {
    try {
      Sm2Ciphertext parsed = Sm2Ciphertext.parse(ciphertext);
      SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
      engine.init(false, key);
      byte[] joined = parsed.toBouncyCastle();
      byte[] plaintext = engine.processBlock(joined, 0, joined.length);
      // The standard forbids a key stream of zeros, under which the plaintext encrypts itself.
      return Arrays.equals(plaintext, parsed.encrypted()) ? null : plaintext;
    } catch (InvalidCipherTextException | IllegalArgumentException e) {
      // The second for coordinates that are no point of the curve.
      return null;
    }
  }
}
