package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import java.security.SecureRandom;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.SM2Engine;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;

/**
 * Encrypts by SM2 with SM3 (GB/T 32918.4), with Bouncy Castle. Each ciphertext has a new random
 * number from the operating system.
 */
final class Sm2EncryptionKey implements EncryptionKey {

  /** The service's limit. The algorithm itself has none. */
  private static final int MAX_PLAINTEXT = 1024;

  private final ECPublicKeyParameters key;
  private final SecureRandom random = SystemRandom.create();

  Sm2EncryptionKey(ECPublicKeyParameters key) {
    this.key = key;
  }

  @Override
  public byte[] encrypt(EncryptionAlgorithmSpec algorithm, byte[] plaintext) {
    SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
    engine.init(true, new ParametersWithRandom(key, random));
    try {
      return Sm2Ciphertext.ofBouncyCastle(engine.processBlock(plaintext, 0, plaintext.length))
          .encode();
    } catch (InvalidCipherTextException e) {
      throw new AssertionError("only decryption fails", e);
    }
  }

  @Override
  public int maxPlaintext(EncryptionAlgorithmSpec algorithm) {
    return MAX_PLAINTEXT;
  }
}
