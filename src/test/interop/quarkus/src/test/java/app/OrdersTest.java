package app;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.junit.EmbeddedKms;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@EmbeddedKms(redirect = true, aliases = "alias/orders")
class OrdersTest {

  @Inject Orders orders; // its KmsClient is a bean: KmsClient.create()

  @Test
  void note_isEncrypted_andComesBack(LocalKeyProvider keys) { // the same keys, to look inside
    assertThat(orders.decrypt(orders.encrypt("two spare keys"))).isEqualTo("two spare keys");
    assertThat(keys.listKeys(all -> {}).keys()).hasSize(1);
  }
}
