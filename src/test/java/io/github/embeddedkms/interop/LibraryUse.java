package io.github.embeddedkms.interop;

import com.google.crypto.tink.Aead;
import io.github.embeddedkms.awssdk.AwsSdk;
import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.junit.EmbeddedKms;
import io.github.embeddedkms.junit.EmbeddedKmsExtension;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.seed.SeedException;
import io.github.embeddedkms.seed.SeedFiles;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.tink.TinkKms;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.postgresql.ds.PGSimpleDataSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.NotFoundException;

/**
 * A program that uses one library through this one. {@link LibraryVersionsIT} runs it with several
 * versions of the libraries, so it uses no others: those of tests are not on its class path. Each
 * use is in its own class, which is loaded only for that use.
 */
public final class LibraryUse {

  private static final byte[] PLAINTEXT = {1, 2, 3};

  private LibraryUse() {}

  /**
   * Uses a library and prints its name.
   *
   * @param arguments the name of the use; for a database, its file or URL
   */
  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "awssdk" -> OfAwsSdk.use();
      case "junit" -> OfJunit.use();
      case "junit-extension" -> {
        OfJunit.create();
        return;
      }
      case "postgresql" -> OfPostgresql.use(arguments[1]);
      case "seed" -> OfSeedFiles.use();
      case "sqlite" -> OfSqlite.use(Path.of(arguments[1]));
      case "tink" -> OfTink.use();
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.out.println(arguments[0] + " was used");
  }

  private static void require(boolean condition) {
    if (!condition) {
      throw new IllegalStateException("an unexpected result");
    }
  }

  private static final class OfAwsSdk {

    static void use() {
      try (LocalKeyProvider provider = LocalKeyProvider.inMemory();
          KmsClient kms = AwsSdk.client(provider);
          KmsAsyncClient async = AwsSdk.asyncClient(provider)) {
        String keyId = kms.createKey(b -> b.description("orders")).keyMetadata().keyId();
        SdkBytes blob =
            kms.encrypt(b -> b.keyId(keyId).plaintext(SdkBytes.fromByteArray(PLAINTEXT)))
                .ciphertextBlob();
        var opened = async.decrypt(b -> b.ciphertextBlob(blob)).join().plaintext();
        require(Arrays.equals(opened.asByteArray(), PLAINTEXT));
        var dataKey = async.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_256));
        require(dataKey.join().plaintext().asByteArray().length == 32);
        try {
          kms.describeKey(b -> b.keyId("alias/missing"));
          require(false);
        } catch (NotFoundException e) {
          require(e.statusCode() == 400);
        }
      }
    }
  }

  private static final class OfJunit {

    static void create() {
      try {
        EmbeddedKmsExtension.builder().build();
      } catch (IllegalStateException e) {
        System.out.println(e.getMessage());
      }
    }

    static void use() {
      Launcher launcher = LauncherFactory.create();
      SummaryGeneratingListener listener = new SummaryGeneratingListener();
      launcher.execute(
          LauncherDiscoveryRequestBuilder.request()
              .selectors(
                  DiscoverySelectors.selectClass(SharedSample.class),
                  DiscoverySelectors.selectClass(OwnSample.class))
              // The extension then asks JUnit how tests are executed.
              .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
              .build(),
          listener);
      listener
          .getSummary()
          .printFailuresTo(
              new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true));
      require(listener.getSummary().getTestsSucceededCount() == 3);
      require(listener.getSummary().getTotalFailureCount() == 0);
    }
  }

  /** One provider for the class. */
  @EmbeddedKms(aliases = "alias/orders")
  static class SharedSample {

    @EmbeddedKms static LocalKeyProvider provider;

    @BeforeAll
    static void create(io.github.embeddedkms.KmsClient kms) {
      kms.createKey(b -> {});
    }

    @Test
    void one(KmsClient kms, URI endpoint) {
      require(kms.describeKey(b -> b.keyId("alias/orders")).keyMetadata().enabled());
      require(endpoint.getPort() > 0);
    }
  }

  /** A provider for each test. */
  static class OwnSample {

    @EmbeddedKms private LocalKeyProvider provider;

    @Test
    void one(KmsAsyncClient kms) {
      String keyId = provider.createKey(b -> {}).keyMetadata().keyId();
      require(kms.describeKey(b -> b.keyId(keyId)).join().keyMetadata().keyId().equals(keyId));
    }

    @Test
    @EmbeddedKms(region = "eu-west-1")
    void two(LocalKeyProvider own) {
      require(own.createKey(b -> {}).keyMetadata().arn().contains("eu-west-1"));
    }
  }

  private static final class OfPostgresql {

    static void use(String url) {
      PGSimpleDataSource database = new PGSimpleDataSource();
      database.setURL(url);
      try (RootKey rootKey = RootKey.ofPassphrase("a passphrase of a test".toCharArray())) {
        String keyId;
        try (LocalKeyProvider kms = open(database, rootKey)) {
          keyId = kms.createKey(b -> {}).keyMetadata().keyId();
        }
        try (LocalKeyProvider kms = open(database, rootKey)) {
          Use.encrypt(kms, keyId);
        }
      }
    }

    private static LocalKeyProvider open(PGSimpleDataSource database, RootKey rootKey) {
      return LocalKeyProvider.builder()
          .storage(SealedKeyStorage.builder(database).rootKey(rootKey).open())
          .build();
    }
  }

  private static final class OfSqlite {

    static void use(Path file) {
      try (RootKey rootKey = RootKey.ofPassphrase("a passphrase of a test".toCharArray())) {
        String keyId;
        try (LocalKeyProvider kms = LocalKeyProvider.open(file, rootKey)) {
          keyId = kms.createKey(b -> {}).keyMetadata().keyId();
        }
        try (LocalKeyProvider kms = LocalKeyProvider.open(file, rootKey)) {
          Use.encrypt(kms, keyId);
        }
      }
    }
  }

  private static final class OfSeedFiles {

    private static final String YAML =
        """
        Keys:
          Symmetric:
            Aes:
              - Metadata:
                  KeyId: bc436485-5092-42b8-92a3-0aa8b93536dc
                  Description: &text "caf\\u00e9"
                BackingKeys:
                  - 5cdaead27fe7da2de47945d73cd6d79e36494e73802f3cd3869f1d2cb0b5d7a9
        Aliases:
          - AliasName: alias/orders # a comment
            TargetKeyId: bc436485-5092-42b8-92a3-0aa8b93536dc
        """;

    private static final String JSON =
        """
        {"Keys": {"Symmetric": {"Aes": [
          {"Metadata": {"KeyId": "bc436485-5092-42b8-92a3-0aa8b93536dc"},
           "BackingKeys": ["5cdaead27fe7da2de47945d73cd6d79e36494e73802f3cd3869f1d2cb0b5d7a9"]}
        ]}}}
        """;

    static void use() {
      Seed seed = SeedFiles.read(YAML, "seed.yaml");
      try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(seed).build()) {
        var key = kms.describeKey(b -> b.keyId("alias/orders")).keyMetadata();
        require("caf\u00e9".equals(key.description()));
      }
      require(SeedFiles.read(JSON, "seed.json").toString().equals("Seed[1 keys, 0 aliases]"));
      refuse("Keys:\n  Symmetric: [\n", ", line 3: neither YAML nor JSON: ");
      refuse("Keys: {}\nKeys: {}\n", ", line ");
      refuse("[".repeat(1000), ", line 1: nested too deeply");
    }

    private static void refuse(String text, String message) {
      try {
        SeedFiles.read(text, "seed.yaml");
      } catch (SeedException e) {
        if (e.getMessage().contains(message)) {
          return;
        }
        throw e;
      }
      require(false);
    }
  }

  private static final class OfTink {

    static void use() throws Exception {
      use("us-east-1");
      use("cn-north-1");
      try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
        Use.sign(kms, KeySpec.ML_DSA_44, SigningAlgorithmSpec.ML_DSA_SHAKE_256);
        Use.sign(kms, KeySpec.ECC_SECG_P256_K1, SigningAlgorithmSpec.ECDSA_SHA_256);
      }
    }

    private static void use(String region) throws Exception {
      try (LocalKeyProvider kms = LocalKeyProvider.builder().region(region).build()) {
        String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
        Use.encrypt(kms, keyId);
        Envelope envelope = Envelope.builder(kms).key(keyId).build();
        EncryptionContext context = EncryptionContext.of(Map.of("tenant", "acme"));
        byte[] opened = envelope.open(envelope.seal(PLAINTEXT, context), context);
        require(Arrays.equals(opened, PLAINTEXT));
        Aead aead = TinkKms.client(kms).getAead("embedded-kms://" + keyId);
        byte[] sealed = aead.encrypt(PLAINTEXT, PLAINTEXT);
        require(Arrays.equals(aead.decrypt(sealed, PLAINTEXT), PLAINTEXT));
      }
    }
  }

  private static final class Use {

    static void encrypt(LocalKeyProvider kms, String keyId) {
      var plaintext = SecretBytes.fromByteArray(PLAINTEXT);
      var blob = kms.encrypt(b -> b.keyId(keyId).plaintext(plaintext)).ciphertextBlob();
      var opened = kms.decrypt(b -> b.ciphertextBlob(blob).keyId(keyId)).plaintext();
      require(Arrays.equals(opened.asByteArray(), PLAINTEXT));
    }

    static void sign(LocalKeyProvider kms, KeySpec spec, SigningAlgorithmSpec algorithm) {
      String keyId =
          kms.createKey(b -> b.keySpec(spec).keyUsage(KeyUsageType.SIGN_VERIFY))
              .keyMetadata()
              .keyId();
      var message = SecretBytes.fromByteArray(PLAINTEXT);
      var signature =
          kms.sign(b -> b.keyId(keyId).message(message).signingAlgorithm(algorithm)).signature();
      require(
          kms.verify(
                  b ->
                      b.keyId(keyId)
                          .message(message)
                          .signature(signature)
                          .signingAlgorithm(algorithm))
              .signatureValid());
    }
  }
}
