package app;

import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

public class KmsResource implements QuarkusTestResourceLifecycleManager {

  private final LocalKeyProvider keys = LocalKeyProvider.inMemory();
  private KmsEndpoint endpoint;

  @Override
  public Map<String, String> start() {
    String keyId = keys.createKey(key -> {}).keyMetadata().keyId();
    keys.createAlias(alias -> alias.aliasName("alias/orders").targetKeyId(keyId));
    try {
      endpoint = KmsEndpoint.start(keys);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of("kms.endpoint", endpoint.url().toString());
  }

  @Override
  public void stop() {
    endpoint.close();
    keys.close();
  }
}
