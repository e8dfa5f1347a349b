package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.blob.IndependentBlobReader;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.DryRunOperationException;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.InvalidKeyUsageException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DryRunModifierType;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class EncryptionOperationsTest {

  private static final String UNKNOWN_KEY =
      "User: arn:aws:iam::111122223333:root is not authorized to perform: kms:Decrypt on the"
          + " resource associated with this ciphertext because the resource does not exist in this"
          + " Region, no resource-based policies allow access, or a resource-based policy"
          + " explicitly denies access";
  private static final String INCORRECT_KEY =
      "The key ID in the request does not identify a CMK that can perform this operation.";

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void encrypt_response_hasItsMembers() {
    SecretBytes plaintext = SecretBytes.fromUtf8String("secret");
    Encrypt.Response response = kms.encrypt(b -> b.keyId(Fixture.ALIAS).plaintext(plaintext));
    assertThat(response.keyId()).isEqualTo(fixture.keyArn);
    assertThat(response.encryptionAlgorithm()).isEqualTo(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT);
    assertThat(response.ciphertextBlob().length()).isEqualTo(6 + 74);
    // The caller's secret is not closed.
    assertThat(plaintext.asUtf8String()).isEqualTo("secret");
  }

  @Test
  void encrypt_closedPlaintext_throwsIllegalState_evenInADryRun() {
    SecretBytes closed = SecretBytes.fromUtf8String("x");
    closed.close();
    for (boolean dryRun : new boolean[] {false, true}) {
      assertThat(
              catchThrowable(
                  () -> kms.encrypt(b -> b.keyId(fixture.keyId).plaintext(closed).dryRun(dryRun))))
          .isExactlyInstanceOf(IllegalStateException.class)
          .hasMessage("the secret is closed");
    }
  }

  @Test
  void encrypt_sameRequestTwice_returnsDifferentBlobs() {
    Encrypt request =
        new Encrypt(fixture.keyId, SecretBytes.fromUtf8String("x"), null, null, null, null);
    assertThat(kms.call(request).ciphertextBlob()).isNotEqualTo(kms.call(request).ciphertextBlob());
  }

  @Test
  void encrypt_shortestAndLongestPlaintext_isDecrypted() {
    for (int length : new int[] {1, 4096}) {
      SecretBytes plaintext = SecretBytes.fromByteArray(new byte[length]);
      Bytes blob = kms.encrypt(b -> b.keyId(fixture.keyId).plaintext(plaintext)).ciphertextBlob();
      assertThat(kms.decrypt(b -> b.ciphertextBlob(blob)).plaintext()).isEqualTo(plaintext);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = EncryptionAlgorithmSpec.class,
      mode = Mode.EXCLUDE,
      names = "SYMMETRIC_DEFAULT")
  void asymmetricAlgorithm_isRefused_afterTheState(EncryptionAlgorithmSpec algorithm) {
    String text = "Algorithm " + algorithm + " is incompatible with key spec SYMMETRIC_DEFAULT.";
    Runnable encrypt =
        () ->
            kms.encrypt(
                b ->
                    b.keyId(fixture.keyId)
                        .plaintext(SecretBytes.fromUtf8String("x"))
                        .encryptionAlgorithm(algorithm));
    Runnable decrypt =
        () ->
            kms.decrypt(
                b ->
                    b.keyId(fixture.keyId)
                        .ciphertextBlob(fixture.blob)
                        .encryptionAlgorithm(algorithm));
    for (Runnable call : List.of(encrypt, decrypt)) {
      fixture.state(KeyState.ENABLED);
      assertThat(catchThrowable(call::run))
          .isExactlyInstanceOf(InvalidKeyUsageException.class)
          .hasMessage(text);
      fixture.state(KeyState.DISABLED);
      assertThat(catchThrowable(call::run)).isExactlyInstanceOf(DisabledException.class);
    }
  }

  @Test
  void decrypt_asymmetricAlgorithmWithoutKey_isRefused() {
    assertThat(
            catchThrowable(
                () ->
                    kms.decrypt(
                        b ->
                            b.ciphertextBlob(fixture.blob)
                                .encryptionAlgorithm(EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256))))
        .isExactlyInstanceOf(ValidationException.class)
        .hasMessage("embedded-kms: the key must be named for RSAES_OAEP_SHA_256");
  }

  @OverDatabases
  @Test
  void decrypt_response_hasItsMembers() {
    Decrypt.Response response =
        kms.decrypt(
            b ->
                b.ciphertextBlob(fixture.blob)
                    .encryptionAlgorithm(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT));
    assertThat(response.plaintext().asUtf8String()).isEqualTo(Fixture.PLAINTEXT);
    assertThat(response.keyId()).isEqualTo(fixture.keyArn);
    assertThat(response.encryptionAlgorithm()).isEqualTo(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT);
    assertThat(response.keyMaterialId())
        .isEqualTo(
            kms.describeKey(b -> b.keyId(fixture.keyId)).keyMetadata().currentKeyMaterialId());
    assertThat(response.ciphertextForRecipient()).isNull();
  }

  @Test
  void context_orderDoesNotMatter_emptyEqualsAbsent() {
    Map<String, String> context = new LinkedHashMap<>();
    context.put("b", "2");
    context.put("a", "1");
    Map<String, String> reversed = new LinkedHashMap<>();
    reversed.put("a", "1");
    reversed.put("b", "2");
    assertThat(opens(encrypt(context), reversed)).isTrue();
    assertThat(opens(encrypt(null), Map.of())).isTrue();
    assertThat(opens(encrypt(Map.of()), null)).isTrue();
  }

  @Test
  void context_anyOther_isRefused() {
    Bytes blob = encrypt(Map.of("ab", "c"));
    assertThat(opens(blob, Map.of("ab", "c"))).isTrue();
    assertThat(opens(blob, Map.of("a", "bc"))).isFalse();
    assertThat(opens(blob, Map.of("AB", "c"))).isFalse();
    assertThat(opens(blob, Map.of("ab", "C"))).isFalse();
    assertThat(opens(blob, Map.of("ab", "c", "d", "e"))).isFalse();
    assertThat(opens(blob, Map.of())).isFalse();
    assertThat(opens(blob, null)).isFalse();
    assertThat(opens(encrypt(null), Map.of("", ""))).isFalse();
  }

  @Test
  void context_ofManyPairsAndAnyUnicode_isBound() {
    Map<String, String> many = new LinkedHashMap<>();
    for (int i = 0; i < 2000; i++) {
      many.put("schl\u00fcssel \uD83D\uDE00 " + i, "\u20ac".repeat(i % 7));
    }
    Bytes blob = encrypt(many);
    assertThat(opens(blob, many)).isTrue();
    many.remove("schl\u00fcssel \uD83D\uDE00 1999");
    assertThat(opens(blob, many)).isFalse();
  }

  @Test
  void namedKey_notTheKeyOfTheBlob_throwsIncorrectKey_inAnyState() {
    String other = kms.createKey(b -> {}).keyMetadata().keyId();
    assertIncorrect(other);
    kms.disableKey(b -> b.keyId(other));
    assertIncorrect(other);
    assertIncorrect(Fixture.OTHER_ALIAS);
    // The state of the key that encrypted the blob is checked only after that.
    fixture.state(KeyState.DISABLED);
    assertIncorrect(other);
  }

  private void assertIncorrect(String keyId) {
    assertError(
        IncorrectKeyException.class,
        INCORRECT_KEY,
        b -> b.keyId(keyId).ciphertextBlob(fixture.blob));
  }

  @Test
  void blobNotAuthentic_isReportedBeforeNamedKeyAndState() {
    String other = kms.createKey(b -> {}).keyMetadata().keyId();
    fixture.state(KeyState.DISABLED);
    assertError(
        InvalidCiphertextException.class,
        null,
        b ->
            b.keyId(other)
                .ciphertextBlob(fixture.blob)
                .encryptionContext(Map.of("wrong", "context")));
  }

  @Test
  void namedKeyMissing_isReportedBeforeTheBlob() {
    assertError(
        NotFoundException.class,
        "Invalid keyId 'nobody'",
        b -> b.keyId("nobody").ciphertextBlob(Bytes.fromUtf8String("garbage")));
  }

  @OverDatabases
  @Test
  void blobOfMissingKey_throwsAccessDenied() {
    try (LocalKeyProvider other =
        LocalKeyProvider.builder().region(Fixture.REGION).account(Fixture.ACCOUNT).build()) {
      String keyId = other.createKey(b -> {}).keyMetadata().keyId();
      Bytes foreign =
          other
              .encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String("x")))
              .ciphertextBlob();
      assertError(AccessDeniedException.class, UNKNOWN_KEY, b -> b.ciphertextBlob(foreign));
      // An own key in the request changes nothing: the blob's key is resolved first.
      assertError(
          AccessDeniedException.class,
          UNKNOWN_KEY,
          b -> b.keyId(fixture.keyId).ciphertextBlob(foreign));
    }
  }

  @OverDatabases
  @Test
  void blob_inAnotherRegionOrAccount_throwsAccessDenied() {
    Decrypt request = DecryptBuilder.builder().ciphertextBlob(fixture.blob).build();
    assertThat(catchThrowable(() -> kms.inRegion("eu-west-1").call(request)))
        .isExactlyInstanceOf(AccessDeniedException.class)
        .hasMessage(UNKNOWN_KEY);
    assertThat(catchThrowable(() -> kms.inAccount("444455556666").call(request)))
        .isExactlyInstanceOf(AccessDeniedException.class)
        .hasMessage(UNKNOWN_KEY.replace("111122223333", "444455556666"));
  }

  @Test
  void garbage_throwsInvalidCiphertext() {
    for (int length : new int[] {1, 16, 74, 75, 6144}) {
      assertError(
          InvalidCiphertextException.class,
          null,
          b -> b.ciphertextBlob(Bytes.fromByteArray(new byte[length])));
    }
  }

  @Test
  void everySingleBitFlip_isRefused() {
    byte[] blob = fixture.blob.asByteArray();
    for (int bit = 0; bit < blob.length * 8; bit++) {
      byte[] flipped = blob.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      // Bytes 2 to 33 are the material id: a flip there refers to a key that does not exist.
      boolean namesAnotherKey = bit / 8 >= 2 && bit / 8 < 34;
      assertError(
          namesAnotherKey ? AccessDeniedException.class : InvalidCiphertextException.class,
          namesAnotherKey ? UNKNOWN_KEY : null,
          b -> b.ciphertextBlob(Bytes.fromByteArray(flipped)));
    }
  }

  @Test
  void everyTruncationAndExtension_isRefused() {
    byte[] blob = fixture.blob.asByteArray();
    for (int length = 1; length <= 6144; length++) {
      if (length != blob.length) {
        byte[] resized = Arrays.copyOf(blob, length);
        assertError(
            InvalidCiphertextException.class,
            null,
            b -> b.ciphertextBlob(Bytes.fromByteArray(resized)));
      }
    }
  }

  @Test
  void blob_ofAnotherSuite_isRefused_thoughEverythingElseIsRight() {
    byte[] material = new byte[32];
    String keyId = fixture.keyWith("00000000-0000-4000-8000-000000000002", material);
    byte[] header = new byte[34];
    header[0] = 1;
    System.arraycopy(IndependentBlobReader.materialId(material, keyId), 0, header, 2, 32);
    for (byte suite = 1; suite <= 2; suite++) {
      header[1] = suite;
      byte[] blob = IndependentBlobReader.seal(header, material, keyId, new byte[24], new byte[5]);
      if (suite == 1) {
        assertThat(kms.decrypt(b -> b.ciphertextBlob(Bytes.fromByteArray(blob))).plaintext())
            .isEqualTo(SecretBytes.fromByteArray(new byte[5]));
      } else {
        assertError(
            InvalidCiphertextException.class,
            null,
            b -> b.ciphertextBlob(Bytes.fromByteArray(blob)));
      }
    }
  }

  @Test
  void dryRunIgnoringTheCiphertext_checksKeyAndPermissionOnly() {
    fixture.state(KeyState.DISABLED);
    List<DryRunModifierType> ignore = List.of(DryRunModifierType.IGNORE_CIPHERTEXT);
    assertError(
        DryRunOperationException.class,
        "The request would have succeeded, but the DryRun option is set.",
        b -> b.keyId(Fixture.ALIAS).dryRun(true).dryRunModifiers(ignore));
    assertError(
        NotFoundException.class,
        "Invalid keyId 'nobody'",
        b -> b.keyId("nobody").dryRun(true).dryRunModifiers(ignore));
    assertError(
        ValidationException.class,
        "embedded-kms: IGNORE_CIPHERTEXT is for dry runs only",
        b -> b.ciphertextBlob(fixture.blob).dryRunModifiers(ignore));
    // Without modifiers, it is an ordinary dry run.
    assertError(
        DisabledException.class,
        fixture.keyArn + " is disabled.",
        b -> b.ciphertextBlob(fixture.blob).dryRun(true).dryRunModifiers(Collections.emptyList()));
  }

  private void assertError(
      Class<? extends KmsException> type, String message, Consumer<DecryptBuilder> members) {
    Throwable thrown = catchThrowable(() -> kms.decrypt(members));
    assertThat(thrown).isExactlyInstanceOf(type).hasMessage(message).hasNoCause();
  }

  private Bytes encrypt(Map<String, String> context) {
    return kms.encrypt(
            b ->
                b.keyId(fixture.keyId)
                    .plaintext(SecretBytes.fromUtf8String("bound"))
                    .encryptionContext(context))
        .ciphertextBlob();
  }

  private boolean opens(Bytes blob, Map<String, String> context) {
    try {
      kms.decrypt(b -> b.ciphertextBlob(blob).encryptionContext(context)).plaintext().close();
      return true;
    } catch (InvalidCiphertextException e) {
      return false;
    }
  }
}
