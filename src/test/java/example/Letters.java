package example;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.model.EncryptionContext;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A user's class that seals letters for its tenants. */
final class Letters {

  private final Envelope envelope;

  Letters(KmsClient kms) {
    this.envelope = Envelope.builder(kms).key("alias/letters").build();
  }

  byte[] seal(String tenant, String letter) {
    return envelope.seal(letter.getBytes(StandardCharsets.UTF_8), context(tenant));
  }

  String open(String tenant, byte[] sealed) {
    return new String(envelope.open(sealed, context(tenant)), StandardCharsets.UTF_8);
  }

  private static EncryptionContext context(String tenant) {
    return EncryptionContext.of(Map.of("tenant", tenant));
  }
}
