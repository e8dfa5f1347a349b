package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.model.AliasListEntry;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.SecretBytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Providers that share their keys, a model so simple that it is plainly right (maps and a few
 * rules), and one clock for all. Every call is made of both, and both must answer the same.
 */
final class ModelRun implements AutoCloseable {

  /** A blob, with the number of its key. */
  private record ModelBlob(Bytes bytes, ModelKey key, SecretBytes plaintext) {}

  private static final Map<String, String> CONTEXT = Map.of("model", "yes");
  private static final SecretBytes PLAINTEXT = SecretBytes.fromUtf8String("model");
  private static final String OK = ModelKey.OK;
  private static final String NOT_FOUND = ModelKey.NOT_FOUND;

  private Instant now = Fixture.NOW;
  private int deletions;
  private final List<LocalKeyProvider> nodes;

  /** The one that is asked now. */
  private LocalKeyProvider kms;

  private final List<ModelKey> keys = new ArrayList<>();
  private final Map<String, ModelKey> aliases = new TreeMap<>();
  private final List<ModelBlob> blobs = new ArrayList<>();

  /** One or several providers, which share their keys; their clock is the one given. */
  ModelRun(Function<Supplier<Instant>, List<LocalKeyProvider>> nodes) {
    this.nodes = nodes.apply(() -> now);
    this.kms = this.nodes.get(0);
    createKey();
  }

  private String createKey() {
    keys.add(new ModelKey(kms.createKey(b -> {}).keyMetadata().keyId()));
    return OK;
  }

  /** Makes one call of the provider and one of the model. */
  void step(ModelStep step) {
    purgeModel();
    kms = nodes.get(step.node() % nodes.size());
    ModelKey key = keys.get(step.key() % keys.size());
    String alias = "alias/" + step.alias();
    ModelBlob blob = blobs.isEmpty() ? null : blobs.get(step.blob() % blobs.size());
    switch (step.kind()) {
      case CREATE_KEY -> createKey();
      case CREATE_ALIAS -> {
        String expected =
            key.afterChange(aliases.containsKey(alias) ? "AlreadyExistsException" : OK);
        compare(expected, () -> kms.createAlias(b -> b.aliasName(alias).targetKeyId(key.id)));
        if (expected.equals(OK)) {
          aliases.put(alias, key);
        }
      }
      case UPDATE_ALIAS -> {
        String expected = key.afterChange(aliases.containsKey(alias) ? OK : NOT_FOUND);
        compare(expected, () -> kms.updateAlias(b -> b.aliasName(alias).targetKeyId(key.id)));
        if (expected.equals(OK)) {
          aliases.put(alias, key);
        }
      }
      case DELETE_ALIAS -> {
        String expected = aliases.containsKey(alias) ? OK : NOT_FOUND;
        compare(expected, () -> kms.deleteAlias(b -> b.aliasName(alias)));
        aliases.remove(alias);
      }
      case ENABLE -> {
        String expected = key.afterChange(OK);
        compare(expected, () -> kms.enableKey(b -> b.keyId(key.id)));
        key.state = expected.equals(OK) ? KeyState.ENABLED : key.state;
      }
      case DISABLE -> {
        String expected = key.afterChange(OK);
        compare(expected, () -> kms.disableKey(b -> b.keyId(key.id)));
        key.state = expected.equals(OK) ? KeyState.DISABLED : key.state;
      }
      case SCHEDULE -> {
        String expected = key.afterChange(OK);
        compare(
            expected,
            () -> kms.scheduleKeyDeletion(b -> b.keyId(key.id).pendingWindowInDays(step.days())));
        if (expected.equals(OK)) {
          key.state = KeyState.PENDING_DELETION;
          key.deletionDate = now.plus(Duration.ofDays(step.days()));
        }
      }
      case CANCEL -> {
        boolean pending = key.state == KeyState.PENDING_DELETION;
        String expected = key.gone ? NOT_FOUND : pending ? OK : "KmsInvalidStateException";
        compare(expected, () -> kms.cancelKeyDeletion(b -> b.keyId(key.id)));
        if (expected.equals(OK)) {
          key.state = KeyState.DISABLED;
          key.deletionDate = null;
        }
      }
      case TURN_CLOCK -> now = now.plus(Duration.ofDays(step.days()));
      case ENCRYPT -> encrypt(key.id, key);
      case ENCRYPT_BY_ALIAS -> encrypt(alias, aliases.get(alias));
      case GENERATE_DATA_KEY -> generateDataKey(key);
      case DECRYPT -> {
        if (blob != null) {
          compare(blob.key.afterOpening(), () -> open(blob, null));
        }
      }
      case DECRYPT_WITH_ANOTHER_CONTEXT -> {
        if (blob != null) {
          compare(
              blob.key.gone ? "AccessDeniedException" : "InvalidCiphertextException",
              () -> kms.decrypt(b -> b.ciphertextBlob(blob.bytes)));
        }
      }
      case DECRYPT_NAMING_A_KEY -> {
        if (blob != null) {
          compare(decryptNaming(key, blob), () -> open(blob, key.id));
        }
      }
      case RE_ENCRYPT -> reEncrypt(key, blob);
      case DESCRIBE_BY_ALIAS ->
          compare(
              aliases.containsKey(alias) ? OK : NOT_FOUND,
              () -> {
                String id = kms.describeKey(b -> b.keyId(alias)).keyMetadata().keyId();
                assertThat(id).isEqualTo(aliases.get(alias).id);
              });
    }
  }

