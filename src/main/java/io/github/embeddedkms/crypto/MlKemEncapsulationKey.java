package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.security.auth.DestroyFailedException;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;

/**
 * Encapsulates by ML-KEM (FIPS 203), with Bouncy Castle. The randomness of each ciphertext comes
 * from the operating system.
 */
final class MlKemEncapsulationKey implements EncapsulationKey {

  private final MLKEMPublicKeyParameters key;
  private final SecureRandom random = SystemRandom.create();

  MlKemEncapsulationKey(MLKEMPublicKeyParameters key) {
    this.key = key;
  }

  @Override
  public Encapsulation encapsulate() {
    SecretWithEncapsulation result = new MLKEMGenerator(random).generateEncapsulated(key);
    byte[] secret = result.getSecret();
    try {
      return new Encapsulation(
          SecretBytes.fromByteArray(secret), Bytes.fromByteArray(result.getEncapsulation()));
    } finally {
      Arrays.fill(secret, (byte) 0);
      destroy(result);
    }
  }

  private static void destroy(SecretWithEncapsulation result) {
    try {
      result.destroy();
    } catch (DestroyFailedException e) {
      throw new AssertionError("it only wipes an array", e);
    }
  }
}
