package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.crypto.HmacMaterial;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.crypto.PrivateKeyMaterial;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.exception.KeyUnavailableException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.AlteredStoreException;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.EntryKind;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.KeyStorageException;
import io.github.embeddedkms.store.MaterialEntry;
import io.github.embeddedkms.store.StoreUnavailableException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The errors that callers receive when the database fails: for a read, a change, or a material. */
class FailingStorageTest {

  private final StoreUnavailableException unavailable =
      new StoreUnavailableException("the database cannot be used", new SQLException("gone"));
  private final AlteredStoreException altered =
      new AlteredStoreException("key 1 was altered in the store");

  private final List<Object> reported = new ArrayList<>();
  private Fixture fixture;
  private FailingStorage storage;
  private LocalKeyProvider kms;

  private void open(Fixture opened) {
    fixture = opened;
    storage = new FailingStorage(fixture.storage);
    kms =
        LocalKeyProvider.builder()
            .region(Fixture.REGION)
            .account(Fixture.ACCOUNT)
            .clock(() -> fixture.now)
            .storage(storage)
            .failureListener(
                (operation, failure) -> {
                  reported.add(operation);
                  reported.add(failure);
                })
            .build();
  }

  @AfterEach
  void close() {
    kms.close();
    fixture.close();
  }

  static List<Sample> all() {
    return Sample.all();
  }

  static List<Sample> changing() {
    return Sample.all().stream().filter(Sample::writes).toList();
  }

  static List<Sample> usingMaterial() {
    return ofOperations(
        Set.of(
            "Decapsulate",
            "Decrypt",
            "DeriveSharedSecret",
            "Encrypt",
            "GenerateDataKey",
            "GenerateDataKeyPair",
            "GenerateDataKeyPairWithoutPlaintext",
            "GenerateDataKeyWithoutPlaintext",
            "GenerateMac",
            "ReEncrypt",
            "Sign",
            "VerifyMac"));
  }

  private static List<Sample> ofOperations(Set<String> operations) {
    List<Sample> found =
        Sample.all().stream().filter(sample -> operations.contains(sample.operation())).toList();
    assertThat(found).extracting(Sample::operation).hasSameElementsAs(operations);
    return found;
  }

  @ParameterizedTest
  @MethodSource("all")
  void read_databaseUnavailable_throwsKmsInternal_untilAvailable(Sample sample) {
    open(sample.fixture());
    KmsRequest<?> request = sample.valid().apply(fixture);
    storage.onRead = unavailable;
    assertError(KmsInternalException.class, sample, unavailable, request);
    storage.onRead = null;
    kms.call(request);
    assertThat(reported).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("all")
  void read_rowAltered_throwsKmsInternal(Sample sample) {
    open(sample.unpreparedFixture());
    storage.onRead = altered;
    assertError(KmsInternalException.class, sample, altered, sample.valid().apply(fixture));
  }

  @ParameterizedTest
  @MethodSource("changing")
  void change_databaseUnavailable_throwsKmsInternal_untilAvailable(Sample sample) {
    open(sample.fixture());
    KmsRequest<?> request = sample.valid().apply(fixture);
    storage.onWrite = unavailable;
    assertError(KmsInternalException.class, sample, unavailable, request);
    storage.onWrite = null;
    kms.call(request);
    assertThat(reported).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("usingMaterial")
  void material_databaseUnavailable_throwsKeyUnavailable_untilAvailable(Sample sample) {
    open(sample.fixture());
    KmsRequest<?> request = sample.valid().apply(fixture);
    storage.onMaterial = unavailable;
    assertError(KeyUnavailableException.class, sample, unavailable, request);
    storage.onMaterial = null;
    kms.call(request);
    assertThat(reported).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("usingMaterial")
  void material_rowAltered_throwsKmsInternal(Sample sample) {
    open(sample.fixture());
    storage.onMaterial = altered;
    assertError(KmsInternalException.class, sample, altered, sample.valid().apply(fixture));
  }

  /** Only public keys are needed. They are stored with the key, in the clear. */
  @ParameterizedTest
  @ValueSource(strings = {"GetPublicKey", "Verify"})
  void publicKey_privateKeyUnavailable_isUsed(String operation) {
    Sample sample = Sample.named(operation);
    open(sample.fixture());
    storage.onMaterial = unavailable;
    assertThatCode(() -> kms.call(sample.valid().apply(fixture))).doesNotThrowAnyException();
  }

  @Test
  void purge_databaseUnavailable_throwsTheFailureItself() {
    open(new Fixture());
    storage.onRead = unavailable;
    assertThat(catchThrowable(kms::purge)).isSameAs(unavailable);
    assertThat(reported).containsExactly("purge", unavailable);
  }

  private void assertError(
      Class<? extends KmsException> type,
      Sample sample,
      KeyStorageException failure,
      KmsRequest<?> request) {
    assertThat(catchThrowable(() -> kms.call(request)))
        .isExactlyInstanceOf(type)
        .hasMessage(failure.getMessage())
        .hasMessageStartingWith("embedded-kms: ")
        .hasNoCause();
    assertThat(reported).containsExactly(sample.operation(), failure);
    reported.clear();
  }

  /** A storage that fails where the test says. */
  private static final class FailingStorage extends Fixture.CountingStorage {

    KeyStorageException onRead;
    KeyStorageException onWrite;
    KeyStorageException onMaterial;

    FailingStorage(KeyStorage storage) {
      super(storage);
    }

    @Override
    public <E extends Entry> Optional<E> entry(EntryKind<E> kind, Address address) {
      return super.entry(kind, address)
          .map(
              entry -> entry instanceof KeyEntry key ? kind.type().cast(withMaterial(key)) : entry);
    }

    @Override
    public Optional<KeyEntry> keyOfMaterial(String account, String region, Bytes materialId) {
      return super.keyOfMaterial(account, region, materialId).map(this::withMaterial);
    }

    /** Every call begins with this method. */
    @Override
    public Optional<Instant> nextDue() {
      if (onRead != null) {
        throw onRead;
      }
      return super.nextDue();
    }

    @Override
    public boolean apply(Change change) {
      if (onWrite != null) {
        throw onWrite;
      }
      return super.apply(change);
    }

    private KeyEntry withMaterial(KeyEntry key) {
      return onMaterial == null
          ? key
          : key.changed(
              next -> next.materials(key.materials().stream().map(this::failing).toList()));
    }

    private MaterialEntry failing(MaterialEntry entry) {
      return MaterialEntry.present(failing(entry.material()), true);
    }

    private Material failing(Material material) {
      if (material instanceof SymmetricMaterial symmetric) {
        return SymmetricMaterial.deferred(
            material.id(),
            symmetric.suite(),
            () -> {
              throw onMaterial;
            });
      }
      if (material instanceof HmacMaterial hmac) {
        return HmacMaterial.deferred(
            material.id(),
            hmac.algorithm(),
            () -> {
              throw onMaterial;
            });
      }
      PrivateKeyMaterial key = (PrivateKeyMaterial) material;
      return PrivateKeyMaterial.deferred(
          key.id(),
          key.type(),
          key.publicKey(),
          () -> {
            throw onMaterial;
          });
    }
  }
}
