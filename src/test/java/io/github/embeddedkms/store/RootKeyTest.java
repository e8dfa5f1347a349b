package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.StoreKeyTest.counting;
import static io.github.embeddedkms.store.StoreKeyTest.flips;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.Aead;
import io.github.embeddedkms.blob.IndependentXaesGcm;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.fixture.IndependentStoreSeal;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Store keys sealed under root keys of every kind, compared with the description of the format. */
class RootKeyTest {

  private static final Bytes STORE_ID = Bytes.fromByteArray(counting(16, 0x80));
  private static final byte[] ROOT = counting(32, 0x10);
  private static final byte[] STORE_KEY = counting(32, 0x40);
  private static final int EPOCH = 1;
  private static final String PASSPHRASE = "correct horse battery staple";
  private static final SecureRandom RANDOM = new SecureRandom();

  @Test
  void seal_rawKey_writesTheFormat() {
    StoreKeyRow row = sealed(RootKey.ofBytes(ROOT), EPOCH);
    assertThat(row.epoch()).isEqualTo(EPOCH);
    assertThat(row.kind()).isEqualTo(1);
    assertThat(row.parameters().length()).isZero();
    assertThat(row.check().asByteArray())
        .isEqualTo(IndependentStoreSeal.check(ROOT, 1, STORE_ID.asByteArray(), EPOCH, new byte[0]));
    assertThat(openedIndependently(ROOT, row)).isEqualTo(STORE_KEY);
    assertThat(opened(RootKey.ofBytes(ROOT), row)).isEqualTo(STORE_KEY);
  }

  @Test
  void seal_passphrase_writesTheFormat() {
    StoreKeyRow row = sealed(inexpensivePassphrase(PASSPHRASE), EPOCH);
    assertThat(row.kind()).isEqualTo(2);
    assertThat(row.parameters().length()).isEqualTo(28);
    byte[] parameters = row.parameters().asByteArray();
    byte[] root = IndependentStoreSeal.rootOfPassphrase(PASSPHRASE, parameters);
    assertThat(row.check().asByteArray())
        .isEqualTo(IndependentStoreSeal.check(root, 2, STORE_ID.asByteArray(), EPOCH, parameters));
    assertThat(openedIndependently(root, row)).isEqualTo(STORE_KEY);
    assertThat(opened(inexpensivePassphrase(PASSPHRASE), row)).isEqualTo(STORE_KEY);
  }

  @Test
  void seal_aead_writesTheFormat() throws Exception {
    ForeignAead aead = new ForeignAead(ROOT);
    StoreKeyRow row = sealed(RootKey.ofAead(aead), EPOCH);
    assertThat(row.kind()).isEqualTo(3);
    assertThat(row.parameters().length()).isZero();
    assertThat(row.check().length()).isZero();
    byte[] data = IndependentStoreSeal.rootData(STORE_ID.asByteArray(), EPOCH);
    assertThat(aead.decrypt(row.sealed().asByteArray(), data)).isEqualTo(STORE_KEY);
    assertThat(opened(RootKey.ofAead(aead), row)).isEqualTo(STORE_KEY);
  }

  @Test
  void ofPassphrase_newStore_usesSecondRecommendedOption_andItsOwnSalt() {
    StoreKeyRow row = sealed(RootKey.ofPassphrase(PASSPHRASE.toCharArray()), EPOCH);
    assertThat(PassphraseParameters.read(row.parameters()))
        .extracting(
            PassphraseParameters::memory, PassphraseParameters::passes, PassphraseParameters::lanes)
        .containsExactly(65_536, 3, 4);
    assertThat(sealed(inexpensivePassphrase(PASSPHRASE), EPOCH).parameters())
        .isNotEqualTo(sealed(inexpensivePassphrase(PASSPHRASE), EPOCH).parameters());
  }

  @Test
  void unsealedForTests_isRawKeyOfZeros() {
    StoreKeyRow row = sealed(RootKey.unsealedForTests(), EPOCH);
    assertThat(openedIndependently(new byte[32], row)).isEqualTo(STORE_KEY);
  }

  @Test
  void seal_laterEpoch_keepsTheParametersOfTheStore() {
    StoreKeyRow first = sealed(inexpensivePassphrase(PASSPHRASE), 1);
    try (OpenedRoot root = inexpensivePassphrase(PASSPHRASE).forRow(first);
        SecretBytes storeKey = SecretBytes.fromByteArray(STORE_KEY)) {
      StoreKeyRow second = root.seal(STORE_ID, 2, storeKey);
      assertThat(second.parameters()).isEqualTo(first.parameters());
      assertThat(second.check()).isNotEqualTo(first.check());
      assertThat(opened(inexpensivePassphrase(PASSPHRASE), second)).isEqualTo(STORE_KEY);
    }
  }

