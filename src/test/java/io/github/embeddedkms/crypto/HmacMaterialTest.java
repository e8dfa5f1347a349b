package io.github.embeddedkms.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HmacMaterialTest {

  private static final SecretBytes MESSAGE = SecretBytes.fromUtf8String("a message");

  @ParameterizedTest
  @CsvSource({
    "HMAC_SHA_224, 28, 64, HmacSHA224",
    "HMAC_SHA_256, 32, 64, HmacSHA256",
    "HMAC_SHA_384, 48, 128, HmacSHA384",
    "HMAC_SHA_512, 64, 128, HmacSHA512",
  })
  void generated_hasTheLengthOfItsHash_andMacsAsTheJdk(
      MacAlgorithmSpec algorithm, int least, int most, String name) throws Exception {
    HmacMaterial key = HmacMaterial.generate(TestKeys.KEY_ID, algorithm, new SecureRandom());
    byte[] secret = key.lend(byte[]::clone);
    assertThat(secret).hasSize(least);
    Mac mac = Mac.getInstance(name);
    mac.init(new SecretKeySpec(secret, name));
    byte[] expected = mac.doFinal(MESSAGE.asByteArray());
    assertThat(key.mac(MESSAGE).asByteArray()).isEqualTo(expected).hasSize(least);
    for (int length : new int[] {0, 1, least - 1, most + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> HmacMaterial.of(TestKeys.KEY_ID, algorithm, secret(length)))
          .withMessage(
              "material for %s has %d to %d bytes, not %d", algorithm, least, most, length);
    }
    for (int length : new int[] {least, least + 1, most}) {
      HmacMaterial imported = HmacMaterial.of(TestKeys.KEY_ID, algorithm, secret(length));
      assertThat(imported.verify(MESSAGE, imported.mac(MESSAGE))).isTrue();
    }
  }

  private static SecretBytes secret(int length) {
    return SecretBytes.filledBy(length, new SecureRandom()::nextBytes);
  }

  @ParameterizedTest
  @EnumSource(MacAlgorithmSpec.class)
  void verify_macWithAnyBitFlippedOrOfAnotherLength_isFalse(MacAlgorithmSpec algorithm) {
    HmacMaterial key = HmacMaterial.generate(TestKeys.KEY_ID, algorithm, new SecureRandom());
    byte[] mac = key.mac(MESSAGE).asByteArray();
    assertThat(key.verify(MESSAGE, Bytes.fromByteArray(mac))).isTrue();
    for (int bit = 0; bit < mac.length * 8; bit++) {
      mac[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(key.verify(MESSAGE, Bytes.fromByteArray(mac))).as("bit %d", bit).isFalse();
      mac[bit / 8] ^= (byte) (1 << bit % 8);
    }
    for (int length = 0; length < 2 * mac.length; length++) {
      assertThat(key.verify(MESSAGE, Bytes.fromByteArray(Arrays.copyOf(mac, length))))
          .isEqualTo(length == mac.length);
    }
    assertThat(key.verify(SecretBytes.fromUtf8String("another"), Bytes.fromByteArray(mac)))
        .isFalse();
  }

  /** Otherwise GenerateMac would reveal, or VerifyMac would confirm, what others can compute. */
  @Test
  void id_isNotTheMacOfItsLabelAndKeyId() {
    HmacMaterial key =
        HmacMaterial.generate(TestKeys.KEY_ID, MacAlgorithmSpec.HMAC_SHA_256, new SecureRandom());
    for (String label :
        new String[] {"embedded-kms/key-material-id/v1", "embedded-kms/key-material/v1", ""}) {
      byte[] message = (label + TestKeys.KEY_ID).getBytes(US_ASCII);
      assertThat(key.verify(SecretBytes.fromByteArray(message), key.id())).isFalse();
    }
    // HMAC pads short keys with zeros, so these two keys have the same MACs, but different ids.
    byte[] secret = key.lend(byte[]::clone);
    HmacMaterial padded =
        HmacMaterial.of(
            TestKeys.KEY_ID,
            MacAlgorithmSpec.HMAC_SHA_256,
            SecretBytes.fromByteArray(Arrays.copyOf(secret, 33)));
    assertThat(padded.mac(MESSAGE)).isEqualTo(key.mac(MESSAGE));
    assertThat(padded.id()).isNotEqualTo(key.id());
  }

  @Test
  void deferred_isLoadedOnFirstUseOnly_andWipedByClose() {
    SecretBytes bytes = secret(32);
    byte[] array = bytes.lend(same -> same);
    HmacMaterial original = HmacMaterial.of(TestKeys.KEY_ID, MacAlgorithmSpec.HMAC_SHA_256, bytes);
    AtomicInteger loads = new AtomicInteger();
    HmacMaterial deferred =
        HmacMaterial.deferred(
            original.id(),
            MacAlgorithmSpec.HMAC_SHA_256,
            () -> {
              loads.incrementAndGet();
              return original;
            });
    assertThat(deferred).hasToString("HmacMaterial[HMAC_SHA_256 " + original.idAsHex() + "]");
    assertThat(deferred.id()).isEqualTo(original.id());
    assertThat(deferred.algorithm()).isEqualTo(MacAlgorithmSpec.HMAC_SHA_256);
    assertThat(loads).hasValue(0);
    assertThat(deferred.mac(MESSAGE)).isEqualTo(original.mac(MESSAGE));
    assertThat(deferred.verify(MESSAGE, original.mac(MESSAGE))).isTrue();
    assertThat(deferred.<byte[], RuntimeException>lend(byte[]::clone)).isEqualTo(array);
    assertThat(loads).hasValue(1);
    deferred.close();
    assertThat(array).containsOnly(0);
    assertThatThrownBy(() -> deferred.mac(MESSAGE)).isInstanceOf(Material.ClosedException.class);
    assertThatThrownBy(() -> deferred.verify(MESSAGE, Bytes.fromByteArray(new byte[32])))
        .isInstanceOf(Material.ClosedException.class);
    assertThatThrownBy(() -> deferred.lend(any -> any.length))
        .isInstanceOf(Material.ClosedException.class);
  }

  @ParameterizedTest
  @CsvSource({"another, HMAC_SHA_256", "1234abcd-12ab-34cd-56ef-1234567890ab, HMAC_SHA_224"})
  void deferred_sourceOfAnotherMaterial_isRefused_andItsMaterialIsClosed(
      String keyId, MacAlgorithmSpec algorithm) {
    HmacMaterial original =
        HmacMaterial.of(TestKeys.KEY_ID, MacAlgorithmSpec.HMAC_SHA_256, secret(32));
    HmacMaterial foreign =
        HmacMaterial.of(keyId, algorithm, SecretBytes.fromByteArray(original.lend(byte[]::clone)));
    HmacMaterial deferred =
        HmacMaterial.deferred(original.id(), MacAlgorithmSpec.HMAC_SHA_256, () -> foreign);
    assertThatThrownBy(() -> deferred.mac(MESSAGE))
        .isInstanceOf(AssertionError.class)
        .hasMessage("the source of " + original + " returned " + foreign);
    assertThatThrownBy(() -> foreign.mac(MESSAGE)).isInstanceOf(Material.ClosedException.class);
  }
}
