package example;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.store.RootKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** An application of an application server, which loads it in a class loader of its own. */
public final class RedeployedApplication implements Consumer<Path> {

  private RootKey rootKey;
  private LocalKeyProvider kms;
  private KmsEndpoint endpoint;

  /** Is started, works, and is stopped. */
  @Override
  public void accept(Path folder) {
    try {
      RootKey.createFile(folder.resolve("root.key"));
      rootKey = RootKey.fromFile(folder.resolve("root.key"));
      kms = LocalKeyProvider.open(folder.resolve("keys.db"), rootKey);
      endpoint = KmsEndpoint.start(kms);
      work();
      contextDestroyed();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void work() {
    String keyId = kms.createKey(key -> {}).keyMetadata().keyId();
    EncryptionContext context = EncryptionContext.of(Map.of("tenant", "acme"));
    Envelope envelope = Envelope.builder(kms).key(keyId).build();
    envelope.open(envelope.seal("hello".getBytes(UTF_8), context), context);
    String signing =
        kms.createKey(key -> key.keySpec(KeySpec.ECC_NIST_P256).keyUsage(KeyUsageType.SIGN_VERIFY))
            .keyMetadata()
            .keyId();
    kms.sign(
        sign ->
            sign.keyId(signing)
                .message(SecretBytes.fromUtf8String("hello"))
                .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256));
  }

  private void contextDestroyed() throws SQLException {
    endpoint.close();
    kms.close();
    rootKey.close();
    ClassLoader application = getClass().getClassLoader();
    List<Driver> drivers = Collections.list(DriverManager.getDrivers());
    for (Driver driver : drivers) {
      if (driver.getClass().getClassLoader() == application) {
        DriverManager.deregisterDriver(driver);
      }
    }
  }
}
