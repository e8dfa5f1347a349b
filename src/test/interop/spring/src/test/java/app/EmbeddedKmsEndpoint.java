package app;

import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.IOException;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistrar;

@TestConfiguration(proxyBeanMethods = false)
class EmbeddedKmsEndpoint {

  @Bean
  LocalKeyProvider keys() {
    return LocalKeyProvider.inMemory();
  }

  @Bean
  KmsEndpoint kmsEndpoint(LocalKeyProvider keys) throws IOException {
    return KmsEndpoint.start(keys);
  }

  @Bean
  DynamicPropertyRegistrar kmsProperties(KmsEndpoint endpoint) {
    return registry -> registry.add("kms.endpoint", endpoint::url);
  }
}
