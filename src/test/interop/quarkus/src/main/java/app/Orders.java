package app;

import jakarta.enterprise.context.ApplicationScoped;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;

@ApplicationScoped
public class Orders {

  private final KmsClient kms;

  public Orders(KmsClient kms) {
    this.kms = kms;
  }

  public SdkBytes encrypt(String note) {
    return kms.encrypt(e -> e.keyId("alias/orders").plaintext(SdkBytes.fromUtf8String(note)))
        .ciphertextBlob();
  }

  public String decrypt(SdkBytes blob) {
    return kms.decrypt(d -> d.ciphertextBlob(blob)).plaintext().asUtf8String();
  }
}
