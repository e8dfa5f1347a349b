package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.local.ModelStep.Kind;
import io.github.embeddedkms.model.AliasListEntry;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.SecretBytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Nodes that share their keys, a model of these keys, and one clock for all. Every call is made to
 * a node and to the model, and both results must be equal. A node that may be stale may return an
 * earlier result of the model, within the node's bound.
 */
final class ModelRun implements AutoCloseable {

  /** A blob, with its key. */
  private record ModelBlob(Bytes bytes, String keyId, SecretBytes plaintext) {}

  private static final Set<Kind> KINDS_WITH_BLOB =
      Set.of(
          Kind.DECRYPT,
          Kind.DECRYPT_WITH_ANOTHER_CONTEXT,
          Kind.DECRYPT_NAMING_A_KEY,
          Kind.RE_ENCRYPT);
  private static final Map<String, String> CONTEXT = Map.of("model", "yes");
  private static final SecretBytes PLAINTEXT = SecretBytes.fromUtf8String("model");

  private final ModelClock clock;
  private final List<ModelNode> nodes;
  private final ModelHistory history;

  /** The node of the current call. */
  private KmsClient kms;

  private final List<String> keyIds = new ArrayList<>();
  private final List<ModelBlob> blobs = new ArrayList<>();

  /** Creates a run of nodes with an empty store and a shared clock. */
  ModelRun(ModelClock clock, List<ModelNode> nodes) {
    this.clock = clock;
    this.nodes = nodes;
    this.history =
        new ModelHistory(clock, nodes.stream().map(ModelNode::maximumStaleness).toList());
    createKey(0);
  }

  private void createKey(int node) {
    kms = nodes.get(node).kms();
    String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
    keyIds.add(keyId);
    history.changed(node, new Model.Call(Kind.CREATE_KEY, keyId, "", "", null));
  }

  /** Makes a call to a node and to the model. */
  void step(ModelStep step) {
    int node = step.node() % nodes.size();
    switch (step.kind()) {
      case CREATE_KEY -> createKey(node);
      case TURN_CLOCK -> {
        clock.turn(Duration.ofDays(step.days()));
        history.markAllNodesRefreshed();
      }
      case PASS_TIME -> clock.turn(Duration.ofMillis(step.milliseconds()));
      default -> {
        if (!blobs.isEmpty() || !KINDS_WITH_BLOB.contains(step.kind())) {
          compare(node, step);
        }
      }
    }
  }

  private void compare(int node, ModelStep step) {
    kms = nodes.get(node).kms();
    ModelBlob blob = blobs.isEmpty() ? null : blobs.get(step.blob() % blobs.size());
    Model.Call call =
        new Model.Call(
            step.kind(),
            keyIds.get(step.key() % keyIds.size()),
            "alias/" + step.alias(),
            blob == null ? "" : blob.keyId,
            clock.now().plus(Duration.ofDays(step.days())));
    String result = result(() -> makeCall(call, blob, step.days()));
    if (history.check(node, call, result)) {
      // The node may have had nothing to do according to its old copy: a node without staleness
      // tells.
      KeyState state = describe(nodes.get(0).kms(), call.keyId());
      if (state == history.current().after(call).key(call.keyId()).state()) {
        history.changed(node, call);
      }
    }
  }

  private static KeyState describe(KmsClient kms, String keyId) {
    return kms.describeKey(b -> b.keyId(keyId)).keyMetadata().keyState();
  }

  private static String result(Supplier<String> call) {
    try {
      return call.get();
    } catch (KmsException e) {
      return e.errorCode();
    }
  }

