package app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.junit.EmbeddedKms;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.NotFoundException;

/** The application still runs from the class before, with the same client. */
@QuarkusTest
@EmbeddedKms(redirect = true)
class RedirectedAgainTest {

  @Inject Orders orders;
  @Inject KmsClient bean;

  @Test
  void keys_areNew(LocalKeyProvider keys) {
    assertThatThrownBy(() -> orders.encrypt("x")).isInstanceOf(NotFoundException.class);
    String keyId = bean.createKey().keyMetadata().keyId();
    assertThat(keys.describeKey(b -> b.keyId(keyId)).keyMetadata().keyId()).isEqualTo(keyId);
  }
}
