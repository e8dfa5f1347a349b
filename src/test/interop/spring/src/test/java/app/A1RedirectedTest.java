package app;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.junit.EmbeddedKms;
import io.github.embeddedkms.local.LocalKeyProvider;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;

@SpringBootTest
@EmbeddedKms(redirect = true, aliases = "alias/orders")
class A1RedirectedTest {

  /** The context that later classes find in Spring's cache. */
  static ApplicationContext context;

  static SdkBytes blob;

  @Autowired private Orders orders;

  @Test
  void note_isEncrypted_andComesBack() {
    assertThat(orders.decrypt(orders.encrypt("two spare keys"))).isEqualTo("two spare keys");
  }

  @Test
  void clientOfTheApplication_andInjectedProvider_useTheSameKeys(
      @Autowired KmsClient bean, @Autowired ApplicationContext cached, LocalKeyProvider provider) {
    context = cached;
    blob = orders.encrypt("x");
    String keyId = bean.createKey().keyMetadata().keyId();
    assertThat(provider.describeKey(b -> b.keyId(keyId)).keyMetadata().keyId()).isEqualTo(keyId);
  }
}
