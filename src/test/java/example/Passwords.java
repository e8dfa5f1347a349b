package example;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;

/** A user's class that takes a {@link KmsClient}. */
final class Passwords {

  private final KmsClient kms;

  Passwords(KmsClient kms) {
    this.kms = kms;
  }

  String open(Bytes blob) {
    try (SecretBytes password = kms.decrypt(d -> d.ciphertextBlob(blob)).plaintext()) {
      return password.asUtf8String();
    }
  }
}
