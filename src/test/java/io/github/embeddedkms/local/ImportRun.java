package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.blob.IndependentBlobReader;
import io.github.embeddedkms.crypto.KeyPair;
import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.model.AlgorithmSpec;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.ExpirationModelType;
import io.github.embeddedkms.model.ImportState;
import io.github.embeddedkms.model.ImportType;
import io.github.embeddedkms.model.IncludeKeyMaterial;
import io.github.embeddedkms.model.KeyMaterialState;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.KeyStorage;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Nodes that share their keys and a clock, and a model of imported material, which is simple enough
 * to be obviously correct. Every call must have the result that the model has.
 */
final class ImportRun {

  private static final String OK = "ok";
  private static final String INVALID_STATE = "KMSInvalidStateException";
  private static final SecretBytes PLAINTEXT = SecretBytes.fromUtf8String("model");
  private static final AlgorithmSpec OAEP = AlgorithmSpec.RSAES_OAEP_SHA_256;
  private static final int MATERIALS = 4;

  /** One for all runs, because RSA keys take long. */
  private static final KeyPair WRAPPING =
      KeyPair.generate(KeyPairType.RSA_2048, new SecureRandom());

  private static final List<Bytes> WRAPPED =
      java.util.stream.IntStream.range(0, MATERIALS)
          .mapToObj(i -> WrappedMaterial.wrap(WRAPPING.publicKey(), OAEP, bytes(i)))
          .toList();

  /** The kinds of steps. */
  enum Kind {
    CREATE,
    IMPORT,
    IMPORT_NEW,
    IMPORT_EXISTING,
    DELETE_CURRENT,
    DELETE,
    ROTATE,
    ENABLE,
    DISABLE,
    SCHEDULE,
    CANCEL,
    ENCRYPT,
    DECRYPT,
    LOOK,
    ADVANCE,
    SET_BACK
  }

  /** A step: its kind, and the numbers of its node, key, material or blob, and of days. */
  record Step(Kind kind, int node, int key, int item, int days) {}

  /** What the runs have reached together. */
  static final class Reached {
    int expirations;
    int rotations;
    int opened;
    int restored;
  }

  /** A material of the model. */
  private static final class Material {

    private final int number;
    private KeyMaterialState state;
    private boolean present = true;
    private Instant validTo;

    private Material(int number, KeyMaterialState state, Instant validTo) {
      this.number = number;
      this.state = state;
      this.validTo = validTo;
    }

    private boolean isPending() {
      return state == KeyMaterialState.PENDING_ROTATION;
    }
  }

  /** A key of the model. */
  private static final class Key {

    private final String id;
    private KeyState state = KeyState.PENDING_IMPORT;
    private Instant deletionDate;
    private final List<Material> materials = new ArrayList<>();
    private boolean gone;

    private Key(String id) {
      this.id = id;
    }

    private Optional<Material> find(int number) {
      return materials.stream().filter(each -> each.number == number).findFirst();
    }

    private Optional<Material> in(KeyMaterialState wanted) {
      return materials.stream().filter(each -> each.state == wanted).findFirst();
    }

    private boolean isComplete() {
      return !materials.isEmpty()
          && materials.stream().allMatch(each -> each.present || each.isPending());
    }

    private void lose(Material material) {
      if (material.isPending()) {
        materials.remove(material);
        return;
      }
      material.present = false;
      material.validTo = null;
      if (state == KeyState.ENABLED || state == KeyState.DISABLED) {
        state = KeyState.PENDING_IMPORT;
      }
    }

    /** Returns the result of a call that is possible in some states only. */
    private String when(boolean possible, String otherwise) {
      return gone ? "NotFoundException" : possible ? OK : otherwise;
    }

    private String whenUsable() {
      return when(
          state == KeyState.ENABLED,
          state == KeyState.DISABLED ? "DisabledException" : INVALID_STATE);
    }

    private String idOf(int number) {
      return HexFormat.of().formatHex(IndependentBlobReader.materialId(bytes(number), id));
    }
  }

  private record Blob(Key key, int material, Bytes bytes) {}

  private final List<? extends KmsClient> nodes;
  private final ImportTokens tokens;
  private final Reached reached;
  private final List<Key> keys = new ArrayList<>();
  private final List<Blob> blobs = new ArrayList<>();
  private Instant now = Fixture.NOW;

  /**
   * Creates a run whose nodes are set up with the clock of this run.
   *
   * @param storage the storage whose tokens the nodes accept
   */
  ImportRun(
      KeyStorage storage, Reached reached, Function<InstantSource, List<LocalKeyProvider>> nodes) {
    this.nodes = nodes.apply(() -> now);
    this.tokens = new ImportTokens(storage);
    this.reached = reached;
    create(this.nodes.get(0));
  }