  @Test
  void open_wrongKeyOrPassphrase_doesNotFit() {
    byte[] other = ROOT.clone();
    other[31] ^= 1;
    assertDoesNotFit(RootKey.ofBytes(other), sealed(RootKey.ofBytes(ROOT), EPOCH), STORE_ID);
    assertDoesNotFit(
        inexpensivePassphrase(PASSPHRASE + " "),
        sealed(inexpensivePassphrase(PASSPHRASE), EPOCH),
        STORE_ID);
  }

  @Test
  void open_wrongAead_isWrongOrAltered() {
    StoreKeyRow row = sealed(RootKey.ofAead(new ForeignAead(ROOT)), EPOCH);
    assertWrongOrAltered(RootKey.ofAead(new ForeignAead(STORE_KEY)), row);
  }

  @Test
  void open_rowOfAnotherStoreOrEpoch_isRefused() {
    Bytes otherStore = flips(STORE_ID).get(0);
    StoreKeyRow row = sealed(RootKey.ofBytes(ROOT), EPOCH);
    assertDoesNotFit(RootKey.ofBytes(ROOT), row, otherStore);
    assertDoesNotFit(RootKey.ofBytes(ROOT), with(row, 2, row.kind()), STORE_ID);
    StoreKeyRow ofAead = sealed(RootKey.ofAead(new ForeignAead(ROOT)), EPOCH);
    assertWrongOrAltered(RootKey.ofAead(new ForeignAead(ROOT)), with(ofAead, 2, 3));
  }

  @Test
  void forRow_rootKeyOfAnotherKind_isRefusedNamingBothKinds() {
    StoreKeyRow row = sealed(RootKey.ofBytes(ROOT), EPOCH);
    assertWrong(
        inexpensivePassphrase(PASSPHRASE),
        row,
        "the store is sealed under 32 raw bytes, not under a passphrase");
    assertWrong(
        RootKey.ofBytes(ROOT),
        sealed(inexpensivePassphrase(PASSPHRASE), EPOCH),
        "the store is sealed under a passphrase, not under 32 raw bytes");
    assertWrong(
        RootKey.ofBytes(ROOT),
        with(row, EPOCH, 3),
        "the store is sealed under an Aead, not under 32 raw bytes");
    assertWrong(
        RootKey.ofAead(new ForeignAead(ROOT)),
        with(row, EPOCH, 4),
        "the store is sealed under a root key of the unknown kind 4, not under an Aead");
  }

  @Test
  void open_storeKeyFlippedOrCutAnywhere_isAltered() {
    for (RootKey rootKey : List.of(RootKey.ofBytes(ROOT), inexpensivePassphrase(PASSPHRASE))) {
      OpenedRoot root = rootKey.forNewStore();
      StoreKeyRow row = sealed(root);
      flips(row.sealed()).forEach(flip -> assertAltered(root, withSealed(row, flip)));
      for (int length = 0; length < row.sealed().length(); length++) {
        Bytes cut = Bytes.fromByteArray(Arrays.copyOf(row.sealed().asByteArray(), length));
        assertAltered(root, withSealed(row, cut));
      }
    }
  }

  @Test
  void open_storeKeyOfAnotherLengthWithValidTag_isAltered() {
    byte[] okm =
        IndependentStoreSeal.outputKeyMaterial(ROOT, 1, STORE_ID.asByteArray(), EPOCH, new byte[0]);
    byte[] nonce = counting(24, 0);
    byte[] sealed =
        IndependentXaesGcm.seal(
            Arrays.copyOfRange(okm, 32, 64),
            nonce,
            new byte[31],
            IndependentStoreSeal.rootData(STORE_ID.asByteArray(), EPOCH));
    StoreKeyRow row =
        new StoreKeyRow(
            EPOCH,
            1,
            Bytes.fromByteArray(new byte[0]),
            Bytes.fromByteArray(
                ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array()),
            Bytes.fromByteArray(Arrays.copyOf(okm, 32)));
    assertAltered(RootKey.ofBytes(ROOT).forRow(row), row);
  }

