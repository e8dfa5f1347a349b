package io.github.embeddedkms.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import java.math.BigInteger;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The example of encryption in GM/T 0003.5-2012, which uses the curve sm2p256v1. */
class Sm2VectorTest {

  private static final BigInteger PRIVATE_KEY =
      number("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8");

  private static final Sm2Ciphertext CIPHERTEXT =
      new Sm2Ciphertext(
          number("04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73"),
          number("E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0"),
          bytes("59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766"),
          bytes("21886CA989CA9C7D58087307CA93092D651EFA"));

  private static byte[] bytes(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static BigInteger number(String digits) {
    return new BigInteger(digits, 16);
  }

  private static PrivateKeyMaterial key() {
    byte[] point = BouncyCurves.publicPoint(BouncyCurves.of(KeyPairType.SM2), PRIVATE_KEY);
    KeyPair pair = CurveEncoding.encode(KeyPairType.SM2, PRIVATE_KEY, point);
    return PrivateKeyMaterial.of(
        TestKeys.KEY_ID, KeyPairType.SM2, pair.publicKey(), pair.privateKey());
  }

  @Test
  void ciphertextOfTheStandard_isDecrypted() {
    try (PrivateKeyMaterial key = key()) {
      assertThat(
              key.decrypt(
                  EncryptionAlgorithmSpec.SM2_PKE, Bytes.fromByteArray(CIPHERTEXT.encode())))
          .contains(SecretBytes.fromUtf8String("encryption standard"));
    }
  }

  @Test
  void ciphertext_hashAltered_isInvalid() {
    byte[] hash = CIPHERTEXT.hash().clone();
    hash[31] ^= 1;
    Sm2Ciphertext altered =
        new Sm2Ciphertext(CIPHERTEXT.x(), CIPHERTEXT.y(), hash, CIPHERTEXT.encrypted());
    try (PrivateKeyMaterial key = key()) {
      assertThat(
              key.decrypt(EncryptionAlgorithmSpec.SM2_PKE, Bytes.fromByteArray(altered.encode())))
          .isEmpty();
    }
  }
}
