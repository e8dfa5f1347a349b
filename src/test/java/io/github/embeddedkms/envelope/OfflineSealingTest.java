package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.WRONG;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.embeddedkms.CallbackClient;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.crypto.AsymmetricPublicKey;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.Mockito;

/** Sealing to public keys: what is written, and which keys are refused. */
class OfflineSealingTest {

  private static final OfflineFixture FIXTURE = new OfflineFixture();

  /** Sealing offline makes no call of it. */
  private static final KmsClient NEVER =
      new CallbackClient(
          request -> {
            throw new AssertionError("a call of " + request.getClass());
          });

  @BeforeEach
  void forgetRequests() {
    FIXTURE.kms.requests().clear();
  }

  @AfterAll
  static void close() {
    FIXTURE.close();
  }

  static List<RecipientKind> kinds() {
    return OfflineFixture.kinds();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void seal_anyKind_makesNoCall_andOpensByItsCalls(RecipientKind kind) {
    for (EnvelopeBuilder builder : List.of(Envelope.builder(), Envelope.builder(NEVER))) {
      byte[] sealed = FIXTURE.keys(kind).sealing(builder).build().seal(data(100), CONTEXT);
      assertThat(FIXTURE.reader(kind).open(sealed, CONTEXT)).isEqualTo(data(100));
      assertThat(FIXTURE.operations())
          .isEqualTo(
              kind.isRsa()
                  ? List.of("Decrypt")
                  : FIXTURE.keys(kind).isPair()
                      ? List.of("Decapsulate", "DeriveSharedSecret")
                      : List.of("Decapsulate"));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void seal_anyKind_isBoundToItsContext(RecipientKind kind) {
    byte[] sealed = FIXTURE.writer(kind).seal(data(1), CONTEXT);
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> FIXTURE.reader(kind).open(sealed, WRONG));
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> FIXTURE.reader(kind).open(sealed, EncryptionContext.none()));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void seal_twice_nothingRepeats(RecipientKind kind) {
    Set<Bytes> seen = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      Recipient recipient =
          Messages.prefix(FIXTURE.writer(kind).seal(data(1), CONTEXT)).recipients().get(0);
      OfflineRecord record = OfflineRecord.parse(recipient, kind);
      assertThat(seen.add(record.ciphertext())).isTrue();
      assertThat(seen.add(record.wrapped())).isTrue();
      if (record.curve() != null) {
        assertThat(seen.add(record.curve().point())).isTrue();
      }
    }
  }

  /** The sizes of the specification, with ARNs of 75 characters. */
  @ParameterizedTest
  @CsvSource({
    "ML_KEM_768, 1248",
    "ML_KEM_1024, 1728",
    "ML_KEM_768_P256, 1422",
    "ML_KEM_1024_P384, 1934",
    "RSA_3072, 544",
    "RSA_4096, 672"
  })
  void seal_recipient_hasItsSize(RecipientKind kind, int length) {
    byte[] sealed = FIXTURE.writer(kind).seal(new byte[0], CONTEXT);
    assertThat(Messages.prefixLength(sealed)).isEqualTo(6 + length);
    assertThat(Arrays.copyOf(sealed, 5)).containsExactly('E', 'K', 'M', 2, 1);
  }

  @Test
  void inspect_offlineMessage_saysHowItWasSealed() {
    byte[] sealed = FIXTURE.writer(RecipientKind.ML_KEM_768_P256).seal(data(1), CONTEXT);
    OfflineFixture.Keys keys = FIXTURE.keys(RecipientKind.ML_KEM_768_P256);
    EnvelopeHeader header = Envelope.inspect(sealed);
    assertThat(header)
        .isEqualTo(
            new EnvelopeHeader(
                2,
                "AES-256-GCM",
                List.of(
                    new EnvelopeRecipient(
                        3, RecipientKind.ML_KEM_768_P256, keys.arns(), keys.fingerprints())),
                null,
                false));
    assertThat(header.claimedKeyArns()).isEqualTo(keys.arns());
    assertThat(header.isSealedOffline()).isTrue();
    assertThat(header.isPostQuantum()).isTrue();
    EnvelopeHeader rsa =
        Envelope.inspect(FIXTURE.writer(RecipientKind.RSA_3072).seal(data(1), CONTEXT));
    assertThat(rsa.isSealedOffline()).isTrue();
    assertThat(rsa.isPostQuantum()).isFalse();
    Envelope online = Envelope.builder(FIXTURE.kms).key(FIXTURE.online).build();
    EnvelopeHeader version1 = Envelope.inspect(online.seal(data(1), CONTEXT));
    assertThat(version1.version()).isEqualTo(1);
    assertThat(version1.isSealedOffline()).isFalse();
    assertThat(version1.isPostQuantum()).isTrue();
  }

  @Test
  void seal_mixed_opensOnlineAndOffline() {
    OfflineFixture.Keys keys = FIXTURE.keys(RecipientKind.ML_KEM_768);
    Envelope writer = keys.sealing(Envelope.builder(FIXTURE.kms).key(FIXTURE.online)).build();
    byte[] sealed = writer.seal(data(7), CONTEXT);
    assertThat(FIXTURE.operations()).containsExactly("GenerateDataKey");
    // The writer names the online key, so it opens too.
    assertThat(writer.open(sealed, CONTEXT)).isEqualTo(data(7));
    assertThat(FIXTURE.operations()).containsExactly("Decrypt");
    assertThat(FIXTURE.reader(RecipientKind.ML_KEM_768).open(sealed, CONTEXT)).isEqualTo(data(7));
    assertThat(FIXTURE.operations()).containsExactly("Decapsulate");
    assertThat(Envelope.inspect(sealed).version()).isEqualTo(2);
  }

  @Test
  void seal_offlineOnly_bypassesTheCache_andMixedUsesIt() {
    CacheLimits limits = CacheLimits.ofMaximumAge(Duration.ofMinutes(1));
    OfflineFixture.Keys keys = FIXTURE.keys(RecipientKind.ML_KEM_768);
    try (Envelope offline = keys.sealing(Envelope.builder().cache(limits)).build();
        Envelope mixed =
            keys.sealing(Envelope.builder(FIXTURE.kms).key(FIXTURE.online).cache(limits)).build()) {
      byte[] one = offline.seal(data(1), CONTEXT);
      byte[] two = offline.seal(data(1), CONTEXT);
      assertThat(Messages.prefix(one)).isNotEqualTo(Messages.prefix(two));
      assertThat(offline.cacheStatistics().entries()).isZero();
      byte[] three = mixed.seal(data(1), CONTEXT);
      byte[] four = mixed.seal(data(1), CONTEXT);
      assertThat(Messages.prefix(three)).isEqualTo(Messages.prefix(four));
      assertThat(FIXTURE.operations()).containsExactly("GenerateDataKey");
      assertThat(FIXTURE.reader(RecipientKind.ML_KEM_768).open(four, CONTEXT)).hasSize(1);
    }
  }

  @Test
  void prepare_withPublicKeys_isRefused() {
    Envelope envelope =
        FIXTURE
            .keys(RecipientKind.ML_KEM_768)
            .sealing(Envelope.builder(FIXTURE.kms).key(FIXTURE.online))
            .build();
    assertThatIllegalStateException()
        .isThrownBy(() -> envelope.prepare(CONTEXT))
        .withMessage(
            "embedded-kms: a container cannot be prepared for public keys: its maker would know"
                + " the data key");
    byte[] sealed = envelope.seal(data(1), CONTEXT);
    byte[] prefix = Arrays.copyOf(sealed, Messages.prefixLength(sealed));
    assertThatExceptionOfType(TruncatedMessageException.class)
        .isThrownBy(() -> envelope.fill(prefix, data(1), CONTEXT));
    assertThatExceptionOfType(MalformedMessageException.class)
        .isThrownBy(() -> envelope.fill(sealed, data(1), CONTEXT));
    assertThatExceptionOfType(TruncatedMessageException.class)
        .isThrownBy(() -> Envelope.inspect(prefix));
    assertThatExceptionOfType(TruncatedMessageException.class)
        .isThrownBy(() -> envelope.open(prefix, CONTEXT));
  }

  @Test
  void seal_contextTooLong_isRefused() {
    EncryptionContext context =
        EncryptionContext.of(Map.of("a", "x".repeat(65_536 - 2 - 4 - 1 - 4 + 1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FIXTURE.writer(RecipientKind.ML_KEM_768).seal(data(1), context))
        .withMessage(
            "embedded-kms: a context for sealing offline must have at most 65536 bytes, not 65537");
    EncryptionContext longest =
        EncryptionContext.of(Map.of("a", "x".repeat(65_536 - 2 - 4 - 1 - 4)));
    assertThat(FIXTURE.writer(RecipientKind.ML_KEM_768).seal(data(1), longest)).isNotEmpty();
  }

  @Test
  void build_withoutClient_sealsOnly() {
    OfflineFixture.Keys keys = FIXTURE.keys(RecipientKind.ML_KEM_768);
    byte[] sealed = FIXTURE.writer(RecipientKind.ML_KEM_768).seal(data(1), CONTEXT);
    // Not even its own messages.
    assertThatExceptionOfType(SealedOfflineException.class)
        .isThrownBy(() -> FIXTURE.writer(RecipientKind.ML_KEM_768).open(sealed, CONTEXT));
    for (EnvelopeBuilder builder :
        List.of(
            Envelope.builder().key("x"),
            Envelope.builder().alsoOpens("x"),
            keys.opening(Envelope.builder()),
            Envelope.builder().discovery("aws", Set.of("111122223333")))) {
      assertThatIllegalStateException()
          .isThrownBy(builder::build)
          .withMessage(
              "embedded-kms: an envelope without a client only seals to public keys; pass a client"
                  + " to Envelope.builder");
    }
    assertThatIllegalStateException().isThrownBy(() -> Envelope.builder().build());
  }

  // What sealTo refuses.

  private static void assertRefused(Bytes spki, String arn, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envelope.builder().sealTo(spki, arn))
        .withMessageContaining(message);
  }

  @Test
  void sealTo_arnThatIsNone_isRefused() {
    Bytes spki = FIXTURE.keys(RecipientKind.ML_KEM_768).spki();
    for (String arn :
        List.of(
            "alias/x",
            "arn:aws:kms:us-east-1:111122223333:alias/x",
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "",
            "arn:aws:kms:us-east-1:111122223333:key/" + "x".repeat(2048))) {
      assertRefused(spki, arn, "name the key by its key ARN");
    }
    assertRefused(
        spki,
        "arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "ML-KEM does not exist in China Regions");
    // RSA does.
    Envelope.builder()
        .sealTo(
            FIXTURE.keys(RecipientKind.RSA_3072).spki(),
            "arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab");
  }

  @ParameterizedTest
  @CsvSource({
    "ML_KEM_512, ENCAPSULATE_DECAPSULATE",
    "RSA_2048, ENCRYPT_DECRYPT",
    "ECC_NIST_P256, KEY_AGREEMENT",
    "ECC_NIST_P384, KEY_AGREEMENT",
    "ECC_NIST_P521, KEY_AGREEMENT",
    "ECC_SECG_P256_K1, SIGN_VERIFY",
    "ECC_NIST_EDWARDS25519, SIGN_VERIFY",
    "ML_DSA_44, SIGN_VERIFY"
  })
  void sealTo_keyOfAnotherSpec_isRefusedByName(KeySpec spec, KeyUsageType usage) {
    String arn = FIXTURE.createKey(spec, usage);
    assertRefused(
        FIXTURE.publicKey(arn), arn, "embedded-kms: no message is sealed to " + spec + "; use ");
  }

  @Test
  void sealTo_pairThatIsNone_isRefused() {
    OfflineFixture.Keys larger = FIXTURE.keys(RecipientKind.ML_KEM_1024_P384);
    OfflineFixture.Keys smaller = FIXTURE.keys(RecipientKind.ML_KEM_768_P256);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Envelope.builder()
                    .sealTo(smaller.spki(), smaller.arn(), larger.curveSpki(), larger.curveArn()))
        .withMessageContaining("no message is sealed to ML_KEM_768 with ECC_NIST_P384");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Envelope.builder()
                    .sealTo(smaller.curveSpki(), smaller.curveArn(), smaller.spki(), smaller.arn()))
        .withMessageContaining("no message is sealed to ECC_NIST_P256 with ML_KEM_768");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Envelope.builder()
                    .sealTo(smaller.spki(), smaller.arn(), smaller.curveSpki(), smaller.arn()))
        .withMessage("embedded-kms: a pair needs two keys, not one twice");
  }

