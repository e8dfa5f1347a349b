package app;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = KmsResource.class, restrictToAnnotatedClass = true)
class ZResourceTest {

  @Inject Orders orders;

  @Test
  void note_isEncrypted_andComesBack() {
    assertThat(orders.decrypt(orders.encrypt("two spare keys"))).isEqualTo("two spare keys");
  }
}
