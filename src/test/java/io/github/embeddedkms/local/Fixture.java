package io.github.embeddedkms.local;

import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.crypto.XaesGcm;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.EntryKind;
import io.github.embeddedkms.store.GrantEntry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.TokenCipher;
import io.github.embeddedkms.store.fixture.TestKeys;
import io.github.embeddedkms.store.fixture.TestStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A provider with one key, one alias and one blob or signature, whose storage tests can access
 * directly. With a database, everything was written there and read back.
 */
final class Fixture implements AutoCloseable {

  static final String REGION = "eu-central-1";
  static final String REPLICA_REGION = "ap-south-1";
  static final String ACCOUNT = "111122223333";
  static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");
  static final String ALIAS = "alias/fixture";
  static final String ALIAS_ARN = "arn:aws:kms:eu-central-1:111122223333:alias/fixture";
  static final String OTHER_ALIAS = "alias/other";
  static final String PLAINTEXT = "hello";

  /** The grantee and retiring principal of {@link #grantId}. */
  static final String GRANTEE = "arn:aws:iam::111122223333:user/grantee";

  private static final String GRANT_ID = "5a".repeat(32);

  /** The provider's clock, which a test can set. */
  Instant now = NOW.plusNanos(999);

  private final TestStore store = TestStore.create();
  final CountingStorage storage = new CountingStorage(store.open());
  final LocalKeyProvider kms =
      LocalKeyProvider.builder()
          .region(REGION)
          .account(ACCOUNT)
          .clock(() -> now)
          .storage(storage)
          .build();
  final String keyId;
  final String keyArn;

  /**
   * {@link #PLAINTEXT} encrypted under the key, or its signature or MAC with the key; or a public
   * key that the key agrees with, or a ciphertext of a shared secret.
   */
  final Bytes blob;

  /** A second key, for operations with two keys. */
  final String otherKeyId = kms.createKey(key -> {}).keyMetadata().keyId();

  final Bytes otherBlob = encryptUnder(otherKeyId);