  @Test
  void sealTo_keyTwice_orRsaBesideMlKem_isRefused() {
    OfflineFixture.Keys kem = FIXTURE.keys(RecipientKind.ML_KEM_768);
    OfflineFixture.Keys rsa = FIXTURE.keys(RecipientKind.RSA_3072);
    OfflineFixture.Keys pair = FIXTURE.keys(RecipientKind.ML_KEM_768_P256);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kem.sealing(kem.sealing(Envelope.builder())))
        .withMessage("embedded-kms: a message is sealed to each key once");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pair.sealing(Envelope.builder()).sealTo(pair.spki(), pair.arn()))
        .withMessage("embedded-kms: a message is sealed to each key once");
    for (OfflineFixture.Keys each : List.of(kem, pair)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rsa.sealing(each.sealing(Envelope.builder())))
          .withMessage(
              "embedded-kms: a message is sealed to RSA or to ML-KEM, not to both: it would not be"
                  + " post-quantum, although it looks so");
    }
    // Two of ML-KEM, one alone and one in a pair, are fine.
    kem.sealing(pair.sealing(Envelope.builder())).build();
  }

  @Test
  void sealTo_moreThan16_isRefused() {
    Bytes spki = FIXTURE.keys(RecipientKind.ML_KEM_768).spki();
    EnvelopeBuilder builder = Envelope.builder(NEVER).key("x");
    for (int i = 1; i < 16; i++) {
      builder.sealTo(spki, "arn:aws:kms:us-east-1:111122223333:key/" + i);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.sealTo(spki, "arn:aws:kms:us-east-1:111122223333:key/16"))
        .withMessage("embedded-kms: a message is sealed for at most 16 keys");
  }

  @Test
  void sealTo_expectedFingerprint_isCompared() {
    OfflineFixture.Keys kem = FIXTURE.keys(RecipientKind.ML_KEM_768);
    OfflineFixture.Keys pair = FIXTURE.keys(RecipientKind.ML_KEM_768_P256);
    Envelope.builder().sealTo(kem.spki(), kem.arn(), kem.fingerprints().get(0));
    Envelope.builder()
        .sealTo(pair.spki(), pair.arn(), pair.curveSpki(), pair.curveArn(), pair.fingerprints());
    String message =
        "embedded-kms: the public key has another fingerprint than the expected one; get it again"
            + " with GetPublicKey";
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Envelope.builder().sealTo(kem.spki(), kem.arn(), pair.fingerprints().get(0)))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Envelope.builder()
                    .sealTo(
                        pair.spki(),
                        pair.arn(),
                        pair.curveSpki(),
                        pair.curveArn(),
                        List.of(pair.fingerprints().get(0))))
        .withMessage(message);
  }

  @Test
  void sealTo_mlKemKeyNotReducedOrOfWrongLength_isRefused() {
    OfflineFixture.Keys keys = FIXTURE.keys(RecipientKind.ML_KEM_768);
    byte[] spki = keys.spki().asByteArray();
    // The first two numbers of twelve bits become 4095; the modulus is 3329.
    Arrays.fill(spki, 22, 25, (byte) 0xFF);
    assertRefused(Bytes.fromByteArray(spki), keys.arn(), "the public key is unusable");
    for (int length : new int[] {0, 1, 21, 22, 1205, 1207}) {
      assertRefused(
          Bytes.fromByteArray(Arrays.copyOf(keys.spki().asByteArray(), length)),
          keys.arn(),
          "the public key is unusable");
    }
    // The key of 1184 bytes, said to be of ML-KEM-1024.
    byte[] renamed = keys.spki().asByteArray();
    renamed[16] = 3;
    assertRefused(Bytes.fromByteArray(renamed), keys.arn(), "the public key is unusable");
  }

  @Test
  void sealTo_curveKeyOffTheCurveOrInAnotherForm_isRefused() {
    OfflineFixture.Keys keys = FIXTURE.keys(RecipientKind.ML_KEM_768_P256);
    byte[] off = keys.curveSpki().asByteArray();
    off[off.length - 1] ^= 1;
    String point = HexFormat.of().formatHex(keys.curveSpki().asByteArray()).substring(2 * 27);
    String compressed =
        "3039301306072a8648ce3d020106082a8648ce3d030107032200"
            + (Integer.parseInt(point.substring(126), 16) % 2 == 0 ? "02" : "03")
            + point.substring(0, 64);
    byte[] junk = Arrays.copyOf(keys.curveSpki().asByteArray(), 92);
    for (byte[] spki : List.of(off, HexFormat.of().parseHex(compressed), junk)) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  Envelope.builder()
                      .sealTo(keys.spki(), keys.arn(), Bytes.fromByteArray(spki), keys.curveArn()))
          .withMessageStartingWith("embedded-kms: the public key is unusable: ");
    }
  }

  @Test
  void sealTo_rsaKeyWithUnsafeNumbers_isRefused() {
    OfflineFixture.Keys keys = FIXTURE.keys(RecipientKind.RSA_3072);
    BigInteger modulus =
        new BigInteger(1, Arrays.copyOfRange(keys.spki().asByteArray(), 33, 33 + 384));
    Map<BigInteger, BigInteger> refused =
        Map.of(
            BigInteger.valueOf(3), modulus,
            BigInteger.valueOf(65_535), modulus,
            BigInteger.valueOf(65_538), modulus,
            BigInteger.TWO.pow(256).add(BigInteger.ONE), modulus,
            BigInteger.valueOf(65_537), modulus.subtract(BigInteger.ONE));
    refused.forEach(
        (exponent, number) ->
            assertRefused(rsa(number, exponent), keys.arn(), "the public key is unusable: its "));
    assertThat(rsa(modulus, BigInteger.valueOf(65_537))).isEqualTo(keys.spki());
    // A modulus of one bit less, and of one more.
    for (BigInteger other :
        List.of(modulus.shiftRight(1).setBit(0), modulus.shiftLeft(1).setBit(0))) {
      assertRefused(
          rsa(other, BigInteger.valueOf(65_537)), keys.arn(), "the public key is unusable: its ");
    }
  }

  private static Bytes rsa(BigInteger modulus, BigInteger exponent) {
    byte[] numbers =
        value(0x30, join(value(2, modulus.toByteArray()), value(2, exponent.toByteArray())));
    byte[] algorithm = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    return Bytes.fromByteArray(value(0x30, join(algorithm, value(3, join(new byte[1], numbers)))));
  }

  private static byte[] value(int tag, byte[] content) {
    byte[] header =
        content.length < 128
            ? new byte[] {(byte) tag, (byte) content.length}
            : new byte[] {
              (byte) tag, (byte) 0x82, (byte) (content.length >> 8), (byte) content.length
            };
    return join(header, content);
  }

  private static byte[] join(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  @Test
  void seal_encryptionFails_wipesTheSecret() {
    List<SecretBytes> secrets = new ArrayList<>();
    AsymmetricPublicKey failing = Mockito.mock(AsymmetricPublicKey.class);
    Mockito.when(failing.encrypt(Mockito.any(), Mockito.any()))
        .thenAnswer(
            call -> {
              secrets.add(call.getArgument(1));
              throw new OutOfMemoryError("of the test");
            });
    OfflineTarget target =
        new OfflineTarget(RecipientKind.RSA_3072, failing, OfflineVectors.ARN, null, null);
    SecretBytes dataKey = OfflineTarget.newDataKey();
    assertThatExceptionOfType(OutOfMemoryError.class)
        .isThrownBy(() -> target.seal(dataKey, CONTEXT))
        .withMessage("of the test");
    assertThat(secrets).hasSize(1);
    assertThatIllegalStateException()
        .isThrownBy(secrets.get(0)::asByteArray)
        .withMessage("the secret is closed");
    dataKey.close();
  }
}
