package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.DryRunOperationException;
import io.github.embeddedkms.exception.InvalidKeyUsageException;
import io.github.embeddedkms.exception.KmsInvalidMacException;
import io.github.embeddedkms.local.AsymmetricKeys.Kind;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.GenerateMac;
import io.github.embeddedkms.operation.VerifyMac;
import io.github.embeddedkms.operation.VerifyMacBuilder;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** GenerateMac and VerifyMac, with every key spec, usage and algorithm. */
class MacOperationsTest {

  private static final AsymmetricKeys KEYS = new AsymmetricKeys();
  private static final SecretBytes MESSAGE = SecretBytes.fromUtf8String("message");

  @AfterAll
  static void close() {
    KEYS.close();
  }

  static List<Object[]> cases() {
    List<Object[]> cases = new ArrayList<>();
    for (Kind kind : Kind.all()) {
      // RSA keys take long to generate, and differ in nothing here.
      if (!kind.spec().toString().matches("RSA_[34].*")) {
        for (MacAlgorithmSpec algorithm : MacAlgorithmSpec.values()) {
          cases.add(new Object[] {kind, algorithm});
        }
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void generateAndVerify_succeedOrThrowTheServicesError(Kind kind, MacAlgorithmSpec algorithm) {
    var client = KEYS.clientFor(kind.spec());
    String arn = KEYS.key(kind).arn();
    Bytes garbage = Bytes.fromUtf8String("garbage");
    Runnable generate =
        () -> client.generateMac(b -> b.keyId(arn).message(MESSAGE).macAlgorithm(algorithm));
    Runnable verify =
        () ->
            client.verifyMac(
                b -> b.keyId(arn).message(MESSAGE).macAlgorithm(algorithm).mac(garbage));
    if (kind.usage() != KeyUsageType.GENERATE_VERIFY_MAC) {
      String message = arn + " key usage is " + kind.usage() + " which is not valid for ";
      assertUsageRefused(generate, message + "GenerateMac.");
      assertUsageRefused(verify, message + "VerifyMac.");
    } else if (!algorithm.toString().equals(kind.spec().toString().replace("_", "_SHA_"))) {
      String message =
          "Algorithm " + algorithm + " is incompatible with key spec " + kind.spec() + ".";
      assertUsageRefused(generate, message);
      assertUsageRefused(verify, message);
    } else {
      GenerateMac.Response generated =
          client.generateMac(b -> b.keyId(arn).message(MESSAGE).macAlgorithm(algorithm));
      int bytes = Integer.parseInt(algorithm.toString().replace("HMAC_SHA_", "")) / 8;
      assertThat(generated).isEqualTo(new GenerateMac.Response(generated.mac(), algorithm, arn));
      assertThat(generated.mac().length()).isEqualTo(bytes);
      assertThat(
              client.verifyMac(
                  b -> b.keyId(arn).message(MESSAGE).macAlgorithm(algorithm).mac(generated.mac())))
          .isEqualTo(new VerifyMac.Response(arn, true, algorithm));
      assertMacRefused(verify);
    }
  }

  private static void assertUsageRefused(Runnable call, String message) {
    assertThat(catchThrowable(call::run))
        .isExactlyInstanceOf(InvalidKeyUsageException.class)
        .hasMessage(message);
  }

  private static void assertMacRefused(Runnable call) {
    assertThat(catchThrowable(call::run))
        .isExactlyInstanceOf(KmsInvalidMacException.class)
        .hasMessage(null)
        .hasNoCause();
  }

  @ParameterizedTest
  @EnumSource(
      value = KeySpec.class,
      names = {"HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512"})
  void verifyMac_alteredOrOfOtherLength_isRefused(KeySpec spec) {
    try (Fixture fixture = new Fixture(spec, KeyUsageType.GENERATE_VERIFY_MAC)) {
      byte[] valid = fixture.blob.asByteArray();
      List<byte[]> wrong =
          new ArrayList<>(
              List.of(
                  new byte[1],
                  new byte[valid.length],
                  new byte[6144],
                  Arrays.copyOf(valid, valid.length - 1),
                  Arrays.copyOf(valid, valid.length / 2),
                  Arrays.copyOf(valid, valid.length + 1)));
      for (int i = 0; i < valid.length; i++) {
        byte[] altered = valid.clone();
        altered[i] ^= (byte) (1 << (i % 8));
        wrong.add(altered);
      }
      VerifyMacBuilder request = verifyRequest(fixture);
      for (byte[] mac : wrong) {
        assertMacRefused(() -> fixture.kms.call(request.mac(Bytes.fromByteArray(mac)).build()));
      }
      assertThat(fixture.kms.call(request.mac(fixture.blob).build()).macValid()).isTrue();
    }
  }

  private static VerifyMacBuilder verifyRequest(Fixture fixture) {
    MacAlgorithmSpec algorithm =
        fixture.kms.describeKey(b -> b.keyId(fixture.keyId)).keyMetadata().macAlgorithms().get(0);
    return VerifyMacBuilder.builder()
        .keyId(fixture.keyId)
        .message(SecretBytes.fromUtf8String(Fixture.PLAINTEXT))
        .macAlgorithm(algorithm);
  }

  /** A key that was written to a store and read back gives the same MACs. */
  @OverDatabases
  @Test
  void verifyMac_keyReadFromTheStore_isValid() {
    try (Fixture fixture = new Fixture(KeySpec.HMAC_384, KeyUsageType.GENERATE_VERIFY_MAC)) {
      // The fixture generated the MAC before it reopened the store.
      assertThat(fixture.kms.call(verifyRequest(fixture).mac(fixture.blob).build()).macValid())
          .isTrue();
    }
  }

  /** The order of the checks: usage, state, algorithm, MAC, dry run. */
  @Test
  void verifyMac_severalFaults_theFirstCheckDecides() {
    try (Fixture fixture = new Fixture(KeySpec.HMAC_256, KeyUsageType.GENERATE_VERIFY_MAC)) {
      VerifyMacBuilder wrong =
          verifyRequest(fixture)
              .mac(Bytes.fromUtf8String("garbage"))
              .macAlgorithm(MacAlgorithmSpec.HMAC_SHA_512)
              .dryRun(true);
      fixture.usage(KeyUsageType.SIGN_VERIFY);
      fixture.state(KeyState.DISABLED);
      assertUsageRefused(
          () -> fixture.kms.call(wrong.build()),
          fixture.keyArn + " key usage is SIGN_VERIFY which is not valid for VerifyMac.");
      fixture.usage(KeyUsageType.GENERATE_VERIFY_MAC);
      assertThat(catchThrowable(() -> fixture.kms.call(wrong.build())))
          .isExactlyInstanceOf(DisabledException.class);
      fixture.state(KeyState.ENABLED);
      assertUsageRefused(
          () -> fixture.kms.call(wrong.build()),
          "Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_256.");
      wrong.macAlgorithm(MacAlgorithmSpec.HMAC_SHA_256);
      assertMacRefused(() -> fixture.kms.call(wrong.build()));
      wrong.mac(fixture.blob);
      assertThat(catchThrowable(() -> fixture.kms.call(wrong.build())))
          .isExactlyInstanceOf(DryRunOperationException.class);
    }
  }
}
