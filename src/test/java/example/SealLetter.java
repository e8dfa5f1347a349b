package example;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.EncryptionContext;
import java.util.Map;

class SealLetter {
  public static void main(String[] args) {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(key -> key.description("letters")).keyMetadata().keyId();
      Envelope envelope = Envelope.builder(kms).key(keyId).build();
      EncryptionContext context = EncryptionContext.of(Map.of("tenant", "acme"));
      byte[] sealed = envelope.seal("Hello, world!".getBytes(UTF_8), context);
      byte[] opened = envelope.open(sealed, context); // throws if the context is not the same
      System.out.println(new String(opened, UTF_8));
    }
  }
}
