package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.WRONG;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.embeddedkms.crypto.AsymmetricPublicKey;
import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeyAgreementAlgorithmSpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Opening messages that were sealed to public keys: who opens what, and what is refused. */
class OfflineOpeningTest {

  private static final OfflineFixture FIXTURE = new OfflineFixture();
  private static final RecipientKind KEM = RecipientKind.ML_KEM_768;
  private static final RecipientKind PAIR = RecipientKind.ML_KEM_768_P256;

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

  private static <E extends EnvelopeException> void assertRefused(
      Class<E> type, Envelope reader, byte[] message, EncryptionContext context) {
    assertThatExceptionOfType(type).isThrownBy(() -> reader.open(message, context)).withNoCause();
  }

  private static void assertWrong(Envelope reader, byte[] message) {
    assertRefused(WrongContextOrKeyException.class, reader, message, CONTEXT);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void open_withoutOptIn_isRefusedWithItsOwnError(RecipientKind kind) {
    OfflineFixture.Keys keys = FIXTURE.keys(kind);
    byte[] sealed = FIXTURE.writer(kind).seal(data(1), CONTEXT);
    for (EnvelopeBuilder builder :
        List.of(
            Envelope.builder(FIXTURE.kms).key(keys.arn()),
            Envelope.builder(FIXTURE.kms).alsoOpens(keys.arn()),
            Envelope.builder(FIXTURE.kms).discovery("aws", Set.of("111122223333")))) {
      assertThatExceptionOfType(SealedOfflineException.class)
          .isThrownBy(() -> builder.build().open(sealed, CONTEXT))
          .withMessage(
              "embedded-kms: the message was sealed offline: anyone with the public key can make it;"
                  + " name its key with opensOffline if you accept that")
          .withNoCause();
    }
    assertThat(FIXTURE.operations()).isEmpty();
  }

  /** A reader of one kind opens no other one, not even with the same keys. */
  @Test
  void open_kindByKind_opensItsOwnOnly() {
    for (RecipientKind sealedTo : kinds()) {
      byte[] sealed = FIXTURE.writer(sealedTo).seal(data(1), CONTEXT);
      for (RecipientKind trusted : kinds()) {
        if (trusted == sealedTo) {
          assertThat(FIXTURE.reader(trusted).open(sealed, CONTEXT)).hasSize(1);
        } else {
          assertWrong(FIXTURE.reader(trusted), sealed);
        }
      }
    }
    OfflineFixture.Keys pair = FIXTURE.keys(PAIR);
    byte[] toPair = FIXTURE.writer(PAIR).seal(data(1), CONTEXT);
    byte[] toOne =
        Envelope.builder().sealTo(pair.spki(), pair.arn()).build().seal(data(1), CONTEXT);
    FIXTURE.kms.requests().clear();
    assertWrong(Envelope.builder(FIXTURE.kms).opensOffline(pair.arn()).build(), toPair);
    assertWrong(FIXTURE.reader(PAIR), toOne);
    assertThat(FIXTURE.operations()).isEmpty();
  }

  /** The record of one kind, said to be another of the same length or not. */
  @Test
  void open_recipientOfAnotherKind_isRefused() {
    for (RecipientKind sealedTo : kinds()) {
      byte[] sealed = FIXTURE.writer(sealedTo).seal(data(1), CONTEXT);
      Recipient recipient = Messages.prefix(sealed).recipients().get(0);
      for (RecipientKind claimed : RecipientKind.values()) {
        if (claimed != sealedTo) {
          byte[] message =
              Messages.withRecipients(
                  sealed,
                  List.of(new Recipient(claimed.code(), recipient.keyArn(), recipient.sealed())));
          assertThatExceptionOfType(EnvelopeException.class)
              .isThrownBy(
                  () ->
                      FIXTURE.reader(kinds().toArray(RecipientKind[]::new)).open(message, CONTEXT));
        }
      }
    }
  }

  @Test
  void open_byAlias_keyIdOrAliasesOfAPair() {
    OfflineFixture.Keys pair = FIXTURE.keys(PAIR);
    FIXTURE.provider.createAlias(a -> a.aliasName("alias/kem").targetKeyId(pair.arn()));
    FIXTURE.provider.createAlias(a -> a.aliasName("alias/curve").targetKeyId(pair.curveArn()));
    byte[] sealed = FIXTURE.writer(PAIR).seal(data(3), CONTEXT);
    String id = pair.arn().substring(pair.arn().indexOf("key/") + 4);
    String curveId = pair.curveArn().substring(pair.curveArn().indexOf("key/") + 4);
    for (EnvelopeBuilder builder :
        List.of(
            Envelope.builder(FIXTURE.kms).opensOffline("alias/kem", "alias/curve"),
            Envelope.builder(FIXTURE.kms).opensOffline(id, "alias/curve"),
            Envelope.builder(FIXTURE.kms).opensOffline(id, curveId))) {
      assertThat(builder.build().open(sealed, CONTEXT)).isEqualTo(data(3));
    }
  }

  @Test
  void open_pinnedFingerprint_isComparedBeforeAnyCall() {
    OfflineFixture.Keys kem = FIXTURE.keys(KEM);
    OfflineFixture.Keys pair = FIXTURE.keys(PAIR);
    byte[] toKem = FIXTURE.writer(KEM).seal(data(1), CONTEXT);
    byte[] toPair = FIXTURE.writer(PAIR).seal(data(1), CONTEXT);
    Bytes other = Sha256.of(Bytes.fromUtf8String("another"));
    assertThat(
            Envelope.builder(FIXTURE.kms)
                .opensOffline(kem.arn(), kem.fingerprints().get(0))
                .build()
                .open(toKem, CONTEXT))
        .hasSize(1);
    assertThat(
            Envelope.builder(FIXTURE.kms)
                .opensOffline(pair.arn(), pair.curveArn(), pair.fingerprints())
                .build()
                .open(toPair, CONTEXT))
        .hasSize(1);
    FIXTURE.kms.requests().clear();
    assertThatExceptionOfType(OtherPublicKeyException.class)
        .isThrownBy(
            () ->
                Envelope.builder(FIXTURE.kms)
                    .opensOffline(kem.arn(), other)
                    .build()
                    .open(toKem, CONTEXT))
        .withMessage(
            "embedded-kms: sealed to another public key than the expected one; compare the public"
                + " key file of the writer with GetPublicKey")
        .withNoCause();
    assertThatExceptionOfType(OtherPublicKeyException.class)
        .isThrownBy(
            () ->
                Envelope.builder(FIXTURE.kms)
                    .opensOffline(
                        pair.arn(), pair.curveArn(), List.of(pair.fingerprints().get(0), other))
                    .build()
                    .open(toPair, CONTEXT));
    assertThat(FIXTURE.operations()).isEmpty();
  }

  @Test
  void opensOffline_invalidArguments_areRefused() {
    EnvelopeBuilder builder = Envelope.builder(FIXTURE.kms);
    Bytes fingerprint = Sha256.of(Bytes.fromUtf8String("key"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.opensOffline(""));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.opensOffline("x", ""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.opensOffline("x", Bytes.fromUtf8String("short")))
        .withMessage("embedded-kms: a fingerprint has 32 bytes, not 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.opensOffline("x", "y", List.of(fingerprint)))
        .withMessage("embedded-kms: a pair of keys has two fingerprints");
  }

  /** The public key file was exchanged: the ARN is that of another key. */
  @Test
  void verify_publicKeyThatDoesNotFitItsArn_isFound() throws IOException {
    OfflineFixture.Keys kem = FIXTURE.keys(KEM);
    OfflineFixture.Keys pair = FIXTURE.keys(PAIR);
    byte[] sealed =
        Envelope.builder(FIXTURE.kms)
            .key(FIXTURE.online)
            .sealTo(pair.spki(), kem.arn())
            .build()
            .seal(data(1), CONTEXT);
    Envelope reader =
        Envelope.builder(FIXTURE.kms).key(FIXTURE.online).opensOffline(kem.arn()).build();
    assertThat(reader.verify(new ByteArrayInputStream(sealed), CONTEXT))
        .extracting(EnvelopeRecipient::keyArns)
        .containsExactly(List.of(FIXTURE.online));
    byte[] right =
        Envelope.builder(FIXTURE.kms)
            .key(FIXTURE.online)
            .sealTo(kem.spki(), kem.arn())
            .build()
            .seal(data(1), CONTEXT);
    assertThat(reader.verify(new ByteArrayInputStream(right), CONTEXT))
        .containsExactly(
            new EnvelopeRecipient(0, RecipientKind.ONLINE, List.of(FIXTURE.online), List.of()),
            new EnvelopeRecipient(1, KEM, kem.arns(), kem.fingerprints()));
  }

  // What an attacker does.

  private static byte[] with(byte[] message, OfflineRecord record) {
    return Messages.withRecipients(message, List.of(record.toRecipient()));
  }

  private static OfflineRecord record(byte[] message, RecipientKind kind) {
    return OfflineRecord.parse(Messages.prefix(message).recipients().get(0), kind);
  }

  private static OfflineRecord withPoint(OfflineRecord record, byte[] point) {
    OfflineRecord.Curve curve = record.curve();
    return new OfflineRecord(
        record.kind(),
        record.keyArn(),
        record.fingerprint(),
        record.ciphertext(),
        new OfflineRecord.Curve(curve.keyArn(), curve.fingerprint(), Bytes.fromByteArray(point)),
        record.wrapped());
  }

  /** The negative of a point has the same shared secret; the derivation has the point in it. */
  @Test
  void open_pointReplacedByItsNegative_isRefused() {
    byte[] sealed = FIXTURE.writer(PAIR).seal(data(1), CONTEXT);
    OfflineRecord record = record(sealed, PAIR);
    byte[] point = record.curve().point().asByteArray();
    BigInteger prime =
        new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    byte[] negative =
        prime.subtract(new BigInteger(1, Arrays.copyOfRange(point, 33, 65))).toByteArray();
    byte[] replaced = point.clone();
    Arrays.fill(replaced, 33, 65, (byte) 0);
    int length = Math.min(32, negative.length);
    System.arraycopy(negative, negative.length - length, replaced, 65 - length, length);
    FIXTURE.kms.requests().clear();
    assertWrong(FIXTURE.reader(PAIR), with(sealed, withPoint(record, replaced)));
    assertThat(FIXTURE.operations()).containsExactly("Decapsulate", "DeriveSharedSecret");
  }

  @Test
  void open_pointOffTheCurveOrInAnotherForm_isNotEvenTried() {
    byte[] sealed = FIXTURE.writer(PAIR).seal(data(1), CONTEXT);
    OfflineRecord record = record(sealed, PAIR);
    byte[] off = record.curve().point().asByteArray();
    off[64] ^= 1;
    byte[] hybrid = record.curve().point().asByteArray();
    hybrid[0] = (byte) (6 + hybrid[64] % 2);
    byte[] zeros = new byte[65];
    FIXTURE.kms.requests().clear();
    for (byte[] point : List.of(off, hybrid, zeros)) {
      assertWrong(FIXTURE.reader(PAIR), with(sealed, withPoint(record, point)));
    }
    assertThat(FIXTURE.operations()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void open_sealedPartOneByteLongerOrShorter_isMalformed(RecipientKind kind) {
    byte[] sealed = FIXTURE.writer(kind).seal(data(1), CONTEXT);
    Recipient recipient = Messages.prefix(sealed).recipients().get(0);
    for (int difference : new int[] {-1, 1}) {
      byte[] other =
          Arrays.copyOf(recipient.sealed().asByteArray(), recipient.sealed().length() + difference);
      byte[] message =
          Messages.withRecipients(
              sealed,
              List.of(
                  new Recipient(recipient.kind(), recipient.keyArn(), Bytes.fromByteArray(other))));
      assertRefused(MalformedMessageException.class, FIXTURE.reader(kind), message, CONTEXT);
      assertThatExceptionOfType(MalformedMessageException.class)
          .isThrownBy(() -> Envelope.inspect(message));
    }
  }

  @Test
  void open_secondArnOfWrongLengthOrNotPrintable_isMalformed() {
    byte[] sealed = FIXTURE.writer(PAIR).seal(data(1), CONTEXT);
    Recipient recipient = Messages.prefix(sealed).recipients().get(0);
    int at = 32 + 1088;
    for (int[] change : new int[][] {{at, 1}, {at + 1, 1}, {at + 1, 74}, {at + 2, 0x0A}}) {
      byte[] other = recipient.sealed().asByteArray();
      other[change[0]] = (byte) change[1];
      byte[] message =
          Messages.withRecipients(
              sealed, List.of(new Recipient(3, recipient.keyArn(), Bytes.fromByteArray(other))));
      assertRefused(MalformedMessageException.class, FIXTURE.reader(PAIR), message, CONTEXT);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 255})
  void open_unknownKind_isSkipped_andNamedIfNothingElseOpens(int kind) {
    byte[] sealed = FIXTURE.writer(KEM).seal(data(1), CONTEXT);
    Recipient good = Messages.prefix(sealed).recipients().get(0);
    Recipient unknown = new Recipient(kind, good.keyArn(), Bytes.fromUtf8String("?"));
    assertThat(
            FIXTURE
                .reader(KEM)
                .open(Messages.withRecipients(sealed, List.of(unknown, good)), CONTEXT))
        .hasSize(1);
    byte[] alone = Messages.withRecipients(sealed, List.of(unknown));
    assertThatExceptionOfType(UnsupportedVersionException.class)
        .isThrownBy(() -> FIXTURE.reader(KEM).open(alone, CONTEXT))
        .withMessage(
            "embedded-kms: no recipient that this library knows opens the message, and it also has"
                + " recipients of unknown kinds ("
                + kind
                + "); update the library");
    EnvelopeHeader header = Envelope.inspect(alone);
    assertThat(header.claimedRecipients())
        .containsExactly(new EnvelopeRecipient(kind, null, List.of(good.keyArn()), List.of()));
    assertThat(header.isPostQuantum()).isFalse();
  }

  @Test
  void open_version2WithOnlineRecipientsOnly_isMalformed() {
    Envelope online = Envelope.builder(FIXTURE.kms).key(FIXTURE.online).build();
    byte[] version1 = online.seal(data(1), CONTEXT);
    byte[] version2 = new byte[version1.length + 1];
    System.arraycopy(version1, 0, version2, 0, 6);
    version2[3] = 2;
    System.arraycopy(version1, 6, version2, 7, version1.length - 6);
    assertRefused(MalformedMessageException.class, online, version2, CONTEXT);
  }

  @Test
  void open_recipientMovedToAnotherMessage_isRefused() {
    byte[] one = FIXTURE.writer(KEM).seal(data(1), CONTEXT);
    byte[] other = FIXTURE.writer(KEM).seal(data(1), CONTEXT);
    byte[] otherContext = FIXTURE.writer(KEM).seal(data(1), WRONG);
    assertWrong(FIXTURE.reader(KEM), Messages.withRecipientsOf(one, other));
    assertWrong(FIXTURE.reader(KEM), Messages.withRecipientsOf(otherContext, other));
    assertRefused(
        WrongContextOrKeyException.class,
        FIXTURE.reader(KEM),
        Messages.withRecipientsOf(one, otherContext),
        WRONG);
  }

  /** The sealer can wrap so that two contexts unwrap it; the commitment accepts one of them. */
  @Test
  void open_wrapThatOpensUnderTwoContexts_opensUnderTheCommittedOne() throws Exception {
    byte[] sealed = FIXTURE.writer(KEM).seal(data(1), CONTEXT);
    OfflineRecord record = record(sealed, KEM);
    byte[] secret = sharedSecretOf(record);
    byte[] first = IndependentMessageReader.wrapKey(sealed, secret, pairs(CONTEXT));
    byte[] second = IndependentMessageReader.wrapKey(sealed, secret, pairs(WRONG));
    byte[] wrapped = KeyCollision.authenticUnderBoth(first, new byte[12], second, new byte[12]);
    OfflineRecord forged =
        new OfflineRecord(
            KEM,
            record.keyArn(),
            record.fingerprint(),
            record.ciphertext(),
            null,
            Bytes.fromByteArray(wrapped));
    SecretBytes shared = SecretBytes.fromByteArray(secret);
    SecretBytes underFirst = OfflineWrap.unwrap(shared, forged, CONTEXT).orElseThrow();
    assertThat(OfflineWrap.unwrap(shared, forged, WRONG).orElseThrow()).isNotEqualTo(underFirst);
    Bytes salt = Bytes.fromByteArray(new byte[32]);
    MessageKey key = MessageKey.derive(underFirst, salt, (byte) 0, CONTEXT);
    byte[] segment = new byte[20];
    key.cipher().seal(0, data(4), 0, 4, segment, 0);
    byte[] message =
        Messages.join(
            new Header(new Prefix(List.of(forged.toRecipient())), salt, null, key.commitment())
                .toByteArray(),
            segment);
    assertThat(FIXTURE.reader(KEM).open(message, CONTEXT)).isEqualTo(data(4));
    assertRefused(WrongContextOrKeyException.class, FIXTURE.reader(KEM), message, WRONG);
  }

  private static byte[] sharedSecretOf(OfflineRecord record) {
    return FIXTURE
        .provider
        .decapsulate(
            b ->
                b.keyId(FIXTURE.keys(KEM).arn())
                    .sharedSecretCiphertextBlob(record.ciphertext())
                    .encapsulationAlgorithm(EncapsulationAlgorithmSpec.ML_KEM))
        .sharedSecret()
        .asByteArray();
  }

  private static SortedMap<String, String> pairs(EncryptionContext context) {
    return new TreeMap<>(context.asMap());
  }

  /** RSA is the only kind whose sealer chooses the secret. */
  @Test
  void open_rsaSecretOfAnotherLength_isRefused() {
    OfflineFixture.Keys keys = FIXTURE.keys(RecipientKind.RSA_3072);
    byte[] sealed = FIXTURE.writer(RecipientKind.RSA_3072).seal(data(1), CONTEXT);
    OfflineRecord record = record(sealed, RecipientKind.RSA_3072);
    for (int length : new int[] {1, 31, 33, 300}) {
      SecretBytes secret = SecretBytes.fromByteArray(new byte[length]);
      Bytes ciphertext =
          FIXTURE
              .provider
              .encrypt(
                  b ->
                      b.keyId(keys.arn())
                          .plaintext(secret)
                          .encryptionAlgorithm(EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256))
              .ciphertextBlob();
      OfflineRecord unwrapped =
          new OfflineRecord(
              record.kind(),
              record.keyArn(),
              record.fingerprint(),
              ciphertext,
              null,
              record.wrapped());
      Bytes wrapped =
          OfflineWrap.wrap(secret, unwrapped, CONTEXT, SecretBytes.fromByteArray(new byte[32]));
      OfflineRecord forged =
          new OfflineRecord(
              record.kind(), record.keyArn(), record.fingerprint(), ciphertext, null, wrapped);
      assertWrong(FIXTURE.reader(RecipientKind.RSA_3072), with(sealed, forged));
    }
  }

  /** 16 recipients for the reader's key: only as many calls as are allowed. */
  @Test
  void open_manyRecipients_makesAtMostTheAllowedCalls() {
    byte[] sealed = FIXTURE.writer(PAIR).seal(data(1), CONTEXT);
    OfflineRecord record = record(sealed, PAIR);
    List<Recipient> many = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      byte[] wrapped = record.wrapped().asByteArray();
      wrapped[0] ^= (byte) (i + 1);
      many.add(
          new OfflineRecord(
                  PAIR,
                  record.keyArn(),
                  record.fingerprint(),
                  record.ciphertext(),
                  record.curve(),
                  Bytes.fromByteArray(wrapped))
              .toRecipient());
    }
    FIXTURE.kms.requests().clear();
    assertRefused(
        TooManyRecipientsException.class,
        FIXTURE.reader(PAIR),
        Messages.withRecipients(sealed, many),
        CONTEXT);
    assertThat(FIXTURE.operations()).hasSize(8);
  }

  @Test
  void open_disabledKey_throwsTheServicesError() {
    String arn = FIXTURE.createKey(KeySpec.ML_KEM_768, KeyUsageType.ENCAPSULATE_DECAPSULATE);
    byte[] sealed =
        Envelope.builder().sealTo(FIXTURE.publicKey(arn), arn).build().seal(data(1), CONTEXT);
    FIXTURE.provider.disableKey(b -> b.keyId(arn));
    Envelope reader = Envelope.builder(FIXTURE.kms).opensOffline(arn).build();
    assertThatExceptionOfType(DisabledException.class)
        .isThrownBy(() -> reader.open(sealed, CONTEXT));
    // Sealing makes no call, so the state of the key does not matter.
    assertThat(
            Envelope.builder().sealTo(FIXTURE.publicKey(arn), arn).build().seal(data(1), CONTEXT))
        .isNotEmpty();
  }

  @Test
  void open_cached_callsOnce_andCachesNoFailure() {
    CacheLimits limits = CacheLimits.ofMaximumAge(Duration.ofMinutes(1));
    byte[] sealed = FIXTURE.writer(PAIR).seal(data(1), CONTEXT);
    try (Envelope reader =
        FIXTURE.keys(PAIR).opening(Envelope.builder(FIXTURE.kms).cache(limits)).build()) {
      FIXTURE.kms.requests().clear();
      assertRefused(WrongContextOrKeyException.class, reader, sealed, WRONG);
      assertThat(reader.cacheStatistics().entries()).isZero();
      FIXTURE.kms.requests().clear();
      assertThat(reader.open(sealed, CONTEXT)).hasSize(1);
      assertThat(reader.open(sealed, CONTEXT)).hasSize(1);
      assertThat(FIXTURE.operations()).containsExactly("Decapsulate", "DeriveSharedSecret");
      // Another byte of the recipient is another entry, and fails.
      OfflineRecord record = record(sealed, PAIR);
      byte[] fingerprint = record.fingerprint().asByteArray();
      fingerprint[0] ^= 1;
      OfflineRecord altered =
          new OfflineRecord(
              PAIR,
              record.keyArn(),
              Bytes.fromByteArray(fingerprint),
              record.ciphertext(),
              record.curve(),
              record.wrapped());
      assertRefused(WrongContextOrKeyException.class, reader, with(sealed, altered), CONTEXT);
    }
  }

  /** Shared secrets keep their leading zeros: one in 256 has one. */
  @Test
  void open_sharedSecretWithLeadingZero_opens() {
    OfflineFixture.Keys keys = FIXTURE.keys(PAIR);
    int found = 0;
    for (int i = 0; i < 20_000 && found == 0; i++) {
      byte[] sealed = FIXTURE.writer(PAIR).seal(data(1), CONTEXT);
      OfflineRecord record = record(sealed, PAIR);
      Bytes peer =
          AsymmetricPublicKey.encodedPoint(
              KeyPairType.ECC_NIST_P256, record.curve().point().asByteArray());
      byte[] secret =
          FIXTURE
              .provider
              .deriveSharedSecret(
                  b ->
                      b.keyId(keys.curveArn())
                          .publicKey(peer)
                          .keyAgreementAlgorithm(KeyAgreementAlgorithmSpec.ECDH))
              .sharedSecret()
              .asByteArray();
      assertThat(secret).hasSize(32);
      if (secret[0] == 0) {
        found++;
        assertThat(FIXTURE.reader(PAIR).open(sealed, CONTEXT)).hasSize(1);
      }
    }
    assertThat(found).isPositive();
  }

  @Test
  void toString_showsNoSecret() {
    byte[] sealed = FIXTURE.writer(KEM).seal(data(1), CONTEXT);
    OfflineRecord record = record(sealed, KEM);
    byte[] secret = sharedSecretOf(record);
    assertThat(record.toString() + Messages.prefix(sealed) + Envelope.inspect(sealed))
        .doesNotContainIgnoringCase(HexFormat.of().formatHex(secret));
  }
}
