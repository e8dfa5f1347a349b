package example;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;

/** A user's class that is written against the AWS SDK. */
final class Orders {

  private final KmsClient kms;
  private final String keyId;

  Orders(KmsClient kms, String keyId) {
    this.kms = kms;
    this.keyId = keyId;
  }

  SdkBytes encrypt(String note) {
    return kms.encrypt(e -> e.keyId(keyId).plaintext(SdkBytes.fromUtf8String(note)))
        .ciphertextBlob();
  }

  String decrypt(SdkBytes note) {
    return kms.decrypt(d -> d.keyId(keyId).ciphertextBlob(note)).plaintext().asUtf8String();
  }
}
