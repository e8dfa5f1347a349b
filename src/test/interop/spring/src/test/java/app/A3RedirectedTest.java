package app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.junit.EmbeddedKms;
import io.github.embeddedkms.local.LocalKeyProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestConstructor;
import org.springframework.test.context.TestConstructor.AutowireMode;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KmsException;

/** Spring resolves the constructor, with beans of the context that the other classes have used. */
@SpringBootTest
@TestConstructor(autowireMode = AutowireMode.ALL)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EmbeddedKms(redirect = true, aliases = "alias/orders")
class A3RedirectedTest {

  private final Orders orders;
  private final KmsClient bean;

  @EmbeddedKms private LocalKeyProvider provider;

  A3RedirectedTest(Orders orders, KmsClient bean, ApplicationContext context) {
    assertThat(context).isSameAs(A1RedirectedTest.context);
    this.orders = orders;
    this.bean = bean;
  }

  @BeforeAll
  void keys_areNew() {
    assertThat(provider.listKeys(b -> {}).keys()).hasSize(1);
    assertThat(bean.listKeys().keys()).hasSize(1);
  }

  @Test
  void note_isEncrypted_andComesBack() {
    assertThat(orders.decrypt(orders.encrypt("two spare keys"))).isEqualTo("two spare keys");
    assertThatThrownBy(() -> orders.decrypt(A1RedirectedTest.blob))
        .isInstanceOf(KmsException.class);
  }
}