  private void encrypt(String name, ModelKey key) {
    String expected = key == null || key.gone ? NOT_FOUND : key.afterUse();
    compare(
        expected,
        () ->
            blobs.add(
                new ModelBlob(
                    kms.encrypt(b -> b.keyId(name).plaintext(PLAINTEXT).encryptionContext(CONTEXT))
                        .ciphertextBlob(),
                    key,
                    PLAINTEXT)));
  }

  private void generateDataKey(ModelKey key) {
    compare(
        key.gone ? NOT_FOUND : key.afterUse(),
        () -> {
          var dataKey =
              kms.generateDataKey(
                  b -> b.keyId(key.id).numberOfBytes(16).encryptionContext(CONTEXT));
          blobs.add(new ModelBlob(dataKey.ciphertextBlob(), key, dataKey.plaintext()));
        });
  }

  /** Opens a blob and compares what was in it and who opened it. */
  private void open(ModelBlob blob, String namedKey) {
    var opened =
        kms.decrypt(b -> b.ciphertextBlob(blob.bytes).keyId(namedKey).encryptionContext(CONTEXT));
    assertThat(opened.plaintext()).isEqualTo(blob.plaintext);
    assertThat(opened.keyId()).endsWith(":key/" + blob.key.id);
  }

  private void reEncrypt(ModelKey destination, ModelBlob blob) {
    if (blob == null) {
      return;
    }
    String source = blob.key.afterOpening();
    String expected =
        destination.gone ? NOT_FOUND : source.equals(OK) ? destination.afterUse() : source;
    compare(
        expected,
        () ->
            blobs.add(
                new ModelBlob(
                    kms.reEncrypt(
                            b ->
                                b.ciphertextBlob(blob.bytes)
                                    .sourceEncryptionContext(CONTEXT)
                                    .destinationKeyId(destination.id)
                                    .destinationEncryptionContext(CONTEXT))
                        .ciphertextBlob(),
                    destination,
                    blob.plaintext)));
  }

  private static String decryptNaming(ModelKey named, ModelBlob blob) {
    if (named.gone) {
      return NOT_FOUND;
    }
    if (blob.key.gone) {
      return "AccessDeniedException";
    }
    return named == blob.key ? named.afterUse() : "IncorrectKeyException";
  }

  private void purgeModel() {
    for (ModelKey key : keys) {
      if (key.deletionDate != null && !key.deletionDate.isAfter(now)) {
        key.gone = true;
        deletions++;
        key.deletionDate = null;
        aliases.values().removeIf(target -> target == key);
      }
    }
  }

  private void compare(String expected, Runnable call) {
    String answer;
    try {
      call.run();
      answer = OK;
    } catch (KmsException e) {
      answer = e.getClass().getSimpleName();
    }
    assertThat(answer).isEqualTo(expected);
  }

  void compareEverything() {
    for (LocalKeyProvider node : nodes) {
      compareEverything(node);
    }
  }

  /** Compares what a provider has, one of the nodes or another, with what there should be. */
  void compareEverything(LocalKeyProvider node) {
    kms = node;
    purgeModel();
    Map<String, String> aliasesOfTheModel = new TreeMap<>();
    aliases.forEach((name, key) -> aliasesOfTheModel.put(name, key.id));
    Map<String, String> aliasesOfTheProvider = new TreeMap<>();
    for (AliasListEntry alias : kms.listAliases(b -> {}).aliases()) {
      aliasesOfTheProvider.put(alias.aliasName(), alias.targetKeyId());
    }
    assertThat(aliasesOfTheProvider).isEqualTo(aliasesOfTheModel);
    Map<String, KeyState> statesOfTheModel = new TreeMap<>();
    keys.stream().filter(key -> !key.gone).forEach(key -> statesOfTheModel.put(key.id, key.state));
    Map<String, KeyState> statesOfTheProvider = new TreeMap<>();
    kms.listKeysPages(b -> b.limit(3))
        .items()
        .forEach(
            key ->
                statesOfTheProvider.put(
                    key.keyId(),
                    kms.describeKey(b -> b.keyId(key.keyArn())).keyMetadata().keyState()));
    assertThat(statesOfTheProvider).isEqualTo(statesOfTheModel);
    for (ModelKey key : keys.stream().filter(key -> !key.gone).toList()) {
      assertThat(kms.describeKey(b -> b.keyId(key.id)).keyMetadata().deletionDate())
          .isEqualTo(key.deletionDate);
      assertThat(kms.listAliasesPages(b -> b.keyId(key.id).limit(2)).items())
          .extracting(AliasListEntry::aliasName)
          .containsExactlyElementsOf(
              aliases.keySet().stream().filter(name -> aliases.get(name) == key).toList());
    }
  }

  /** How many keys were deleted: a model of deletion that never sees one agrees with anything. */
  int deletions() {
    return deletions;
  }

  Instant now() {
    return now;
  }

  @Override
  public void close() {
    nodes.forEach(LocalKeyProvider::close);
  }
}
