package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.SecureRandom;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.SM2Signer;

/**
 * Signs by SM2 with SM3 (GB/T 32918.2), with Bouncy Castle. Its arithmetic modulo the order of the
 * curve does not take constant time, and is not blinded: see {@link Secp256k1SigningKey}.
 *
 * <p>A message is signed under the default id of signers, {@code 1234567812345678}. Each signature
 * has a new random number from the operating system.
 */
final class Sm2SigningKey implements SigningKey {

  private final ECPrivateKeyParameters key;
  private final SecureRandom random = SystemRandom.create();

  Sm2SigningKey(ECPrivateKeyParameters key) {
    this.key = key;
  }

  @Override
  public byte[] sign(SigningAlgorithmSpec algorithm, MessageType messageType, byte[] message) {
    boolean isDigest = messageType == MessageType.DIGEST;
    SM2Signer signer = isDigest ? new Sm2OverDigest(message) : new SM2Signer();
    signer.init(true, new ParametersWithRandom(key, random));
    if (!isDigest) {
      signer.update(message, 0, message.length);
    }
    try {
      return signer.generateSignature();
    } catch (CryptoException e) {
      throw new AssertionError("every message can be signed", e);
    }
  }
}
