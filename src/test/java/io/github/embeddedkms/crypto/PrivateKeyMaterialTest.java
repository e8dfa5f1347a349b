package io.github.embeddedkms.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.crypto.TestKeys.Case;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class PrivateKeyMaterialTest {

  /** One way of signing for each type. */
  static Stream<Case> types() {
    return Stream.of(KeyPairType.values())
        .flatMap(type -> TestKeys.cases().filter(it -> it.type() == type).limit(1));
  }

  @ParameterizedTest
  @MethodSource("types")
  void deferred_loadsThePrivateKeyForSigningOnly(Case it) {
    PrivateKeyMaterial original = TestKeys.of(it.type());
    AtomicInteger loads = new AtomicInteger();
    PrivateKeyMaterial deferred =
        PrivateKeyMaterial.deferred(
            original.id(),
            it.type(),
            original.publicKey(),
            () -> {
              loads.incrementAndGet();
              return copyOf(original);
            });
    SecretBytes message = SecretBytes.fromByteArray(it.message(1));
    Bytes signature = original.sign(it.algorithm(), it.messageType(), message);
    assertThat(deferred.publicHalf().verify(it.algorithm(), it.messageType(), message, signature))
        .isTrue();
    assertThat(deferred.publicKey()).isEqualTo(original.publicKey());
    assertThat(deferred.type()).isEqualTo(it.type());
    assertThat(deferred.id()).isEqualTo(original.id());
    assertThat(deferred)
        .hasToString("PrivateKeyMaterial[" + it.type() + " " + original.idAsHex() + "]");
    assertThat(loads).hasValue(0);
    Bytes own = deferred.sign(it.algorithm(), it.messageType(), message);
    assertThat(original.publicHalf().verify(it.algorithm(), it.messageType(), message, own))
        .isTrue();
    deferred.sign(it.algorithm(), it.messageType(), message);
    assertThat(encodedOf(deferred)).isEqualTo(encodedOf(original));
    assertThat(loads).hasValue(1);
    deferred.close();
    assertThatThrownBy(() -> deferred.sign(it.algorithm(), it.messageType(), message))
        .isInstanceOf(Material.ClosedException.class);
    assertThat(deferred.publicHalf().verify(it.algorithm(), it.messageType(), message, signature))
        .isTrue();
    assertThat(loads).hasValue(1);
  }

  @ParameterizedTest
  @EnumSource(KeyPairType.class)
  void close_wipesThePrivateKey_andLaterUsesFail(KeyPairType type) {
    SecretBytes encoded = SecretBytes.fromByteArray(encodedOf(TestKeys.of(type)));
    byte[] array = encoded.lend(same -> same);
    PrivateKeyMaterial key =
        PrivateKeyMaterial.of(TestKeys.KEY_ID, type, TestKeys.of(type).publicKey(), encoded);
    types()
        .filter(it -> it.type() == type)
        .forEach(
            it ->
                key.sign(
                    it.algorithm(), it.messageType(), SecretBytes.fromByteArray(it.message(1))));
    key.close();
    key.close();
    assertThat(array).containsOnly(0);
    assertThatThrownBy(() -> key.lend(bytes -> bytes.length))
        .isInstanceOf(Material.ClosedException.class);
  }

  @Test
  void idOfAnotherKmsKey_isAnother() {
    KeyPairType type = KeyPairType.ECC_NIST_P256;
    PrivateKeyMaterial original = TestKeys.of(type);
    PrivateKeyMaterial other =
        PrivateKeyMaterial.of(
            "another", type, original.publicKey(), SecretBytes.fromByteArray(encodedOf(original)));
    assertThat(other.id()).isNotEqualTo(original.id());
    assertThat(copyOf(original).id()).isEqualTo(original.id());
  }

  @Test
  void deferred_sourceOfAnotherKey_isRefused_andItsMaterialIsClosed() {
    KeyPairType type = KeyPairType.ECC_NIST_P256;
    PrivateKeyMaterial original = TestKeys.of(type);
    PrivateKeyMaterial otherPublicKey =
        PrivateKeyMaterial.of(
            TestKeys.KEY_ID,
            type,
            TestKeys.of(KeyPairType.ECC_NIST_P384).publicKey(),
            SecretBytes.fromByteArray(encodedOf(original)));
    PrivateKeyMaterial otherKey =
        PrivateKeyMaterial.generate(TestKeys.KEY_ID, type, new SecureRandom());
    for (PrivateKeyMaterial foreign : List.of(otherPublicKey, otherKey)) {
      PrivateKeyMaterial deferred =
          PrivateKeyMaterial.deferred(original.id(), type, original.publicKey(), () -> foreign);
      assertThatThrownBy(() -> deferred.lend(bytes -> bytes.length))
          .isInstanceOf(AssertionError.class)
          .hasMessage("the source of " + original + " returned " + foreign);
      assertThatThrownBy(() -> foreign.lend(bytes -> bytes.length))
          .isInstanceOf(Material.ClosedException.class);
    }
  }

  /** A signature under a half-wiped key could reveal it. */
  @ParameterizedTest
  @MethodSource("types")
  void close_duringSignatures_everySignatureIsValidOrRefused(Case it) throws Exception {
    PrivateKeyMaterial key = copyOf(TestKeys.of(it.type()));
    SecretBytes message = SecretBytes.fromByteArray(it.message(1));
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      CountDownLatch signing = new CountDownLatch(3);
      List<Future<List<Bytes>>> results = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        results.add(threads.submit(() -> signUntilClosed(key, it, message, signing)));
      }
      assertThat(signing.await(60, TimeUnit.SECONDS)).isTrue();
      key.close();
      for (Future<List<Bytes>> result : results) {
        for (Bytes signature : result.get()) {
          assertThat(key.publicHalf().verify(it.algorithm(), it.messageType(), message, signature))
              .isTrue();
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void closedSigningKeyOfMlDsa_isWiped() {
    KeyPairType type = KeyPairType.ML_DSA_44;
    SigningKey key = KeyFamily.of(type).signingKey(type, encodedOf(TestKeys.of(type)));
    key.close();
    assertThatIllegalStateException()
        .isThrownBy(
            () -> key.sign(SigningAlgorithmSpec.ML_DSA_SHAKE_256, MessageType.RAW, new byte[] {1}));
  }

  private static List<Bytes> signUntilClosed(
      PrivateKeyMaterial key, Case it, SecretBytes message, CountDownLatch signing) {
    List<Bytes> signatures = new ArrayList<>();
    try {
      while (true) {
        signatures.add(key.sign(it.algorithm(), it.messageType(), message));
        signing.countDown();
      }
    } catch (Material.ClosedException e) {
      return signatures;
    }
  }

  private static PrivateKeyMaterial copyOf(PrivateKeyMaterial key) {
    return PrivateKeyMaterial.of(
        TestKeys.KEY_ID, key.type(), key.publicKey(), SecretBytes.fromByteArray(encodedOf(key)));
  }

  private static byte[] encodedOf(PrivateKeyMaterial key) {
    return key.lend(byte[]::clone);
  }
}