  private String makeCall(Model.Call call, ModelBlob blob, int days) {
    String keyId = call.keyId();
    String alias = call.alias();
    switch (call.kind()) {
      case CREATE_ALIAS -> kms.createAlias(b -> b.aliasName(alias).targetKeyId(keyId));
      case UPDATE_ALIAS -> kms.updateAlias(b -> b.aliasName(alias).targetKeyId(keyId));
      case DELETE_ALIAS -> kms.deleteAlias(b -> b.aliasName(alias));
      case ENABLE -> kms.enableKey(b -> b.keyId(keyId));
      case DISABLE -> kms.disableKey(b -> b.keyId(keyId));
      case SCHEDULE -> kms.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(days));
      case CANCEL -> kms.cancelKeyDeletion(b -> b.keyId(keyId));
      case ENCRYPT -> assertThat(encrypt(keyId)).isEqualTo(keyId);
      case ENCRYPT_BY_ALIAS -> {
        return encrypt(alias);
      }
      case GENERATE_DATA_KEY -> generateDataKey(keyId);
      case DECRYPT -> open(blob, null);
      case DECRYPT_WITH_ANOTHER_CONTEXT -> kms.decrypt(b -> b.ciphertextBlob(blob.bytes));
      case DECRYPT_NAMING_A_KEY -> open(blob, keyId);
      case RE_ENCRYPT -> reEncrypt(keyId, blob);
      case DESCRIBE_BY_ALIAS -> {
        var key = kms.describeKey(b -> b.keyId(alias)).keyMetadata();
        return key.keyId() + " " + key.keyState();
      }
      case CREATE_KEY, TURN_CLOCK, PASS_TIME -> throw new AssertionError(call);
    }
    return ModelKey.OK;
  }

  /** Returns the id of the key that was used. */
  private String encrypt(String name) {
    var encrypted = kms.encrypt(b -> b.keyId(name).plaintext(PLAINTEXT).encryptionContext(CONTEXT));
    String keyId = encrypted.keyId().substring(encrypted.keyId().indexOf('/') + 1);
    blobs.add(new ModelBlob(encrypted.ciphertextBlob(), keyId, PLAINTEXT));
    return keyId;
  }

  private void generateDataKey(String keyId) {
    var dataKey =
        kms.generateDataKey(b -> b.keyId(keyId).numberOfBytes(16).encryptionContext(CONTEXT));
    blobs.add(new ModelBlob(dataKey.ciphertextBlob(), keyId, dataKey.plaintext()));
  }

  /** Decrypts a blob, and compares its plaintext and key. */
  private void open(ModelBlob blob, String namedKey) {
    var opened =
        kms.decrypt(b -> b.ciphertextBlob(blob.bytes).keyId(namedKey).encryptionContext(CONTEXT));
    assertThat(opened.plaintext()).isEqualTo(blob.plaintext);
    assertThat(opened.keyId()).endsWith(":key/" + blob.keyId);
  }

  private void reEncrypt(String destination, ModelBlob blob) {
    var encrypted =
        kms.reEncrypt(
            b ->
                b.ciphertextBlob(blob.bytes)
                    .sourceEncryptionContext(CONTEXT)
                    .destinationKeyId(destination)
                    .destinationEncryptionContext(CONTEXT));
    blobs.add(new ModelBlob(encrypted.ciphertextBlob(), destination, blob.plaintext));
  }

  /** Compares all nodes, after so much time that no copy may be stale. */
  void compareEverything() {
    clock.turn(nodes.stream().map(ModelNode::maximumStaleness).max(Duration::compareTo).get());
    nodes.forEach(node -> compareEverything(node.kms()));
  }

  /** Compares the state of a provider, which can be a node or another one, with the model. */
  void compareEverything(KmsClient kms) {
    Model model = history.current();
    Map<String, String> aliases = new TreeMap<>();
    for (AliasListEntry alias : kms.listAliases(b -> {}).aliases()) {
      aliases.put(alias.aliasName(), alias.targetKeyId());
    }
    assertThat(aliases).isEqualTo(model.aliases());
    Map<String, ModelKey> keys = new TreeMap<>();
    kms.listKeysPages(b -> b.limit(3))
        .items()
        .forEach(
            key -> {
              var metadata = kms.describeKey(b -> b.keyId(key.keyArn())).keyMetadata();
              keys.put(key.keyId(), new ModelKey(metadata.keyState(), metadata.deletionDate()));
            });
    assertThat(keys).isEqualTo(model.keys());
    for (String keyId : keys.keySet()) {
      assertThat(kms.listAliasesPages(b -> b.keyId(keyId).limit(2)).items())
          .extracting(AliasListEntry::aliasName)
          .containsExactlyElementsOf(
              aliases.keySet().stream().filter(name -> aliases.get(name).equals(keyId)).toList());
    }
  }

  /** Returns the history of the run. */
  ModelHistory history() {
    return history;
  }

  @Override
  public void close() {
    nodes.forEach(node -> node.closing().run());
  }
}
