package app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mockingDetails;

import io.github.embeddedkms.junit.EmbeddedKms;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import software.amazon.awssdk.services.kms.KmsClient;

@SpringBootTest
@EmbeddedKms
class MockTest {

  @MockitoBean private KmsClient bean;

  @Test
  void mock_isTheBean(@Autowired KmsClient autowired, KmsClient injected) {
    assertThat(mockingDetails(bean).isMock()).isTrue();
    assertThat(autowired).isSameAs(bean);
    assertThat(injected.listKeys().keys()).isEmpty();
  }
}
