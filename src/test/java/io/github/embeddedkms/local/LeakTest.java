package io.github.embeddedkms.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.PackagedClasses;
import io.github.embeddedkms.crypto.DerivedRandom;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.exception.DryRunOperationException;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.IncorrectKeyMaterialException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.InvalidGrantTokenException;
import io.github.embeddedkms.exception.InvalidKeyUsageException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeyPairSpec;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.ImportType;
import io.github.embeddedkms.model.KeyAgreementAlgorithmSpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.RecipientInfo;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.EncryptBuilder;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyResponseBuilder;
import io.github.embeddedkms.operation.RetireGrant;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No string that this library creates contains a secret, whatever fails. */
class LeakTest {

  /** A secret that is recognizable in every encoding. */
  private static final byte[] MATERIAL = "material-material-material-3210!".getBytes(US_ASCII);

  private static final String SECRET = "the-secret-of-the-caller";

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;
  private final String keyId = fixture.keyWith("00000000-0000-4000-8000-00000000abcd", MATERIAL);

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void toString_ofRequestsResponsesAndStoredValues_containsNoSecret() {
    GenerateDataKey.Response dataKey =
        kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_256));
    byte[] plaintext = dataKey.plaintext().asByteArray();
    var decrypted = kms.decrypt(b -> b.ciphertextBlob(dataKey.ciphertextBlob()));
    Encrypt encrypt = encrypt().build();
    var stored = fixture.storage.key(new Address(Fixture.ACCOUNT, Fixture.REGION, keyId));
    Stream.of(
            dataKey,
            GenerateDataKeyResponseBuilder.builder(dataKey),
            decrypted,
            encrypt,
            encrypt(),
            kms.call(encrypt),
            kms.generateRandom(b -> b.numberOfBytes(32)),
            kms.reEncrypt(
                b -> b.ciphertextBlob(dataKey.ciphertextBlob()).destinationKeyId(fixture.keyId)),
            DecryptBuilder.builder().ciphertextBlob(dataKey.ciphertextBlob()).build(),
            stored,
            stored.orElseThrow().currentMaterial(),
            Change.put(stored.orElseThrow()),
            fixture.storage,
            kms,
            kms.inRegion("eu-west-1"),
            dataKey.plaintext())
        .forEach(
            value -> {
              assertHidden(value.toString(), plaintext);
              assertHidden(value.toString(), MATERIAL);
              assertHidden(value.toString(), SECRET.getBytes(UTF_8));
            });
  }

  @Test
  void messages_ofErrors_containNoSecret() {
    Bytes blob = kms.call(encrypt().build()).ciphertextBlob();
    Map<Class<? extends Throwable>, Runnable> failures = new LinkedHashMap<>();
    failures.put(
        ValidationException.class,
        () -> kms.call(encrypt().keyId("").plaintext(secret(200)).build()));
    failures.put(NotFoundException.class, () -> kms.call(encrypt().keyId("alias/none").build()));
    failures.put(DryRunOperationException.class, () -> kms.call(encrypt().dryRun(true).build()));
    failures.put(
        InvalidGrantTokenException.class,
        () -> kms.call(encrypt().grantTokens(List.of("token")).build()));
    failures.put(
        InvalidCiphertextException.class,
        () -> kms.decrypt(b -> b.ciphertextBlob(blob).encryptionContext(Map.of("a", "b"))));
    failures.put(
        IncorrectKeyException.class,
        () -> kms.decrypt(b -> b.ciphertextBlob(blob).keyId(fixture.keyId)));
    failures.put(
        NotSupportedYetException.class,
        () -> kms.decrypt(b -> b.ciphertextBlob(blob).recipient(new RecipientInfo(null, null))));
    failures.put(
        InvalidKeyUsageException.class,
        () ->
            kms.call(
                encrypt().encryptionAlgorithm(EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256).build()));
    failures.forEach(
        (expected, call) -> {
          Throwable error = catchThrowable(call::run);
          assertThat(error).isExactlyInstanceOf(expected);
          StringWriter trace = new StringWriter();
          error.printStackTrace(new PrintWriter(trace));
          assertHidden(trace.toString(), SECRET.getBytes(UTF_8));
          assertHidden(trace.toString(), MATERIAL);
        });
  }

  /** They are no secrets, but the service never logs them. */
  @Test
  void grantTokens_areNotInMessagesAndExplanations() {
    String token =
        kms.createGrant(
                b ->
                    b.keyId(keyId)
                        .granteePrincipal(Fixture.ACCOUNT)
                        .operations(List.of(GrantOperation.ENCRYPT)))
            .grantToken();
    RetireGrant retire = new RetireGrant(token, null, null, null);
    Encrypt encrypt = encrypt().keyId(fixture.keyArn).grantTokens(List.of(token)).build();
    Caller other = kms.defaultCaller().inAccount("444455556666");
    Stream.of(
            catchThrowable(() -> kms.client(other).call(retire)),
            catchThrowable(() -> kms.client(other).call(encrypt)),
            catchThrowable(() -> kms.retireGrant(b -> b.grantToken(token + "A"))),
            kms.explain(other, retire),
            kms.explain(other, encrypt),
            kms.explain(kms.defaultCaller(), retire))
        .forEach(value -> assertHidden(value.toString(), token.getBytes(US_ASCII)));
  }

  @Test
  void importedMaterial_isNotInStringsAndMessages() {
    String external = kms.createKey(b -> b.origin(OriginType.EXTERNAL)).keyMetadata().keyId();
    Throwable tooShort =
        catchThrowable(
            () -> WrappedMaterial.importInto(kms, external, Arrays.copyOf(MATERIAL, 31)));
    Throwable unknown =
        catchThrowable(
            () ->
                WrappedMaterial.importInto(
                    kms, external, MATERIAL, b -> b.importType(ImportType.EXISTING_KEY_MATERIAL)));
    var imported = WrappedMaterial.importInto(kms, external, MATERIAL);
    String curve =
        kms.createKey(
                b ->
                    b.origin(OriginType.EXTERNAL)
                        .keySpec(KeySpec.ECC_NIST_P256)
                        .keyUsage(KeyUsageType.SIGN_VERIFY))
            .keyMetadata()
            .keyId();
    Throwable unusable = catchThrowable(() -> WrappedMaterial.importInto(kms, curve, MATERIAL));
    Stream.of(tooShort, unknown, unusable)
        .forEach(error -> assertThat(error).isInstanceOf(IncorrectKeyMaterialException.class));
    Stream.of(tooShort, unknown, unusable, imported, stored(external), stored(curve))
        .forEach(value -> assertHidden(value.toString(), MATERIAL));
  }

  /** Keys whose material is the whole secret, so that any part of it can be searched for. */
  @ParameterizedTest
  @CsvSource({"ECC_NIST_EDWARDS25519, SIGN_VERIFY", "HMAC_256, GENERATE_VERIFY_MAC"})
  void privateKeyOrHmacKey_stringsAndMessages_containNoPartOfIt(KeySpec spec, KeyUsageType usage) {
    String id = newKey(spec, usage);
    KeyEntry stored = stored(id);
    Material material = material(id);
    // The seed of Ed25519 is at the end of the PKCS #8.
    byte[] secret = material.lend(raw -> Arrays.copyOfRange(raw, raw.length - 32, raw.length));
    SecretBytes message = SecretBytes.fromUtf8String(SECRET);
    Stream.of(
            stored,
            material,
            Change.put(stored),
            kms.describeKey(b -> b.keyId(id)),
            catchThrowable(() -> kms.encrypt(b -> b.keyId(id).plaintext(message))),
            catchThrowable(
                () ->
                    kms.sign(
                        b ->
                            b.keyId(id)
                                .message(message)
                                .signingAlgorithm(SigningAlgorithmSpec.ED25519_PH_SHA_512))),
            catchThrowable(
                () ->
                    kms.verifyMac(
                        b ->
                            b.keyId(id)
                                .message(message)
                                .mac(Bytes.fromUtf8String("garbage"))
                                .macAlgorithm(MacAlgorithmSpec.HMAC_SHA_256))))
        .forEach(
            value -> {
              assertHidden(value.toString(), secret);
              assertHidden(value.toString(), SECRET.getBytes(UTF_8));
            });
    var pair =
        kms.generateDataKeyPair(
            b -> b.keyId(keyId).keyPairSpec(DataKeyPairSpec.ECC_NIST_EDWARDS25519));
    byte[] privateKey = pair.privateKeyPlaintext().asByteArray();
    assertHidden(
        pair.toString(), Arrays.copyOfRange(privateKey, privateKey.length - 32, privateKey.length));
  }

  @Test
  void sharedSecretsAndPlaintextsOfAsymmetricKeys_areNotInStringsAndMessages() {
    String agreeing = newKey(KeySpec.ECC_NIST_P256, KeyUsageType.KEY_AGREEMENT);
    String decapsulating = newKey(KeySpec.ML_KEM_768, KeyUsageType.ENCAPSULATE_DECAPSULATE);
    String decrypting = newKey(KeySpec.RSA_2048, KeyUsageType.ENCRYPT_DECRYPT);
    Bytes peer = kms.getPublicKey(b -> b.keyId(agreeing)).publicKey();
    var derived =
        kms.deriveSharedSecret(
            b ->
                b.keyId(agreeing)
                    .publicKey(peer)
                    .keyAgreementAlgorithm(KeyAgreementAlgorithmSpec.ECDH));
    var encapsulated =
        kms.encapsulate(
            b -> b.keyId(decapsulating).encapsulationAlgorithm(EncapsulationAlgorithmSpec.ML_KEM));
    Bytes ciphertext = encapsulated.sharedSecretCiphertextBlob();
    var decapsulated =
        kms.decapsulate(
            b ->
                b.keyId(decapsulating)
                    .sharedSecretCiphertextBlob(ciphertext)
                    .encapsulationAlgorithm(EncapsulationAlgorithmSpec.ML_KEM));
    EncryptionAlgorithmSpec oaep = EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256;
    EncryptBuilder encrypt = encrypt().keyId(decrypting).encryptionAlgorithm(oaep);
    Bytes encrypted = kms.call(encrypt.build()).ciphertextBlob();
    var decrypted =
        kms.decrypt(b -> b.keyId(decrypting).ciphertextBlob(encrypted).encryptionAlgorithm(oaep));
    assertThat(decrypted.plaintext()).isEqualTo(secret(1));
    Stream.of(
            derived,
            encapsulated,
            decapsulated,
            decrypted,
            encrypt,
            stored(agreeing),
            stored(decapsulating),
            stored(decrypting),
            catchThrowable(() -> kms.call(encrypt.plaintext(secret(10)).build())),
            catchThrowable(() -> kms.call(encrypt.encryptionContext(Map.of("a", "b")).build())))
        .forEach(
            value -> {
              assertHidden(value.toString(), derived.sharedSecret().asByteArray());
              assertHidden(value.toString(), encapsulated.sharedSecret().asByteArray());
              assertHidden(value.toString(), SECRET.getBytes(UTF_8));
              for (String id : List.of(agreeing, decapsulating, decrypting)) {
                // At the end of the PKCS #8: of the number of a curve, of the seed, of a factor.
                byte[] key =
                    material(id).lend(raw -> Arrays.copyOfRange(raw, raw.length - 32, raw.length));
                assertHidden(value.toString(), key);
              }
            });
  }

  private String newKey(KeySpec spec, KeyUsageType usage) {
    return kms.createKey(b -> b.keySpec(spec).keyUsage(usage)).keyMetadata().keyId();
  }

  private KeyEntry stored(String id) {
    return fixture.storage.key(new Address(Fixture.ACCOUNT, Fixture.REGION, id)).orElseThrow();
  }

  private Material material(String id) {
    return stored(id).current().orElseThrow().material();
  }

  @Test
  void secrets_andTheirContainers_areNotSerializable() {
    GenerateDataKey.Response dataKey =
        kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_256));
    for (Object value : List.of(dataKey, dataKey.plaintext(), encrypt().build())) {
      assertThatExceptionOfType(NotSerializableException.class)
          .isThrownBy(() -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(value));
    }
    SecureRandom derived = DerivedRandom.of(Bytes.fromUtf8String("seed"), "key-id", 0);
    assertThatExceptionOfType(NotSerializableException.class)
        .isThrownBy(() -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(derived));
    List<Class<?>> own = PackagedClasses.beside(KmsService.class);
    assertThat(own).hasSizeGreaterThan(500);
    assertThat(own)
        .filteredOn(Serializable.class::isAssignableFrom)
        .filteredOn(type -> !Throwable.class.isAssignableFrom(type))
        // A subclass of SecureRandom cannot be otherwise; this one refuses to be written.
        .filteredOn(type -> !type.getName().startsWith(DerivedRandom.class.getName()))
        // The constants of an enumeration can have their own classes.
        .filteredOn(type -> !Enum.class.isAssignableFrom(type))
        .isEmpty();
  }

  private EncryptBuilder encrypt() {
    return EncryptBuilder.builder().keyId(keyId).plaintext(secret(1));
  }

  private static SecretBytes secret(int times) {
    return SecretBytes.fromUtf8String(SECRET.repeat(times));
  }

  /** Fails if a string contains the bytes in any of the ways in which Java programs show bytes. */
  private static void assertHidden(String text, byte[] secret) {
    byte[] start = Arrays.copyOf(secret, 12);
    String list = Arrays.toString(start);
    assertThat(text)
        .isNotEmpty()
        .doesNotContain(new String(start, ISO_8859_1))
        .doesNotContainIgnoringCase(HexFormat.of().formatHex(start))
        .doesNotContain(Base64.getEncoder().encodeToString(start))
        .doesNotContain(list.substring(1, list.length() - 1));
  }
}
