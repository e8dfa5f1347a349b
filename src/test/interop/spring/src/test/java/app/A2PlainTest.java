package app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.junit.EmbeddedKms;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import software.amazon.awssdk.services.kms.KmsClient;

/** Between two redirected classes, with the same context, but without redirection. */
@SpringBootTest
@EmbeddedKms
class A2PlainTest {

  @Test
  void clientOfTheApplication_isRefused(
      @Autowired Orders orders, @Autowired ApplicationContext cached, KmsClient injected) {
    assertThat(cached).isSameAs(A1RedirectedTest.context);
    assertThat(injected.listKeys().keys()).isEmpty();
    assertThatThrownBy(() -> orders.encrypt("x"))
        .hasMessageContaining(
            "embedded-kms: no test class with @EmbeddedKms(redirect = true) is running.");
  }
}