  Fixture() {
    this(KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
  }

  /** With a key of any kind; the second key is a symmetric encryption key. */
  Fixture(KeySpec spec, KeyUsageType usage) {
    this(spec, usage, false);
  }

  /** The same; a multi-Region key has a replica in {@link #REPLICA_REGION}. */
  Fixture(KeySpec spec, KeyUsageType usage, boolean multiRegion) {
    keyId =
        kms.createKey(key -> key.keySpec(spec).keyUsage(usage).multiRegion(multiRegion))
            .keyMetadata()
            .keyId();
    if (multiRegion) {
      kms.replicateKey(b -> b.keyId(keyId).replicaRegion(REPLICA_REGION));
    }
    keyArn = arn(keyId);
    blob = blobOf(spec, usage);
    kms.createAlias(alias -> alias.aliasName(ALIAS).targetKeyId(keyId));
    kms.createAlias(alias -> alias.aliasName(OTHER_ALIAS).targetKeyId(otherKeyId));
    reopen();
    storage.changes = 0;
  }

  /** Reopens the store and continues with its content. */
  void reopen() {
    storage.reopen(store);
  }

  private Bytes blobOf(KeySpec spec, KeyUsageType usage) {
    SecretBytes message = SecretBytes.fromUtf8String(PLAINTEXT);
    return switch (usage) {
      case SIGN_VERIFY ->
          kms.sign(s -> s.keyId(keyId).message(message).signingAlgorithm(firstSigning(spec)))
              .signature();
      case GENERATE_VERIFY_MAC ->
          kms.generateMac(m -> m.keyId(keyId).message(message).macAlgorithm(macOf(spec))).mac();
      // Its own public key is one that it agrees with.
      case KEY_AGREEMENT -> kms.getPublicKey(b -> b.keyId(keyId)).publicKey();
      case ENCAPSULATE_DECAPSULATE ->
          kms.encapsulate(
                  b -> b.keyId(keyId).encapsulationAlgorithm(EncapsulationAlgorithmSpec.ML_KEM))
              .sharedSecretCiphertextBlob();
      case ENCRYPT_DECRYPT ->
          kms.encrypt(
                  b ->
                      b.keyId(keyId)
                          .plaintext(message)
                          .encryptionAlgorithm(KeySpecTable.of(spec).encryption().get(0)))
              .ciphertextBlob();
    };
  }

  private static SigningAlgorithmSpec firstSigning(KeySpec spec) {
    return KeySpecTable.of(spec).signing().get(0);
  }

  private static MacAlgorithmSpec macOf(KeySpec spec) {
    return KeySpecTable.of(spec).mac().get(0);
  }

  private Bytes encryptUnder(String key) {
    return kms.encrypt(e -> e.keyId(key).plaintext(SecretBytes.fromUtf8String(PLAINTEXT)))
        .ciphertextBlob();
  }

  static String arn(String keyId) {
    return "arn:aws:kms:eu-central-1:111122223333:key/" + keyId;
  }

  KeyEntry key() {
    return storage.key(new Address(ACCOUNT, REGION, keyId)).orElseThrow();
  }

  KeyEntry key(String id) {
    return storage.key(new Address(ACCOUNT, REGION, id)).orElseThrow();
  }

  /**
   * Returns the id of a grant of the key. It is created at the first call, directly, so that the
   * state of the key does not matter.
   */
  String grantId() {
    Address address = GrantEntry.addressOf(new Address(ACCOUNT, REGION, keyId), GRANT_ID);
    if (storage.entry(GrantEntry.KIND, address).isEmpty()) {
      Grant grant =
          new Grant(
              GRANT_ID,
              null,
              NOW,
              ACCOUNT,
              GRANTEE,
              null,
              GRANTEE,
              null,
              List.of(GrantOperation.DESCRIBE_KEY),
              null);
      storage.apply(Change.put(new GrantEntry(address, 1, 1, grant)));
      storage.changes = 0;
    }
    return GRANT_ID;
  }

  /** Puts the key into a state directly, bypassing the operations. */
  void state(KeyState state) {
    storage.apply(Change.put(key().changed(next -> next.state(state))));
    storage.changes = 0;
  }

  /** Changes the key's usage, which no operation can. */
  void usage(KeyUsageType usage) {
    storage.apply(Change.put(TestKeys.withUsage(key().changed(next -> {}), usage)));
    storage.changes = 0;
  }

  /** Changes the origin of the key's material, which no operation can. */
  void origin(OriginType origin) {
    storage.apply(Change.put(TestKeys.withOrigin(key().changed(next -> {}), origin)));
    storage.changes = 0;
  }

  /** Stores a key with the given AES material. */
  String keyWith(String id, byte[] material) {
    return keyWith(id, Suite.XAES_256_GCM, material);
  }

  /** Stores a key with the given material. */
  String keyWith(String id, Suite suite, byte[] material) {
    SymmetricMaterial keyMaterial =
        SymmetricMaterial.of(id, suite, SecretBytes.fromByteArray(material));
    storage.apply(
        Change.put(TestKeys.symmetric(new Address(ACCOUNT, REGION, id), NOW, keyMaterial)));
    return id;
  }

  @Override
  public void close() {
    kms.close();
    store.close();
  }

  /** Lets tests seal tokens for a provider in memory. */
  private static final TokenCipher TOKENS =
      new TokenCipher() {

        private final XaesGcm key = XaesGcm.of(new byte[32]);

        @Override
        public byte[] seal(byte[] prefix, byte[] token, byte[] data) {
          return key.seal(prefix, token, data);
        }

        @Override
        public Optional<SecretBytes> open(byte[] sealed, int position, byte[] data) {
          return key.open(sealed, position, data);
        }
      };

  /** Counts the applied changes, and runs an action of the test at the worst possible time. */
  static class CountingStorage implements KeyStorage {

    private volatile KeyStorage storage;
    int changes;

    /** Runs once: after the checks of a call, immediately before its change. */
    Runnable beforeNextChange = () -> {};

    /** Receives every change, before it is applied or refused. */
    Consumer<Change> onChange = change -> {};

    /** Runs once: after a call has found the key of a blob, immediately before it uses the key. */
    Runnable afterNextLookup = () -> {};

    /** Runs once: after a call has found an alias, immediately before it resolves the key. */
    Runnable afterNextAlias = () -> {};

    CountingStorage(KeyStorage storage) {
      this.storage = storage;
    }

    /** Continues with the reopened store, without the provider noticing. */
    void reopen(TestStore store) {
      storage = store.reopen(storage);
    }

    @Override
    public <E extends Entry> Optional<E> entry(EntryKind<E> kind, Address address) {
      Optional<E> found = storage.entry(kind, address);
      if (kind == AliasEntry.KIND) {
        Runnable happening = afterNextAlias;
        afterNextAlias = () -> {};
        happening.run();
      }
      return found;
    }

    @Override
    public Optional<KeyEntry> keyOfMaterial(String account, String region, Bytes materialId) {
      Optional<KeyEntry> found = storage.keyOfMaterial(account, region, materialId);
      Runnable happening = afterNextLookup;
      afterNextLookup = () -> {};
      happening.run();
      return found;
    }

    @Override
    public List<KeyEntry> keysOfMaterial(String region, Bytes materialId) {
      return storage.keysOfMaterial(region, materialId);
    }

    @Override
    public <E extends Entry> List<E> entriesAfter(EntryKind<E> kind, Address after, int limit) {
      return storage.entriesAfter(kind, after, limit);
    }

    @Override
    public <E extends Entry> List<E> entriesOf(
        EntryKind<E> kind, Address group, String after, int limit) {
      return storage.entriesOf(kind, group, after, limit);
    }

    @Override
    public int countOf(EntryKind<?> kind, Address group) {
      return storage.countOf(kind, group);
    }

    @Override
    public List<KeyEntry> relatedKeys(String account, String keyId) {
      return storage.relatedKeys(account, keyId);
    }

    @Override
    public Optional<Instant> nextDue() {
      return storage.nextDue();
    }

    @Override
    public List<Entry> due(Instant now) {
      return storage.due(now);
    }

    @Override
    public Optional<TokenCipher> tokenCipher() {
      return storage.tokenCipher().or(() -> Optional.of(TOKENS));
    }

    @Override
    public boolean apply(Change change) {
      Runnable happening = beforeNextChange;
      beforeNextChange = () -> {};
      happening.run();
      onChange.accept(change);
      boolean applied = storage.apply(change);
      changes += applied ? 1 : 0;
      return applied;
    }

    @Override
    public void close() {
      storage.close();
    }
  }
}
