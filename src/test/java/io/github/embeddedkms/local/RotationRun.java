package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.IncludeKeyMaterial;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.RotationType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.GetKeyRotationStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Nodes that share their keys and a clock, and a model of the rotation of these keys, which is
 * simple enough to be obviously correct. Every call must have the result that the model has.
 */
final class RotationRun {

  private static final String OK = "ok";
  private static final SecretBytes PLAINTEXT = SecretBytes.fromUtf8String("model");

  /** The kinds of steps. */
  enum Kind {
    CREATE,
    ENABLE,
    DISABLE,
    ENABLE_ROTATION,
    DISABLE_ROTATION,
    ROTATE,
    SCHEDULE,
    CANCEL,
    ENCRYPT,
    DECRYPT,
    LOOK,
    ADVANCE,
    SET_BACK
  }

  /** A step: its kind, and the numbers of its node, key and blob, and of days. */
  record Step(Kind kind, int node, int key, int blob, int days) {}

  /** A key of the model. Its material 0 is the first one, the others are those of its rotations. */
  private static final class Key {

    private final String id;
    private KeyState state = KeyState.ENABLED;
    private Instant deletionDate;
    private int period;
    private Instant next;
    private final List<String> rotations = new ArrayList<>();
    private boolean gone;

    /** The ids of the materials, as far as they were seen. */
    private final Map<Integer, String> materialIds = new HashMap<>();

    private Key(String id) {
      this.id = id;
    }

    private void rotate(RotationType type, Instant date) {
      rotations.add(type + " " + date);
    }

    private void carryOut(Instant now) {
      gone |= state == KeyState.PENDING_DELETION && !deletionDate.isAfter(now);
      while (!gone && state == KeyState.ENABLED && next != null && !next.isAfter(now)) {
        rotate(RotationType.AUTOMATIC, next);
        next = next.plus(Duration.ofDays(period));
      }
    }

    /** Returns the result of a call that is possible in some states only. */
    private String in(boolean possible, String otherwise) {
      return gone ? "NotFoundException" : possible ? OK : otherwise;
    }

    private String whenUsable() {
      return in(
          state == KeyState.ENABLED,
          state == KeyState.DISABLED ? "DisabledException" : "KMSInvalidStateException");
    }

    private void requireMaterial(int number, String materialId) {
      assertThat(materialIds.computeIfAbsent(number, unseen -> materialId))
          .as("material %s of %s", number, id)
          .isEqualTo(materialId);
      assertThat(materialIds.values()).doesNotHaveDuplicates();
    }
  }

  private record Blob(Key key, int material, Bytes bytes) {}

  private final List<? extends KmsClient> nodes;
  private final List<Key> keys = new ArrayList<>();
  private final List<Blob> blobs = new ArrayList<>();
  private Instant now = Fixture.NOW;
  private int rotations;

  /** Creates a run whose nodes are set up with the clock of this run. */
  RotationRun(Function<InstantSource, List<LocalKeyProvider>> nodes) {
    this.nodes = nodes.apply(() -> now);
    create(this.nodes.get(0));
  }

