package app;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

@SpringBootTest
@Import(EmbeddedKmsEndpoint.class)
class EndpointBeanTest {

  @Test
  void note_isEncrypted_andComesBack(@Autowired Orders orders, @Autowired LocalKeyProvider keys) {
    String keyId = keys.createKey(b -> {}).keyMetadata().keyId();
    keys.createAlias(alias -> alias.aliasName("alias/orders").targetKeyId(keyId));
    assertThat(orders.decrypt(orders.encrypt("two spare keys"))).isEqualTo("two spare keys");
  }
}