  @Test
  void open_checkFlippedOrCutAnywhere_doesNotFit() {
    StoreKeyRow row = sealed(RootKey.ofBytes(ROOT), EPOCH);
    flips(row.check())
        .forEach(flip -> assertDoesNotFit(RootKey.ofBytes(ROOT), withCheck(row, flip), STORE_ID));
    for (int length = 0; length < row.check().length(); length++) {
      Bytes cut = Bytes.fromByteArray(Arrays.copyOf(row.check().asByteArray(), length));
      assertDoesNotFit(RootKey.ofBytes(ROOT), withCheck(row, cut), STORE_ID);
    }
  }

  @Test
  void open_aeadRowAlteredAnywhere_isWrongOrAltered() {
    StoreKeyRow row = sealed(RootKey.ofAead(new ForeignAead(ROOT)), EPOCH);
    flips(row.sealed())
        .forEach(
            flip ->
                assertWrongOrAltered(RootKey.ofAead(new ForeignAead(ROOT)), withSealed(row, flip)));
    assertWrongOrAltered(
        RootKey.ofAead(new ForeignAead(ROOT)), withCheck(row, Bytes.fromUtf8String("x")));
  }

  @Test
  void forRow_parametersForKindWithoutThem_isAltered() {
    for (RootKey rootKey : List.of(RootKey.ofBytes(ROOT), RootKey.ofAead(new ForeignAead(ROOT)))) {
      StoreKeyRow row = sealed(rootKey.forNewStore());
      assertThatThrownBy(() -> rootKey.forRow(withParameters(row, STORE_ID)))
          .isInstanceOf(AlteredStoreException.class)
          .hasMessage("embedded-kms: the store's root key has parameters, but needs none");
    }
  }

  @Test
  void open_otherSaltPassesOrLanesWithinBounds_doesNotFit() {
    StoreKeyRow row = sealed(inexpensivePassphrase(PASSPHRASE), EPOCH);
    for (int at : new int[] {7, 11, 12, 27}) {
      byte[] parameters = row.parameters().asByteArray();
      parameters[at] ^= 2;
      StoreKeyRow altered = withParameters(row, Bytes.fromByteArray(parameters));
      assertDoesNotFit(inexpensivePassphrase(PASSPHRASE), altered, STORE_ID);
    }
  }

  @Test
  void open_rowChangedUnderOpenRoot_isRefused() {
    OpenedRoot raw = RootKey.ofBytes(ROOT).forNewStore();
    OpenedRoot passphrase = inexpensivePassphrase(PASSPHRASE).forNewStore();
    String message =
        "embedded-kms: the root key of the store was changed: open the store again with the"
            + " new root key";
    assertThatThrownBy(() -> raw.open(STORE_ID, sealed(passphrase)))
        .isInstanceOf(WrongRootKeyException.class)
        .hasMessage(message);
    // The passphrase is the same, but the salt is not.
    assertThatThrownBy(
            () -> passphrase.open(STORE_ID, sealed(inexpensivePassphrase(PASSPHRASE), EPOCH)))
        .isInstanceOf(WrongRootKeyException.class)
        .hasMessage(message);
  }

  @Test
  void passphrase_composedOrDecomposed_isTheSame() {
    StoreKeyRow row = sealed(inexpensivePassphrase("caf\u00e9"), EPOCH);
    assertThat(opened(inexpensivePassphrase("cafe\u0301"), row)).isEqualTo(STORE_KEY);
    assertDoesNotFit(inexpensivePassphrase("cafe"), row, STORE_ID);
    byte[] parameters = row.parameters().asByteArray();
    byte[] root = IndependentStoreSeal.rootOfPassphrase("caf\u00e9", parameters);
    assertThat(openedIndependently(root, row)).isEqualTo(STORE_KEY);
  }

  @Test
  void passphrase_beyondBasicPlane_isEncodedAsInTheFormat() {
    String passphrase = "\uD83D\uDE00 \u1E9B\u0323 \u212B";
    StoreKeyRow row = sealed(inexpensivePassphrase(passphrase), EPOCH);
    byte[] root = IndependentStoreSeal.rootOfPassphrase(passphrase, row.parameters().asByteArray());
    assertThat(openedIndependently(root, row)).isEqualTo(STORE_KEY);
  }

  /**
   * Each of them is inert in composition, so what holds for a single character holds for any string
   * of them.
   */
  @Test
  void passphrase_charactersBelowU0300_areInNormalFormC() {
    StringBuilder all = new StringBuilder();
    for (char character = 0; character < 0x300; character++) {
      all.append(character);
      assertThat(Normalizer.isNormalized(String.valueOf(character), Normalizer.Form.NFC)).isTrue();
    }
    assertThat(Normalizer.isNormalized(all, Normalizer.Form.NFC)).isTrue();
    assertThat(Normalizer.isNormalized("a\u0300", Normalizer.Form.NFC)).isFalse();
  }

