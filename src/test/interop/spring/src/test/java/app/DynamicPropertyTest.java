package app;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

@SpringBootTest
@DirtiesContext // the context is not cached, since its endpoint is closed
class DynamicPropertyTest {

  static final LocalKeyProvider KEYS = LocalKeyProvider.inMemory();
  static final KmsEndpoint ENDPOINT;

  static {
    try {
      ENDPOINT = KmsEndpoint.start(KEYS);
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @DynamicPropertySource
  static void kms(DynamicPropertyRegistry registry) {
    registry.add("kms.endpoint", ENDPOINT::url);
  }

  @AfterAll
  static void close() {
    ENDPOINT.close();
    KEYS.close();
  }

  @Test
  void note_isEncrypted_andComesBack(@Autowired Orders orders) {
    String keyId = KEYS.createKey(b -> {}).keyMetadata().keyId();
    KEYS.createAlias(alias -> alias.aliasName("alias/orders").targetKeyId(keyId));
    assertThat(orders.decrypt(orders.encrypt("two spare keys"))).isEqualTo("two spare keys");
  }
}
