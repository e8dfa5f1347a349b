package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.KeyMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A provider with one key, one alias and one blob, whose storage a test can reach into. */
final class Fixture implements AutoCloseable {

  static final String REGION = "eu-central-1";
  static final String ACCOUNT = "111122223333";
  static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");
  static final String ALIAS = "alias/fixture";
  static final String ALIAS_ARN = "arn:aws:kms:eu-central-1:111122223333:alias/fixture";
  static final String PLAINTEXT = "hello";

  final CountingStorage storage = new CountingStorage(KeyStorage.inMemory());
  final LocalKeyProvider kms =
      LocalKeyProvider.builder()
          .region(REGION)
          .account(ACCOUNT)
          .clock(() -> NOW.plusNanos(999))
          .storage(storage)
          .build();
  final String keyId = kms.createKey(key -> {}).keyMetadata().keyId();
  final String keyArn = arn(keyId);
  final Bytes blob;

  Fixture() {
    kms.createAlias(alias -> alias.aliasName(ALIAS).targetKeyId(keyId));
    blob =
        kms.encrypt(e -> e.keyId(keyId).plaintext(SecretBytes.fromUtf8String(PLAINTEXT)))
            .ciphertextBlob();
    storage.changes = 0;
  }

  static String arn(String keyId) {
    return "arn:aws:kms:eu-central-1:111122223333:key/" + keyId;
  }

  KeyEntry key() {
    return storage.key(new Address(ACCOUNT, REGION, keyId)).orElseThrow();
  }

  /** Puts the key into a state, by whatever way it would get there. */
  void state(KeyState state) {
    storage.apply(Change.put(key().changed(next -> next.state(state))));
    storage.changes = 0;
  }

  /** Gives the key another usage, which no operation can. */
  void usage(KeyUsageType usage) {
    storage.apply(Change.put(key().changed(next -> next.keyUsage(usage))));
    storage.changes = 0;
  }

  /** Puts a key with given material. */
  String keyWith(String id, byte[] material) {
    storage.apply(
        Change.put(
            new KeyEntry(
                new Address(ACCOUNT, REGION, id),
                1,
                NOW,
                KeyState.ENABLED,
                "",
                KeySpec.SYMMETRIC_DEFAULT,
                KeyUsageType.ENCRYPT_DECRYPT,
                OriginType.AWS_KMS,
                List.of(),
                List.of(KeyMaterial.of(id, SecretBytes.fromByteArray(material))))));
    return id;
  }

  @Override
  public void close() {
    kms.close();
  }

  /** Counts the changes that were applied. */
  static class CountingStorage implements KeyStorage {

    private final KeyStorage storage;
    int changes;

    CountingStorage(KeyStorage storage) {
      this.storage = storage;
    }

    @Override
    public Optional<KeyEntry> key(Address address) {
      return storage.key(address);
    }

    @Override
    public Optional<KeyEntry> keyOfMaterial(String account, String region, Bytes materialId) {
      return storage.keyOfMaterial(account, region, materialId);
    }

    @Override
    public Optional<AliasEntry> alias(Address address) {
      return storage.alias(address);
    }

    @Override
    public boolean apply(Change change) {
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