  @Test
  void passphrase_emptyOrWithUnpairedSurrogate_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RootKey.ofPassphrase(new char[0]))
        .withMessage("embedded-kms: the passphrase is empty");
    for (String text : List.of("\uD800", "a\uDC00", "\uDC00\uD800", "\uD83Dx", "\u0301\uD800")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RootKey.ofPassphrase(text.toCharArray()))
          .withMessage("embedded-kms: the passphrase has an unpaired surrogate");
    }
  }

  @Test
  void ofBytesAndOfPassphrase_copyTheirArguments() {
    byte[] key = ROOT.clone();
    char[] passphrase = PASSPHRASE.toCharArray();
    RootKey raw = RootKey.ofBytes(key);
    RootKey typed = RootKey.ofPassphrase(passphrase, 8 << 10, 1, 1);
    StoreKeyRow rawRow = sealed(RootKey.ofBytes(ROOT), EPOCH);
    StoreKeyRow typedRow = sealed(inexpensivePassphrase(PASSPHRASE), EPOCH);
    Arrays.fill(key, (byte) 0);
    Arrays.fill(passphrase, 'x');
    assertThat(opened(raw, rawRow)).isEqualTo(STORE_KEY);
    assertThat(opened(typed, typedRow)).isEqualTo(STORE_KEY);
  }

  @Test
  void ofBytes_anotherLength_isRefused() {
    for (int length : new int[] {0, 16, 31, 33, 64}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RootKey.ofBytes(new byte[length]))
          .withMessage("embedded-kms: a root key has 32 bytes, not " + length);
    }
  }

  @Test
  void seal_storeKeyOfAnotherLength_isRefused() {
    OpenedRoot root = RootKey.ofBytes(ROOT).forNewStore();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> root.seal(STORE_ID, EPOCH, SecretBytes.fromByteArray(new byte[31])))
        .withMessage("a store key has 32 bytes, not 31");
  }

  @Test
  void fromEnvironment_keyInBase64_isRead() {
    String value = Base64.getEncoder().encodeToString(ROOT);
    StoreKeyRow row = sealed(RootKey.ofBytes(ROOT), EPOCH);
    RootKey rootKey = RootKey.fromEnvironment("ROOT_KEY", Map.of("ROOT_KEY", value)::get);
    assertThat(opened(rootKey, row)).isEqualTo(STORE_KEY);
  }

  /**
   * The forms in which {@code base64}, {@code echo}, Windows' {@code set} and editors leave a
   * value.
   */
  @ParameterizedTest
  @ValueSource(strings = {"%s\n", "%s\r\n", "%s ", " \n%s\n\n"})
  void fromEnvironment_spaceAroundBase64_isIgnored(String form) {
    String value = form.formatted(Base64.getEncoder().encodeToString(ROOT));
    StoreKeyRow row = sealed(RootKey.ofBytes(ROOT), EPOCH);
    RootKey rootKey = RootKey.fromEnvironment("ROOT_KEY", Map.of("ROOT_KEY", value)::get);
    assertThat(opened(rootKey, row)).isEqualTo(STORE_KEY);
  }

  @Test
  void fromEnvironment_missingOrInvalid_isRefused_andNotQuoted() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RootKey.fromEnvironment("EMBEDDED_KMS_NOT_SET"))
        .withMessage("embedded-kms: the environment variable EMBEDDED_KMS_NOT_SET is not set");
    String valid = Base64.getEncoder().encodeToString(ROOT);
    for (String value :
        List.of(
            "",
            "secret!",
            valid.substring(0, 20) + "\n" + valid.substring(20),
            valid + "\n" + valid,
            "\n",
            valid.replace('E', '-'),
            Base64.getEncoder().encodeToString(new byte[31]))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RootKey.fromEnvironment("ROOT_KEY", name -> value))
          .withMessage(
              "embedded-kms: the environment variable ROOT_KEY does not hold 32 bytes in Base64")
          .withNoCause();
    }
  }

  @Test
  void seal_aeadCannotOpenWhatItSealed_isRefusedBeforeWriting() {
    Aead failing =
        new ForeignAead(ROOT) {
          @Override
          public byte[] decrypt(byte[] sealed, byte[] data) throws GeneralSecurityException {
            throw new GeneralSecurityException("may not decrypt");
          }
        };
    Aead wrong =
        new ForeignAead(ROOT) {
          @Override
          public byte[] decrypt(byte[] sealed, byte[] data) {
            return new byte[32];
          }
        };
    Aead unreachable =
        new ForeignAead(ROOT) {
          @Override
          public byte[] encrypt(byte[] plaintext, byte[] data) {
            throw new IllegalStateException("no network");
          }
        };
    Map.of(failing, "may not decrypt", wrong, "opened to something else")
        .forEach(
            (aead, cause) ->
                assertThatThrownBy(() -> sealed(RootKey.ofAead(aead), EPOCH))
                    .isInstanceOf(WrongRootKeyException.class)
                    .hasMessage("embedded-kms: the root key cannot seal and open a store key")
                    .hasRootCauseMessage(cause));
    assertThatThrownBy(() -> sealed(RootKey.ofAead(unreachable), EPOCH))
        .isInstanceOf(WrongRootKeyException.class)
        .hasRootCauseMessage("no network");
  }

  @Test
  void open_aeadFailsOrReturnsAnotherLength_isWrongOrAltered() {
    StoreKeyRow row = sealed(RootKey.ofAead(new ForeignAead(ROOT)), EPOCH);
    Aead unreachable =
        new ForeignAead(ROOT) {
          @Override
          public byte[] decrypt(byte[] sealed, byte[] data) {
            throw new IllegalStateException("no network");
          }
        };
    Aead longer =
        new ForeignAead(ROOT) {
          @Override
          public byte[] decrypt(byte[] sealed, byte[] data) {
            return new byte[33];
          }
        };
    assertWrongOrAltered(RootKey.ofAead(unreachable), row);
    assertWrongOrAltered(RootKey.ofAead(longer), row);
  }

  @Test
  void seal_aeadWritesIntoItsArguments_changesNothing() {
    Aead overwriting =
        new ForeignAead(ROOT) {
          @Override
          public byte[] encrypt(byte[] plaintext, byte[] data) throws GeneralSecurityException {
            byte[] sealed = super.encrypt(plaintext, data);
            Arrays.fill(plaintext, (byte) 0);
            Arrays.fill(data, (byte) 0);
            return sealed;
          }

          @Override
          public byte[] decrypt(byte[] sealed, byte[] data) throws GeneralSecurityException {
            byte[] plaintext = super.decrypt(sealed, data);
            Arrays.fill(sealed, (byte) 0);
            Arrays.fill(data, (byte) 0);
            return plaintext;
          }
        };
    StoreKeyRow row = sealed(RootKey.ofAead(overwriting), EPOCH);
    assertThat(opened(RootKey.ofAead(new ForeignAead(ROOT)), row)).isEqualTo(STORE_KEY);
  }

  @Test
  void close_everyUseFails_butOpenedRootStaysOpen() {
    StoreKeyRow row = sealed(RootKey.ofBytes(ROOT), EPOCH);
    StoreKeyRow typedRow = sealed(inexpensivePassphrase(PASSPHRASE), EPOCH);
    StoreKeyRow aeadRow = sealed(RootKey.ofAead(new ForeignAead(ROOT)), EPOCH);
    Map.of(
            RootKey.ofBytes(ROOT), row,
            inexpensivePassphrase(PASSPHRASE), typedRow,
            RootKey.ofAead(new ForeignAead(ROOT)), aeadRow)
        .forEach(
            (rootKey, itsRow) -> {
              OpenedRoot root = rootKey.forRow(itsRow);
              rootKey.close();
              rootKey.close();
              assertClosed(() -> rootKey.forRow(itsRow));
              assertClosed(() -> rootKey.forNewStore());
              assertThat(root.open(STORE_ID, itsRow).asByteArray()).isEqualTo(STORE_KEY);
              root.close();
              root.close();
              assertClosed(() -> root.open(STORE_ID, itsRow));
              assertClosed(() -> sealed(root));
            });
  }

  private static void assertClosed(Runnable use) {
    assertThatIllegalStateException()
        .isThrownBy(use::run)
        .withMessage("embedded-kms: the root key is closed");
  }

  @Test
  void toString_showsOnlyTheKind() {
    assertThat(
            Stream.of(
                RootKey.ofBytes(ROOT),
                inexpensivePassphrase(PASSPHRASE),
                RootKey.ofAead(new ForeignAead(ROOT))))
        .extracting(RootKey::toString)
        .containsExactly("RootKey[32 raw bytes]", "RootKey[a passphrase]", "RootKey[an Aead]");
    assertThat(inexpensivePassphrase(PASSPHRASE).forNewStore())
        .hasToString("OpenedRoot[a passphrase]");
  }

  private static byte[] openedIndependently(byte[] root, StoreKeyRow row) {
    return IndependentStoreSeal.openRoot(
            root,
            row.kind(),
            STORE_ID.asByteArray(),
            row.epoch(),
            row.parameters().asByteArray(),
            row.sealed().asByteArray())
        .orElseThrow();
  }

  private static RootKey inexpensivePassphrase(String passphrase) {
    return RootKey.ofPassphrase(passphrase.toCharArray(), 8 << 10, 1, 1);
  }

  private static StoreKeyRow sealed(RootKey rootKey, int epoch) {
    try (rootKey;
        OpenedRoot root = rootKey.forNewStore();
        SecretBytes storeKey = SecretBytes.fromByteArray(STORE_KEY)) {
      return root.seal(STORE_ID, epoch, storeKey);
    }
  }

  private static byte[] opened(RootKey rootKey, StoreKeyRow row) {
    try (rootKey;
        OpenedRoot root = rootKey.forRow(row);
        SecretBytes storeKey = root.open(STORE_ID, row)) {
      return storeKey.asByteArray();
    }
  }

  private static StoreKeyRow sealed(OpenedRoot root) {
    try (SecretBytes storeKey = SecretBytes.fromByteArray(STORE_KEY)) {
      return root.seal(STORE_ID, EPOCH, storeKey);
    }
  }

  private static StoreKeyRow with(StoreKeyRow row, int epoch, int kind) {
    return new StoreKeyRow(epoch, kind, row.parameters(), row.sealed(), row.check());
  }

  private static StoreKeyRow withParameters(StoreKeyRow row, Bytes parameters) {
    return new StoreKeyRow(row.epoch(), row.kind(), parameters, row.sealed(), row.check());
  }

  private static StoreKeyRow withSealed(StoreKeyRow row, Bytes sealed) {
    return new StoreKeyRow(row.epoch(), row.kind(), row.parameters(), sealed, row.check());
  }

  private static StoreKeyRow withCheck(StoreKeyRow row, Bytes check) {
    return new StoreKeyRow(row.epoch(), row.kind(), row.parameters(), row.sealed(), check);
  }

  private static void assertDoesNotFit(RootKey rootKey, StoreKeyRow row, Bytes storeId) {
    OpenedRoot root = rootKey.forRow(row);
    assertThatThrownBy(() -> root.open(storeId, row))
        .isInstanceOf(WrongRootKeyException.class)
        .hasMessage("embedded-kms: the root key does not fit the store");
  }

  private static void assertWrong(RootKey rootKey, StoreKeyRow row, String message) {
    assertThatThrownBy(() -> rootKey.forRow(row))
        .isInstanceOf(WrongRootKeyException.class)
        .hasMessage("embedded-kms: " + message);
  }

  private static void assertWrongOrAltered(RootKey rootKey, StoreKeyRow row) {
    OpenedRoot root = rootKey.forRow(row);
    assertThatThrownBy(() -> root.open(STORE_ID, row))
        .isInstanceOf(WrongRootKeyException.class)
        .hasMessage("embedded-kms: wrong root key or altered store");
  }

  private static void assertAltered(OpenedRoot root, StoreKeyRow row) {
    assertThatThrownBy(() -> root.open(STORE_ID, row))
        .isInstanceOf(AlteredStoreException.class)
        .hasMessage("embedded-kms: the sealed store key of epoch 1 was altered");
  }

  /** A key management service outside this library. */
  private static class ForeignAead implements Aead {

    private final byte[] key;

    ForeignAead(byte[] key) {
      this.key = key.clone();
    }

    @Override
    public byte[] encrypt(byte[] plaintext, byte[] data) throws GeneralSecurityException {
      byte[] nonce = new byte[24];
      RANDOM.nextBytes(nonce);
      byte[] sealed = IndependentXaesGcm.seal(key, nonce, plaintext, data);
      return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
    }

    @Override
    public byte[] decrypt(byte[] sealed, byte[] data) throws GeneralSecurityException {
      return IndependentXaesGcm.open(
              key, Arrays.copyOf(sealed, 24), Arrays.copyOfRange(sealed, 24, sealed.length), data)
          .orElseThrow(() -> new GeneralSecurityException("not authentic"));
    }
  }
}
