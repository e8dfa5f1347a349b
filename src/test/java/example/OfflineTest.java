package example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The documented example of sealing to public keys. */
class OfflineTest {

  private final LocalKeyProvider kms = LocalKeyProvider.inMemory();
  private final byte[] letter = "Dear customer".getBytes(UTF_8);

  @AfterEach
  void close() {
    kms.close();
  }

  private String create(KeySpec spec, KeyUsageType usage) {
    return kms.createKey(key -> key.keySpec(spec).keyUsage(usage)).keyMetadata().arn();
  }

  private Bytes publicKey(String arn) {
    return kms.getPublicKey(key -> key.keyId(arn)).publicKey();
  }

  @Test
  void letter_sealedToPublicKeys_isOpenedByTheirKmsKeys() {
    String mlKemArn = create(KeySpec.ML_KEM_768, KeyUsageType.ENCAPSULATE_DECAPSULATE);
    String curveArn = create(KeySpec.ECC_NIST_P256, KeyUsageType.KEY_AGREEMENT);
    Bytes mlKemKey = publicKey(mlKemArn);
    Bytes curveKey = publicKey(curveArn);
    EncryptionContext context = EncryptionContext.of(Map.of("tenant", "acme"));

    // The writer has the public keys, as GetPublicKey returned them, and no client.
    Envelope writer = Envelope.builder().sealTo(mlKemKey, mlKemArn, curveKey, curveArn).build();
    byte[] sealed = writer.seal(letter, context);

    // The reader names both keys, and accepts that anyone can have sealed the message.
    Envelope reader = Envelope.builder(kms).opensOffline(mlKemArn, curveArn).build();
    byte[] opened = reader.open(sealed, context);

    assertThat(opened).isEqualTo(letter);
  }
}
