package io.github.embeddedkms;

import io.github.embeddedkms.awssdk.AwsSdk;
import io.github.embeddedkms.cli.Main;
import io.github.embeddedkms.junit.EmbeddedKms;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.DataKeySpec;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/** The first calls of {@link ColdStart}. Each case loads only the classes that it needs. */
final class ColdStartProgram {

  static final String RESULT = "nanoseconds: ";

  private ColdStartProgram() {}

  /**
   * Makes one call and prints how much processor time it took.
   *
   * @param arguments the name of the call, and the words of a command line
   */
  public static void main(String[] arguments) throws Exception {
    long start = now();
    switch (arguments[0]) {
      case "DATA_KEY" -> dataKey();
      case "DATA_KEY_FLOOR" -> dataKeyFloor();
      case "SDK_CLIENT" -> SdkCalls.ours();
      case "CANNED_SDK" -> SdkCalls.canned();
      case "EMBEDDED_KMS" -> start = JUnit.run(OurTest.class);
      case "CANNED_TEST" -> start = JUnit.run(CannedTest.class);
      case "VERSION", "LIST_KEYS" -> Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    long nanoseconds = now() - start;
    System.out.println(RESULT + nanoseconds);
  }

  /**
   * Returns the processor time of this thread, which does everything here, since other programs
   * disturb it less than the time; the time where the system has no such file.
   */
  private static long now() throws IOException {
    try (InputStream in = new FileInputStream("/proc/thread-self/schedstat")) {
      String fields = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return Long.parseLong(fields, 0, fields.indexOf(' '), 10);
    } catch (FileNotFoundException e) {
      return System.nanoTime();
    }
  }

  private static void dataKey() {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(key -> {}).keyMetadata().keyId();
      kms.generateDataKey(dataKey -> dataKey.keyId(keyId).keySpec(DataKeySpec.AES_256));
    }
  }

  private static void dataKeyFloor() throws GeneralSecurityException {
    byte[] random = new byte[76]; // key, data key and nonce
    new SecureRandom().nextBytes(random);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(random, 0, 32, "AES"),
        new GCMParameterSpec(128, random, 64, 12));
    cipher.doFinal(random, 32, 32);
  }

  /** Calls through the AWS SDK's client. */
  private static final class SdkCalls {

    static void ours() {
      try (LocalKeyProvider provider = LocalKeyProvider.inMemory();
          KmsClient kms = AwsSdk.client(provider)) {
        call(kms);
      }
    }

    static void canned() {
      try (KmsClient kms =
          KmsClient.builder()
              .httpClient(new Canned())
              .region(Region.US_EAST_1)
              .credentialsProvider(
                  StaticCredentialsProvider.create(
                      AwsBasicCredentials.create("000000000000", "secret")))
              .build()) {
        call(kms);
      }
    }

    static void call(KmsClient kms) {
      String keyId = kms.createKey().keyMetadata().keyId();
      kms.generateDataKey(dataKey -> dataKey.keyId(keyId).keySpec("AES_256"));
    }
  }

  /** Reads each request, and returns a constant response with the members of both operations. */
  private static final class Canned implements SdkHttpClient {

    private static final byte[] RESPONSE =
        """
        {"CiphertextBlob":"%1$s","KeyId":"arn:aws:kms:us-east-1:000000000000:key/%2$s",\
        "KeyMetadata":{"AWSAccountId":"000000000000","Arn":"arn:aws:kms:us-east-1:000000000000:key/%2$s",\
        "CreationDate":1.7E9,"CustomerMasterKeySpec":"SYMMETRIC_DEFAULT","Description":"","Enabled":true,\
        "EncryptionAlgorithms":["SYMMETRIC_DEFAULT"],"KeyId":"%2$s","KeyManager":"CUSTOMER",\
        "KeySpec":"SYMMETRIC_DEFAULT","KeyState":"Enabled","KeyUsage":"ENCRYPT_DECRYPT",\
        "MultiRegion":false,"Origin":"AWS_KMS"},"KeyMaterialId":"%3$s","Plaintext":"%1$s"}"""
            .replace("%1$s", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
            .replace("%2$s", "1234abcd-12ab-34cd-56ef-1234567890ab")
            .replace("%3$s", "00".repeat(32))
            .getBytes(StandardCharsets.US_ASCII);

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() throws IOException {
          try (InputStream content = request.contentStreamProvider().orElseThrow().newStream()) {
            content.readAllBytes();
          }
          return HttpExecuteResponse.builder()
              .response(
                  SdkHttpResponse.builder()
                      .statusCode(200)
                      .putHeader("Content-Type", "application/x-amz-json-1.1")
                      .build())
              .responseBody(AbortableInputStream.create(new ByteArrayInputStream(RESPONSE)))
              .build();
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }

  /** Runs a test class in a JVM that is new to the library, not to JUnit. */
  private static final class JUnit {

    /** Returns when the class began. */
    static long run(Class<?> tests) throws IOException {
      Launcher launcher = LauncherFactory.create();
      execute(launcher, FirstTest.class);
      long start = now();
      execute(launcher, tests);
      return start;
    }

    private static void execute(Launcher launcher, Class<?> tests) {
      SummaryGeneratingListener listener = new SummaryGeneratingListener();
      launcher.execute(
          LauncherDiscoveryRequestBuilder.request()
              .selectors(DiscoverySelectors.selectClass(tests))
              .build(),
          listener);
      if (listener.getSummary().getTestsSucceededCount() != 1) {
        throw new IllegalStateException("a test failed");
      }
    }
  }

  /** Loads the classes of JUnit. */
  static final class FirstTest {
    @Test
    void nothing() {}
  }

  /** What a user of the library writes. */
  @EmbeddedKms
  static final class OurTest {
    @Test
    void call(KmsClient kms) {
      SdkCalls.call(kms);
    }
  }

  /** The same without the library. */
  static final class CannedTest {
    @Test
    void call() {
      SdkCalls.canned();
    }
  }
}