  private void create(KmsClient kms) {
    keys.add(new Key(kms.createKey(b -> {}).keyMetadata().keyId()));
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
      keys.forEach(each -> each.carryOut(now));
      call(kms, key, step);
    }
  }

  private void call(KmsClient kms, Key key, Step step) {
    String id = key.id;
    switch (step.kind()) {
      case CREATE -> create(kms);
      case ENABLE -> {
        if (compare(changeable(key), () -> kms.enableKey(b -> b.keyId(id)))) {
          if (key.state == KeyState.DISABLED && key.next != null && !key.next.isAfter(now)) {
            key.rotate(RotationType.AUTOMATIC, now);
            key.next = now.plus(Duration.ofDays(key.period));
          }
          key.state = KeyState.ENABLED;
        }
      }
      case DISABLE -> {
        if (compare(changeable(key), () -> kms.disableKey(b -> b.keyId(id)))) {
          key.state = KeyState.DISABLED;
        }
      }
      case ENABLE_ROTATION -> {
        int days = step.blob() % 2 == 0 ? 90 : 100;
        if (compare(
            key.whenUsable(),
            () -> kms.enableKeyRotation(b -> b.keyId(id).rotationPeriodInDays(days)))) {
          key.period = days;
          key.next = now.plus(Duration.ofDays(days));
        }
      }
      case DISABLE_ROTATION -> {
        if (compare(key.whenUsable(), () -> kms.disableKeyRotation(b -> b.keyId(id)))) {
          key.next = null;
        }
      }
      case ROTATE -> {
        if (compare(afterRotating(key), () -> kms.rotateKeyOnDemand(b -> b.keyId(id)))) {
          key.rotate(RotationType.ON_DEMAND, now);
        }
      }
      case SCHEDULE -> {
        if (compare(
            changeable(key),
            () -> kms.scheduleKeyDeletion(b -> b.keyId(id).pendingWindowInDays(7)))) {
          key.state = KeyState.PENDING_DELETION;
          key.deletionDate = now.plus(Duration.ofDays(7));
        }
      }
      case CANCEL -> {
        String expected =
            key.in(key.state == KeyState.PENDING_DELETION, "KMSInvalidStateException");
        if (compare(expected, () -> kms.cancelKeyDeletion(b -> b.keyId(id)))) {
          key.state = KeyState.DISABLED;
        }
      }
      case ENCRYPT -> compare(key.whenUsable(), () -> encrypt(kms, key));
      case DECRYPT -> {
        // A step always makes a call: only calls carry out what is due.
        if (blobs.isEmpty()) {
          look(kms, key);
        } else {
          open(kms, blobs.get(step.blob() % blobs.size()));
        }
      }
      case LOOK -> look(kms, key);
      case ADVANCE, SET_BACK -> throw new AssertionError(step);
    }
  }

  private static String changeable(Key key) {
    return key.in(key.state != KeyState.PENDING_DELETION, "KMSInvalidStateException");
  }

  private String afterRotating(Key key) {
    String usable = key.whenUsable();
    if (!usable.equals(OK)) {
      return usable;
    }
    if (key.rotations.stream().filter(each -> each.startsWith("ON_DEMAND")).count() >= 25) {
      return "LimitExceededException";
    }
    boolean soon = key.next != null && !key.next.isAfter(now.plus(Duration.ofMinutes(20)));
    return soon ? "ConflictException" : OK;
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

  private void encrypt(KmsClient kms, Key key) {
    var dataKey = kms.generateDataKey(b -> b.keyId(key.id).numberOfBytes(1));
    key.requireMaterial(key.rotations.size(), dataKey.keyMaterialId());
    Bytes bytes = kms.encrypt(b -> b.keyId(key.id).plaintext(PLAINTEXT)).ciphertextBlob();
    blobs.add(new Blob(key, key.rotations.size(), bytes));
  }

  private void open(KmsClient kms, Blob blob) {
    String usable = blob.key.whenUsable();
    compare(
        blob.key.gone ? "AccessDeniedException" : usable,
        () -> {
          var opened = kms.decrypt(b -> b.ciphertextBlob(blob.bytes));
          assertThat(opened.plaintext()).isEqualTo(PLAINTEXT);
          blob.key.requireMaterial(blob.material, opened.keyMaterialId());
        });
  }

  private void look(KmsClient kms, Key key) {
    compare(
        key.in(true, OK),
        () -> {
          boolean on = key.next != null && key.state != KeyState.PENDING_DELETION;
          GetKeyRotationStatus.Response status = kms.getKeyRotationStatus(b -> b.keyId(key.id));
          assertThat(status.keyRotationEnabled()).isEqualTo(on);
          assertThat(status.nextRotationDate()).isEqualTo(on ? key.next : null);
          assertThat(status.rotationPeriodInDays()).isEqualTo(on ? key.period : null);
          var all =
              kms.listKeyRotationsPages(
                      b ->
                          b.keyId(key.id)
                              .includeKeyMaterial(IncludeKeyMaterial.ALL_KEY_MATERIAL)
                              .limit(3))
                  .items()
                  .toList();
          assertThat(
                  all.stream()
                      .filter(each -> Objects.nonNull(each.rotationDate()))
                      .map(each -> each.rotationType() + " " + each.rotationDate()))
              .isEqualTo(key.rotations);
          assertThat(all).hasSize(key.rotations.size() + 1);
          for (int i = 0; i < all.size(); i++) {
            key.requireMaterial(i, all.get(i).keyMaterialId());
          }
          var metadata = kms.describeKey(b -> b.keyId(key.id)).keyMetadata();
          assertThat(metadata.keyState()).isEqualTo(key.state);
          key.requireMaterial(key.rotations.size(), metadata.currentKeyMaterialId());
        });
  }

  /** Compares everything on all nodes. */
  void compareEverything() {
    keys.forEach(each -> each.carryOut(now));
    for (KmsClient node : nodes) {
      keys.forEach(key -> look(node, key));
      blobs.forEach(blob -> open(node, blob));
    }
    rotations = keys.stream().mapToInt(key -> key.rotations.size()).sum();
  }

  /** Returns the number of rotations, after {@link #compareEverything}. */
  int rotations() {
    return rotations;
  }
}
