package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.MLDSASigner;

/**
 * Signs by ML-DSA (FIPS 204) in its hedged variant: with randomness from the operating system, but
 * without depending on it. The number of attempts, and so the time, depends on the message and the
 * randomness, as the standard intends; Bouncy Castle's arithmetic has no branches on secrets.
 *
 * <p>The expanded key is kept here, since expanding it takes about as long as signing. Bouncy
 * Castle's object for it lives only as long as one signature, and is destroyed then: destroying one
 * that another thread signs with would let that thread sign with a half-wiped key.
 */
final class MlDsaSigningKey implements SigningKey {

  /** The members of the expanded key, in the order of Bouncy Castle's constructor. */
  private static final int PARTS = 6;

  private final MLDSAParameters parameters;

  /** rho, K, tr, s1, s2 and t0, one after the other. */
  private final SecretBytes expanded;

  /** Where each of them ends. */
  private final int[] ends = new int[PARTS];

  private final byte[] t1;
  private final SecureRandom random = SystemRandom.create();

  /** Copies a key, which the caller destroys. */
  MlDsaSigningKey(MLDSAPrivateKeyParameters key) {
    parameters = key.getParameters();
    t1 = key.getT1();
    byte[][] parts = {key.getRho(), key.getK(), key.getTr(), key.getS1(), key.getS2(), key.getT0()};
    int length = 0;
    for (int i = 0; i < PARTS; i++) {
      length += parts[i].length;
      ends[i] = length;
    }
    expanded =
        SecretBytes.filledBy(
            length,
            bytes -> {
              for (int i = 0; i < PARTS; i++) {
                System.arraycopy(parts[i], 0, bytes, ends[i] - parts[i].length, parts[i].length);
                Arrays.fill(parts[i], (byte) 0);
              }
            });
  }

  @Override
  public byte[] sign(SigningAlgorithmSpec algorithm, MessageType messageType, byte[] message) {
    MLDSAPrivateKeyParameters key = expanded.lend(this::key);
    try {
      MLDSASigner signer = new MLDSASigner();
      signer.init(true, new ParametersWithRandom(key, random));
      if (messageType == MessageType.EXTERNAL_MU) {
        return signer.generateMuSignature(message);
      }
      signer.update(message, 0, message.length);
      return signer.generateSignature();
    } catch (CryptoException e) {
      throw new AssertionError("every message can be signed", e);
    } finally {
      key.destroy();
    }
  }

  private MLDSAPrivateKeyParameters key(byte[] bytes) {
    byte[][] parts = new byte[PARTS][];
    for (int i = 0; i < PARTS; i++) {
      parts[i] = Arrays.copyOfRange(bytes, i == 0 ? 0 : ends[i - 1], ends[i]);
    }
    try {
      // Copies them.
      return new MLDSAPrivateKeyParameters(
          parameters, parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], t1);
    } finally {
      for (byte[] part : parts) {
        Arrays.fill(part, (byte) 0);
      }
    }
  }

  @Override
  public void close() {
    expanded.close();
  }
}
