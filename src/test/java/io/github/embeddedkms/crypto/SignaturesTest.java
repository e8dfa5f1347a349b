package io.github.embeddedkms.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.embeddedkms.crypto.TestKeys.Case;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Signs and verifies with every type, algorithm and message type. */
class SignaturesTest {

  static Stream<Case> cases() {
    return TestKeys.cases();
  }

  @Test
  void cases_areThoseOfTheService() {
    // 3 RSA specs with 6 algorithms, 5 curves, Ed25519 and Ed25519ph, 3 ML-DSA specs.
    assertThat(cases()).hasSize(3 * 6 * 2 + 5 * 2 + 2 + 3 * 2);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void signature_ofAMessage_isValidForItOnly(Case it) {
    signAndVerify(it, 5);
  }

  @Tag("thorough")
  @ParameterizedTest
  @MethodSource("cases")
  void signature_ofEachOfManyMessages_isValidForItOnly(Case it) {
    signAndVerify(it, 20);
  }

  private static void signAndVerify(Case it, int messages) {
    for (int i = 0; i < messages; i++) {
      Bytes signature = sign(it, it.message(i));
      assertThat(verify(it, it.message(i), signature)).isTrue();
      assertThat(verify(it, it.message(i + 1), signature)).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void signature_hasTheLengthOfItsAlgorithm(Case it) {
    int length = sign(it, it.message(1)).length();
    switch (it.type().family()) {
      case RSA -> assertThat(length).isEqualTo(it.type().size() / 8);
      case NIST_CURVE, OTHER_CURVE ->
          assertThat(length).isBetween(8 + it.type().size(), 9 + 2 * (it.type().size() + 1));
      case ED25519 -> assertThat(length).isEqualTo(64);
      default ->
          assertThat(length)
              .isEqualTo(
                  switch (it.type()) {
                    case ML_DSA_44 -> 2420;
                    case ML_DSA_65 -> 3309;
                    default -> 4627;
                  });
    }
  }

  /** Randomized signatures differ every time; those of PKCS #1 v1.5 and Ed25519 never do. */
  @ParameterizedTest
  @MethodSource("cases")
  void signature_again_differsIfItIsRandomized(Case it) {
    Set<Bytes> signatures = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      signatures.add(sign(it, it.message(1)));
    }
    boolean deterministic =
        it.type().family() == KeyPairType.Family.ED25519
            || it.algorithm().name().startsWith("RSASSA_PKCS1");
    assertThat(signatures).hasSize(deterministic ? 1 : 5);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void signature_withABitFlipped_isInvalid(Case it) {
    // About 30 bits, from one end to the other.
    requireInvalid(it, 30);
  }

  @Tag("thorough")
  @ParameterizedTest
  @MethodSource("cases")
  void signature_withAnyBitFlipped_isInvalid(Case it) {
    requireInvalid(it, Integer.MAX_VALUE);
  }

  private static void requireInvalid(Case it, int most) {
    byte[] signature = sign(it, it.message(3)).asByteArray();
    SecretBytes message = SecretBytes.fromByteArray(it.message(3));
    List<Integer> accepted = new ArrayList<>();
    int bits = signature.length * 8;
    int step = Math.max(1, bits / most);
    for (int bit = 0; bit < bits; bit += step) {
      signature[bit / 8] ^= (byte) (1 << bit % 8);
      if (key(it)
          .publicHalf()
          .verify(it.algorithm(), it.messageType(), message, Bytes.fromByteArray(signature))) {
        accepted.add(bit);
      }
      signature[bit / 8] ^= (byte) (1 << bit % 8);
    }
    assertThat(accepted).isEmpty();
    assertThat(verify(it, it.message(3), Bytes.fromByteArray(signature))).isTrue();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void signature_thatIsNone_isInvalid(Case it) {
    byte[] message = it.message(3);
    byte[] valid = sign(it, message).asByteArray();
    List<byte[]> garbage = new ArrayList<>();
    garbage.add(new byte[0]);
    garbage.add(new byte[1]);
    garbage.add(new byte[valid.length]);
    garbage.add(new byte[6144]);
    byte[] ones = new byte[valid.length];
    Arrays.fill(ones, (byte) 0xFF);
    garbage.add(ones);
    garbage.add(Arrays.copyOf(valid, valid.length - 1));
    garbage.add(Arrays.copyOf(valid, valid.length + 1));
    byte[] prefixed = new byte[valid.length + 1];
    System.arraycopy(valid, 0, prefixed, 1, valid.length);
    garbage.add(prefixed);
    byte[] random = new byte[valid.length];
    new SecureRandom().nextBytes(random);
    garbage.add(random);
    for (byte[] bytes : garbage) {
      assertThat(verify(it, message, Bytes.fromByteArray(bytes)))
          .as("%d bytes", bytes.length)
          .isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void signature_ofAnotherKeyOfTheType_isInvalid(Case it) {
    if (it.type().family() == KeyPairType.Family.RSA && it.type() != KeyPairType.RSA_2048) {
      return; // Generating another key takes seconds.
    }
    try (PrivateKeyMaterial other =
        PrivateKeyMaterial.generate(TestKeys.KEY_ID, it.type(), new SecureRandom())) {
      byte[] message = it.message(1);
      Bytes signature =
          other.sign(it.algorithm(), it.messageType(), SecretBytes.fromByteArray(message));
      assertThat(verify(it, message, signature)).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void signature_ofAnotherAlgorithmOfTheKey_isInvalid(Case it) {
    Bytes signature = sign(it, it.message(1));
    cases()
        .filter(other -> other.type() == it.type())
        .filter(other -> other.algorithm() != it.algorithm())
        .forEach(
            other -> {
              OptionalInt length =
                  SigningMessages.requiredLength(other.algorithm(), other.messageType());
              byte[] message = it.message(1);
              if (length.isEmpty() || length.getAsInt() == message.length) {
                assertThat(verify(other, message, signature)).as("%s", other).isFalse();
              }
            });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void message_ofAnotherLengthThanRequired_isRefused(Case it) {
    OptionalInt required = SigningMessages.requiredLength(it.algorithm(), it.messageType());
    if (required.isEmpty()) {
      assertThat(verify(it, new byte[0], sign(it, new byte[0]))).isTrue();
      return;
    }
    for (int length : new int[] {0, 1, 20, required.getAsInt() - 1, required.getAsInt() + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> sign(it, new byte[length]))
          .withMessage(
              "%s for %s has %d bytes, not %d",
              it.messageType(), it.algorithm(), required.getAsInt(), length);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> verify(it, new byte[length], Bytes.fromByteArray(new byte[64])));
    }
  }

  @ParameterizedTest
  @EnumSource(KeyPairType.class)
  void algorithmsAndMessageTypes_thatTheServiceRefuses_areRefused(KeyPairType type) {
    List<Case> supported = cases().toList();
    for (SigningAlgorithmSpec algorithm : SigningAlgorithmSpec.values()) {
      for (MessageType messageType : MessageType.values()) {
        Case it = new Case(type, algorithm, messageType);
        if (!supported.contains(it)) {
          assertThatIllegalArgumentException()
              .isThrownBy(() -> sign(it, it.message(1)))
              .withMessage("%s does not sign %s by %s", type, messageType, algorithm);
        }
      }
    }
  }

  /** The service signs a message and its digest alike. */
  @ParameterizedTest
  @MethodSource("cases")
  void signatureOfMessage_isThatOfItsDigest(Case it) throws Exception {
    if (it.messageType() == MessageType.RAW
        || it.algorithm() == SigningAlgorithmSpec.ED25519_PH_SHA_512) {
      return;
    }
    byte[] message = "a message".getBytes(UTF_8);
    byte[] digest =
        switch (it.algorithm()) {
          case SM2_DSA -> sm2Digest(it.type(), message);
          case ML_DSA_SHAKE_256 -> mu(it.type(), message);
          default ->
              MessageDigest.getInstance(MessageDigests.hashOf(it.algorithm())).digest(message);
        };
    Case raw = new Case(it.type(), it.algorithm(), MessageType.RAW);
    assertThat(verify(raw, message, sign(it, digest))).isTrue();
    assertThat(verify(it, digest, sign(raw, message))).isTrue();
  }

  /** SM3 of Z and the message: GB/T 32918.2, sections 5.5 and 6.1. */
  private static byte[] sm2Digest(KeyPairType type, byte[] message) {
    byte[] point = KeyEncoding.publicKey(type, TestKeys.of(type).publicKey());
    SM3Digest z = new SM3Digest();
    z.update((byte) 0);
    z.update((byte) 128);
    update(z, "1234567812345678".getBytes(US_ASCII));
    update(
        z,
        HexFormat.of()
            .parseHex(
                "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc"
                    + "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93"
                    + "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
                    + "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"));
    update(z, Arrays.copyOfRange(point, 1, point.length));
    byte[] hash = new byte[32];
    z.doFinal(hash, 0);
    update(z, hash);
    update(z, message);
    z.doFinal(hash, 0);
    return hash;
  }

  private static void update(SM3Digest digest, byte[] bytes) {
    digest.update(bytes, 0, bytes.length);
  }

  static byte[] mu(KeyPairType type, byte[] message) throws Exception {
    MLDSASigner signer = new MLDSASigner();
    byte[] publicKey = KeyEncoding.publicKey(type, TestKeys.of(type).publicKey());
    signer.init(
        false,
        new MLDSAPublicKeyParameters(
            switch (type) {
              case ML_DSA_44 -> MLDSAParameters.ml_dsa_44;
              case ML_DSA_65 -> MLDSAParameters.ml_dsa_65;
              default -> MLDSAParameters.ml_dsa_87;
            },
            publicKey));
    signer.update(message, 0, message.length);
    return signer.generateMu();
  }

  /** Numbers out of range, and encodings other than DER, for every curve. */
  @ParameterizedTest
  @EnumSource(
      value = KeyPairType.class,
      names = {"ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256_K1", "SM2"})
  void curveSignature_withNumbersOutOfRangeOrNotInDer_isInvalid(KeyPairType type) {
    Case it = cases().filter(any -> any.type() == type).findFirst().orElseThrow();
    byte[] message = it.message(1);
    byte[] valid = sign(it, message).asByteArray();
    DerReader numbers = new DerReader(valid).enter(DerReader.SEQUENCE);
    BigInteger r = numbers.unsigned();
    BigInteger s = numbers.unsigned();
    BigInteger n = BouncyCurves.of(type).getN();
    assertThat(verify(it, message, der(r, s))).isTrue();
    List<BigInteger> wrong =
        List.of(BigInteger.ZERO, n, n.add(r), n.add(s), n.negate(), n.shiftLeft(64));
    for (BigInteger number : wrong) {
      assertThat(verify(it, message, der(number, s))).as("r = %s", number).isFalse();
      assertThat(verify(it, message, der(r, number))).as("s = %s", number).isFalse();
      for (BigInteger other : wrong) {
        assertThat(verify(it, message, der(number, other))).isFalse();
      }
    }
    assertThat(verify(it, message, der(r.subtract(n), s))).isFalse();
    assertThat(verify(it, message, der(r, s.subtract(n)))).isFalse();
    // An indefinite length, a length in more octets than needed, a third number, a sign octet.
    assertThat(verify(it, message, raw("3080", integer(r), integer(s), new byte[2]))).isFalse();
    assertThat(verify(it, message, sequence(integer(r), integer(s), integer(s)))).isFalse();
    assertThat(verify(it, message, sequence(integer(r)))).isFalse();
    assertThat(verify(it, message, sequence(padded(r), integer(s)))).isFalse();
    assertThat(verify(it, message, sequence(integer(r), padded(s)))).isFalse();
  }

  private static Bytes der(BigInteger r, BigInteger s) {
    return sequence(integer(r), integer(s));
  }

  private static byte[] integer(BigInteger number) {
    return new DerWriter().integer(number).toByteArray();
  }

  private static byte[] padded(BigInteger number) {
    byte[] minimal = number.toByteArray();
    byte[] padded = new byte[minimal.length + 1];
    System.arraycopy(minimal, 0, padded, 1, minimal.length);
    return new DerWriter().value(DerReader.INTEGER, padded).toByteArray();
  }

  private static Bytes sequence(byte[]... values) {
    return Bytes.fromByteArray(
        new DerWriter().value(DerReader.SEQUENCE, raw("", values).asByteArray()).toByteArray());
  }

  private static Bytes raw(String header, byte[]... values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(HexFormat.of().parseHex(header));
    for (byte[] value : values) {
      out.writeBytes(value);
    }
    return Bytes.fromByteArray(out.toByteArray());
  }

  private static PrivateKeyMaterial key(Case it) {
    return TestKeys.of(it.type());
  }

  private static Bytes sign(Case it, byte[] message) {
    return key(it).sign(it.algorithm(), it.messageType(), SecretBytes.fromByteArray(message));
  }

  private static boolean verify(Case it, byte[] message, Bytes signature) {
    return key(it)
        .publicHalf()
        .verify(it.algorithm(), it.messageType(), SecretBytes.fromByteArray(message), signature);
  }
}