  private static byte[] bytes(int number) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) number);
    return bytes;
  }

  private void create(KmsClient kms) {
    keys.add(new Key(kms.createKey(b -> b.origin(OriginType.EXTERNAL)).keyMetadata().keyId()));
  }

  private void carryOut(Key key) {
    for (Material material : List.copyOf(key.materials)) {
      if (material.validTo != null && !material.validTo.isAfter(now)) {
        key.lose(material);
        reached.expirations++;
      }
    }
    key.gone |= key.state == KeyState.PENDING_DELETION && !key.deletionDate.isAfter(now);
  }

  /** Takes a step on a node and in the model. */
  void step(Step step) {
    KmsClient kms = nodes.get(step.node() % nodes.size());
    Key key = keys.get(step.key() % keys.size());
    if (step.kind() == Kind.ADVANCE) {
      now = now.plus(Duration.ofDays(step.days())).plusMillis(1);
    } else if (step.kind() == Kind.SET_BACK) {
      now = now.minus(Duration.ofHours(step.days()));
    } else {
      keys.forEach(this::carryOut);
      call(kms, key, step);
    }
  }

  private void call(KmsClient kms, Key key, Step step) {
    String id = key.id;
    switch (step.kind()) {
      case CREATE -> create(kms);
      case IMPORT -> importMaterial(kms, key, step, null);
      case IMPORT_NEW -> importMaterial(kms, key, step, ImportType.NEW_KEY_MATERIAL);
      case IMPORT_EXISTING -> importMaterial(kms, key, step, ImportType.EXISTING_KEY_MATERIAL);
      case DELETE_CURRENT -> {
        if (compare(key.when(true, OK), () -> kms.deleteImportedKeyMaterial(b -> b.keyId(id)))) {
          key.in(KeyMaterialState.CURRENT).filter(each -> each.present).ifPresent(key::lose);
        }
      }
      case DELETE -> {
        int number = step.item() % MATERIALS;
        Optional<Material> named = key.find(number);
        if (compare(
            key.when(named.isPresent(), "NotFoundException"),
            () ->
                kms.deleteImportedKeyMaterial(b -> b.keyId(id).keyMaterialId(key.idOf(number))))) {
          named.filter(each -> each.present).ifPresent(key::lose);
        }
      }
      case ROTATE -> rotate(kms, key);
      case ENABLE -> {
        if (compare(changeable(key), () -> kms.enableKey(b -> b.keyId(id)))) {
          key.state = KeyState.ENABLED;
        }
      }
      case DISABLE -> {
        if (compare(changeable(key), () -> kms.disableKey(b -> b.keyId(id)))) {
          key.state = KeyState.DISABLED;
        }
      }
      case SCHEDULE -> {
        if (compare(
            key.when(key.state != KeyState.PENDING_DELETION, INVALID_STATE),
            () -> kms.scheduleKeyDeletion(b -> b.keyId(id).pendingWindowInDays(7)))) {
          key.state = KeyState.PENDING_DELETION;
          key.deletionDate = now.plus(Duration.ofDays(7));
        }
      }
      case CANCEL -> {
        if (compare(
            key.when(key.state == KeyState.PENDING_DELETION, INVALID_STATE),
            () -> kms.cancelKeyDeletion(b -> b.keyId(id)))) {
          key.state = key.isComplete() ? KeyState.DISABLED : KeyState.PENDING_IMPORT;
        }
      }
      case ENCRYPT -> {
        if (compare(
            key.whenUsable(),
            () -> {
              Bytes bytes = kms.encrypt(b -> b.keyId(id).plaintext(PLAINTEXT)).ciphertextBlob();
              int current = key.in(KeyMaterialState.CURRENT).orElseThrow().number;
              blobs.add(new Blob(key, current, bytes));
            })) {
          open(kms, blobs.get(blobs.size() - 1));
        }
      }
      case DECRYPT -> {
        // A step always makes a call: only calls carry out what is due.
        if (blobs.isEmpty()) {
          look(kms, key);
        } else {
          open(kms, blobs.get(step.item() % blobs.size()));
        }
      }
      case LOOK -> look(kms, key);
      case ADVANCE, SET_BACK -> throw new AssertionError(step);
    }
  }

  private static String changeable(Key key) {
    return key.when(key.state == KeyState.ENABLED || key.state == KeyState.DISABLED, INVALID_STATE);
  }

  private void importMaterial(KmsClient kms, Key key, Step step, ImportType type) {
    int number = step.item() % MATERIALS;
    Instant validTo = step.days() == 0 ? null : now.plus(Duration.ofDays(step.days()));
    Bytes token =
        tokens.seal(
            Fixture.arn(key.id), now.plus(Duration.ofHours(1)), OAEP, WRAPPING.privateKey());
    if (!compare(
        afterImporting(key, number, type),
        () -> {
          var imported =
              kms.importKeyMaterial(
                  b ->
                      b.keyId(key.id)
                          .importToken(token)
                          .encryptedKeyMaterial(WRAPPED.get(number))
                          .importType(type)
                          .validTo(validTo)
                          .expirationModel(
                              validTo == null
                                  ? ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE
                                  : null));
          assertThat(imported.keyMaterialId()).isEqualTo(key.idOf(number));
        })) {
      return;
    }
    Optional<Material> known = key.find(number);
    if (known.isPresent()) {
      reached.restored += known.get().present ? 0 : 1;
      known.get().present = true;
      known.get().validTo = validTo;
    } else {
      key.materials.add(
          new Material(
              number,
              key.materials.isEmpty()
                  ? KeyMaterialState.CURRENT
                  : KeyMaterialState.PENDING_ROTATION,
              validTo));
    }
    if (key.state == KeyState.PENDING_IMPORT && key.isComplete()) {
      key.state = KeyState.ENABLED;
    }
  }

  private static String afterImporting(Key key, int number, ImportType type) {
    String possible = key.when(key.state != KeyState.PENDING_DELETION, INVALID_STATE);
    boolean isNew = type == null ? key.materials.isEmpty() : type == ImportType.NEW_KEY_MATERIAL;
    if (!possible.equals(OK)) {
      return possible;
    }
    if (isNew == key.find(number).isPresent()) {
      return "IncorrectKeyMaterialException";
    }
    return isNew && key.in(KeyMaterialState.PENDING_ROTATION).isPresent() ? INVALID_STATE : OK;
  }

  private void rotate(KmsClient kms, Key key) {
    Optional<Material> pending = key.in(KeyMaterialState.PENDING_ROTATION);
    String expected = key.whenUsable();
    if (expected.equals(OK) && pending.isEmpty()) {
      expected = INVALID_STATE;
    }
    if (compare(expected, () -> kms.rotateKeyOnDemand(b -> b.keyId(key.id)))) {
      key.in(KeyMaterialState.CURRENT).orElseThrow().state = KeyMaterialState.NON_CURRENT;
      pending.orElseThrow().state = KeyMaterialState.CURRENT;
      reached.rotations++;
    }
  }

  /** Makes a call, and returns whether it has succeeded, as expected. */
  private static boolean compare(String expected, Runnable call) {
    String result = OK;
    try {
      call.run();
    } catch (KmsException e) {
      result = e.errorCode();
    }
    assertThat(result).isEqualTo(expected);
    return result.equals(OK);
  }

  private void open(KmsClient kms, Blob blob) {
    if (compare(
        blob.key.gone ? "AccessDeniedException" : blob.key.whenUsable(),
        () -> {
          var opened = kms.decrypt(b -> b.ciphertextBlob(blob.bytes));
          assertThat(opened.plaintext()).isEqualTo(PLAINTEXT);
          assertThat(opened.keyMaterialId()).isEqualTo(blob.key.idOf(blob.material));
        })) {
      reached.opened++;
    }
  }

  private void look(KmsClient kms, Key key) {
    compare(
        key.when(true, OK),
        () -> {
          var metadata = kms.describeKey(b -> b.keyId(key.id)).keyMetadata();
          assertThat(metadata.keyState()).isEqualTo(key.state);
          assertThat(metadata.currentKeyMaterialId())
              .isEqualTo(
                  key.in(KeyMaterialState.CURRENT)
                      .map(current -> key.idOf(current.number))
                      .orElse(null));
          assertThat(metadata.validTo())
              .isEqualTo(
                  key.materials.stream()
                      .filter(each -> !each.isPending())
                      .map(each -> each.validTo)
                      .filter(Objects::nonNull)
                      .min(Comparator.naturalOrder())
                      .orElse(null));
          assertThat(
                  kms
                      .listKeyRotations(
                          b ->
                              b.keyId(key.id)
                                  .includeKeyMaterial(IncludeKeyMaterial.ALL_KEY_MATERIAL))
                      .rotations()
                      .stream()
                      .map(
                          each ->
                              each.keyMaterialId()
                                  + each.keyMaterialState()
                                  + each.importState()
                                  + each.validTo()))
              .containsExactlyElementsOf(
                  key.materials.stream()
                      .map(
                          each ->
                              key.idOf(each.number)
                                  + each.state
                                  + (each.present
                                      ? ImportState.IMPORTED
                                      : ImportState.PENDING_IMPORT)
                                  + each.validTo)
                      .toList());
        });
  }

  /** Compares everything on all nodes. */
  void compareEverything() {
    keys.forEach(this::carryOut);
    for (KmsClient node : nodes) {
      keys.forEach(key -> look(node, key));
      blobs.forEach(blob -> open(node, blob));
    }
  }
}
