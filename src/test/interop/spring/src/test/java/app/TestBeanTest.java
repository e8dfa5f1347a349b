package app;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.awssdk.AwsSdk;
import io.github.embeddedkms.junit.EmbeddedKms;
import io.github.embeddedkms.local.LocalKeyProvider;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.bean.override.convention.TestBean;
import software.amazon.awssdk.services.kms.KmsClient;

@SpringBootTest
@EmbeddedKms(aliases = "alias/other")
class TestBeanTest {

  @TestBean private KmsClient bean;

  static KmsClient bean() {
    return AwsSdk.client(LocalKeyProvider.inMemory());
  }

  @Test
  void testBean_isTheBean(@Autowired KmsClient autowired, KmsClient injected) {
    assertThat(autowired).isSameAs(bean);
    assertThat(bean.listKeys().keys()).isEmpty();
    assertThat(injected.listKeys().keys()).hasSize(1);
  }
}
