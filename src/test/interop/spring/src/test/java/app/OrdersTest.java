package app;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.junit.EmbeddedKms;
import io.github.embeddedkms.local.LocalKeyProvider;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

// The first example of the page "In Spring Boot and Quarkus".
@SpringBootTest
@EmbeddedKms(redirect = true, aliases = "alias/orders")
class OrdersTest {

  @Autowired private Orders orders; // its KmsClient is a bean: KmsClient.create()

  @Test
  void note_isEncrypted_andComesBack(LocalKeyProvider keys) { // the same keys, to look inside
    assertThat(orders.decrypt(orders.encrypt("two spare keys"))).isEqualTo("two spare keys");
    assertThat(keys.listKeys(all -> {}).keys()).hasSize(1);
  }
}
