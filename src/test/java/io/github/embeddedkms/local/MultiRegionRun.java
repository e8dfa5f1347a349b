package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.IncludeKeyMaterial;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.MultiRegionKey;
import io.github.embeddedkms.model.MultiRegionKeyType;
import io.github.embeddedkms.model.SecretBytes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Nodes that share their keys and a clock, and a model of multi-Region keys, which is simple enough
 * to be obviously correct. Every call must have the result that the model has.
 */
final class MultiRegionRun {

  static final Duration TRANSITION = Duration.ofSeconds(5);

  private static final List<String> REGIONS = List.of("eu-central-1", "eu-west-1", "us-east-1");
  private static final int WINDOW = 7;
  private static final String OK = "ok";
  private static final String INVALID_STATE = "KMSInvalidStateException";
  private static final String UNSUPPORTED = "UnsupportedOperationException";
  private static final SecretBytes PLAINTEXT = SecretBytes.fromUtf8String("model");

  /** The kinds of steps. */
  enum Kind {
    CREATE,
    REPLICATE,
    PROMOTE,
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
    WAIT
  }

  /**
   * A step: its kind, and the numbers of its node, Region, key, other Region and blob, and days.
   */
  record Step(Kind kind, int node, int region, int key, int blob, int days) {

    String regionName() {
      return REGIONS.get(region % REGIONS.size());
    }

    String otherRegion() {
      return REGIONS.get(blob % REGIONS.size());
    }
  }

  /** One of the related keys of the model. */
  private static final class Key {

    private KeyState state = KeyState.ENABLED;
    private Instant until;
    private Instant deletionDate;

    private void enter(KeyState during, Instant now) {
      state = during;
      until = now.plus(TRANSITION);
    }
  }

  /** Related keys of the model. Their material 0 is the first one. */
  private final class Related {

    private final String id;
    private final Map<String, Key> keys = new TreeMap<>();
    private String primary;
    private int period;
    private Instant next;
    private final List<String> rotations = new ArrayList<>();
    private final Map<Integer, String> materialIds = new HashMap<>();

    private Related(String id, String primary) {
      this.id = id;
      this.primary = primary;
      keys.put(primary, new Key());
    }

    private void carryOut() {
      for (Key key : keys.values()) {
        if (key.until != null && !key.until.isAfter(now)) {
          key.state = KeyState.ENABLED;
          key.until = null;
        }
      }
      boolean hadReplicas = keys.size() > 1;
      keys.entrySet().removeIf(each -> !each.getKey().equals(primary) && isDue(each.getValue()));
      Key first = keys.get(primary);
      if (first != null && keys.size() == 1) {
        if (hadReplicas) {
          seen.add("last replica deleted");
        }
        if (first.state == KeyState.PENDING_REPLICA_DELETION) {
          first.state = KeyState.PENDING_DELETION;
          first.deletionDate = now.plus(Duration.ofDays(WINDOW));
        }
        if (isDue(first)) {
          seen.add("primary deleted");
          keys.clear();
        }
      }
      while (keys.containsKey(primary)
          && keys.get(primary).state == KeyState.ENABLED
          && next != null
          && !next.isAfter(now)) {
        rotate("AUTOMATIC", next);
        next = next.plus(Duration.ofDays(period));
      }
    }

    private boolean isDue(Key key) {
      return key.state == KeyState.PENDING_DELETION && !key.deletionDate.isAfter(now);
    }

    private void rotate(String type, Instant date) {
      rotations.add(type + " " + date);
      if (keys.size() > 1) {
        seen.add("rotated with replicas");
      }
    }

    /** Returns the result of a call that uses the key of a Region. */
    private String usable(String region) {
      Key key = keys.get(region);
      if (key == null) {
        return "NotFoundException";
      }
      return switch (key.state) {
        case ENABLED, UPDATING -> OK;
        case DISABLED -> "DisabledException";
        default -> INVALID_STATE;
      };
    }

    /** Returns the result of a call to the key of a Region that is possible in some states. */
    private String in(String region, KeyState... states) {
      Key key = keys.get(region);
      if (key == null) {
        return "NotFoundException";
      }
      return List.of(states).contains(key.state) ? OK : INVALID_STATE;
    }

    private String ofPrimary(String before, String region) {
      return before.equals(OK) && !region.equals(primary) ? UNSUPPORTED : before;
    }

    private void requireMaterial(int number, String materialId) {
      assertThat(materialIds.computeIfAbsent(number, unseen -> materialId))
          .as("material %s of %s", number, id)
          .isEqualTo(materialId);
      assertThat(materialIds.values()).doesNotHaveDuplicates();
    }
  }

  private record Blob(Related keys, int material, Bytes bytes) {}

  private final List<LocalKeyProvider> nodes;
  private final List<Related> sets = new ArrayList<>();
  private final List<Blob> blobs = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private Instant now = Fixture.NOW;

  /** Creates a run whose nodes are set up with the clock of this run. */
  MultiRegionRun(Function<InstantSource, List<LocalKeyProvider>> nodes) {
    this.nodes = nodes.apply(() -> now);
    create(this.nodes.get(0).inRegion(REGIONS.get(0)), REGIONS.get(0));
  }

  private void create(KmsClient kms, String region) {
    String id = kms.createKey(b -> b.multiRegion(true)).keyMetadata().keyId();
    sets.add(new Related(id, region));
  }

  /** Takes a step on a node and in the model. */
  void step(Step step) {
    if (step.kind() == Kind.ADVANCE) {
      now = now.plus(Duration.ofDays(step.days())).plusMillis(1);
    } else if (step.kind() == Kind.WAIT) {
      now = now.plusSeconds(step.days() % 8);
    } else {
      sets.forEach(Related::carryOut);
      String region = step.regionName();
      KmsClient kms = nodes.get(step.node() % nodes.size()).inRegion(region);
      call(kms, sets.get(step.key() % sets.size()), region, step);
    }
  }

  private void call(KmsClient kms, Related keys, String region, Step step) {
    String id = keys.id;
    Key key = keys.keys.get(region);
    switch (step.kind()) {
      case CREATE -> create(kms, region);
      case REPLICATE -> replicate(kms, keys, region, step.otherRegion());
      case PROMOTE -> promote(kms, keys, region, step.otherRegion());
      case ENABLE -> {
        String expected = keys.in(region, KeyState.ENABLED, KeyState.DISABLED);
        if (compare(step, expected, () -> kms.enableKey(b -> b.keyId(id)))) {
          boolean overdue = keys.next != null && !keys.next.isAfter(now);
          if (key.state == KeyState.DISABLED && region.equals(keys.primary) && overdue) {
            keys.rotate("AUTOMATIC", now);
            keys.next = now.plus(Duration.ofDays(keys.period));
          }
          key.state = KeyState.ENABLED;
        }
      }
      case DISABLE -> {
        String expected = keys.in(region, KeyState.ENABLED, KeyState.DISABLED);
        if (compare(step, expected, () -> kms.disableKey(b -> b.keyId(id)))) {
          key.state = KeyState.DISABLED;
        }
      }
      case ENABLE_ROTATION -> {
        String expected = keys.ofPrimary(keys.usable(region), region);
        if (compare(
            step,
            expected,
            () -> kms.enableKeyRotation(b -> b.keyId(id).rotationPeriodInDays(90)))) {
          keys.period = 90;
          keys.next = now.plus(Duration.ofDays(90));
        }
      }
      case DISABLE_ROTATION -> {
        String expected = keys.ofPrimary(keys.usable(region), region);
        if (compare(step, expected, () -> kms.disableKeyRotation(b -> b.keyId(id)))) {
          keys.next = null;
        }
      }
      case ROTATE -> {
        String expected = afterRotating(keys, keys.ofPrimary(keys.usable(region), region));
        if (compare(step, expected, () -> kms.rotateKeyOnDemand(b -> b.keyId(id)))) {
          keys.rotate("ON_DEMAND", now);
        }
      }
      case SCHEDULE -> schedule(kms, keys, region, step);
      case CANCEL -> {
        String expected =
            keys.in(region, KeyState.PENDING_DELETION, KeyState.PENDING_REPLICA_DELETION);
        if (compare(step, expected, () -> kms.cancelKeyDeletion(b -> b.keyId(id)))) {
          key.state = KeyState.DISABLED;
        }
      }
      case ENCRYPT -> compare(step, keys.usable(region), () -> encrypt(kms, keys));
      case DECRYPT -> {
        // A step always makes a call: only calls carry out what is due.
        if (blobs.isEmpty()) {
          look(kms, keys, region);
        } else {
          open(kms, blobs.get(step.blob() % blobs.size()), region);
        }
      }
      case LOOK -> look(kms, keys, region);
      case ADVANCE, WAIT -> throw new AssertionError(step);
    }
  }

  private void replicate(KmsClient kms, Related keys, String region, String target) {
    String expected = keys.usable(region);
    if (expected.equals(OK) && keys.keys.get(region).state == KeyState.UPDATING) {
      expected = INVALID_STATE;
    }
    expected = keys.ofPrimary(expected, region);
    if (expected.equals(OK) && keys.keys.containsKey(target)) {
      expected = "AlreadyExistsException";
    }
    if (compare(
        "REPLICATE",
        expected,
        () -> kms.replicateKey(b -> b.keyId(keys.id).replicaRegion(target)))) {
      Key replica = new Key();
      replica.enter(KeyState.CREATING, now);
      keys.keys.put(target, replica);
    }
  }

  private void promote(KmsClient kms, Related keys, String region, String target) {
    String expected = keys.ofPrimary(keys.usable(region), region);
    if (expected.equals(OK)) {
      expected = region.equals(target) ? UNSUPPORTED : keys.usable(target);
    }
    if (compare(
        "PROMOTE",
        expected,
        () -> kms.updatePrimaryRegion(b -> b.keyId(keys.id).primaryRegion(target)))) {
      keys.primary = target;
      keys.keys.get(region).enter(KeyState.UPDATING, now);
      keys.keys.get(target).enter(KeyState.UPDATING, now);
    }
  }

  private void schedule(KmsClient kms, Related keys, String region, Step step) {
    String expected = keys.in(region, KeyState.CREATING, KeyState.ENABLED, KeyState.DISABLED);
    if (compare(
        step,
        expected,
        () -> kms.scheduleKeyDeletion(b -> b.keyId(keys.id).pendingWindowInDays(WINDOW)))) {
      Key key = keys.keys.get(region);
      key.until = null;
      if (region.equals(keys.primary) && keys.keys.size() > 1) {
        key.state = KeyState.PENDING_REPLICA_DELETION;
      } else {
        key.state = KeyState.PENDING_DELETION;
        key.deletionDate = now.plus(Duration.ofDays(WINDOW));
      }
    }
  }

  private String afterRotating(Related keys, String before) {
    if (!before.equals(OK)) {
      return before;
    }
    if (keys.rotations.stream().filter(each -> each.startsWith("ON_DEMAND")).count() >= 25) {
      return "LimitExceededException";
    }
    boolean soon = keys.next != null && !keys.next.isAfter(now.plus(Duration.ofMinutes(20)));
    return soon ? "ConflictException" : OK;
  }

  private boolean compare(Step step, String expected, Runnable call) {
    return compare(step.kind().name(), expected, call);
  }

  /** Makes a call, and returns whether it has succeeded, as expected. */
  private boolean compare(String what, String expected, Runnable call) {
    String result = OK;
    try {
      call.run();
    } catch (KmsException e) {
      result = e.errorCode();
    }
    assertThat(result).as(what).isEqualTo(expected);
    seen.add(what + " " + result);
    return result.equals(OK);
  }

  private void encrypt(KmsClient kms, Related keys) {
    int current = keys.rotations.size();
    var dataKey = kms.generateDataKey(b -> b.keyId(keys.id).numberOfBytes(1));
    keys.requireMaterial(current, dataKey.keyMaterialId());
    Bytes bytes = kms.encrypt(b -> b.keyId(keys.id).plaintext(PLAINTEXT)).ciphertextBlob();
    blobs.add(new Blob(keys, current, bytes));
  }

  private void open(KmsClient kms, Blob blob, String region) {
    boolean gone = !blob.keys.keys.containsKey(region);
    compare(
        "DECRYPT",
        gone ? "AccessDeniedException" : blob.keys.usable(region),
        () -> {
          var opened = kms.decrypt(b -> b.ciphertextBlob(blob.bytes));
          assertThat(opened.plaintext()).isEqualTo(PLAINTEXT);
          blob.keys.requireMaterial(blob.material, opened.keyMaterialId());
        });
  }

  private void look(KmsClient kms, Related keys, String region) {
    boolean exists = keys.keys.containsKey(region);
    compare(
        "LOOK",
        exists ? OK : "NotFoundException",
        () -> {
          KeyMetadata seenKey = kms.describeKey(b -> b.keyId(keys.id)).keyMetadata();
          lookAtMetadata(keys, region, seenKey);
          lookAtRotations(kms, keys, region);
        });
  }

  private void lookAtMetadata(Related keys, String region, KeyMetadata metadata) {
    Key key = keys.keys.get(region);
    assertThat(metadata.keyState()).isEqualTo(key.state);
    boolean isPrimary = region.equals(keys.primary);
    var configuration = metadata.multiRegionConfiguration();
    assertThat(configuration.multiRegionKeyType())
        .isEqualTo(isPrimary ? MultiRegionKeyType.PRIMARY : MultiRegionKeyType.REPLICA);
    assertThat(configuration.primaryKey().region()).isEqualTo(keys.primary);
    assertThat(configuration.replicaKeys())
        .map(MultiRegionKey::region)
        .containsExactlyElementsOf(
            keys.keys.keySet().stream().filter(each -> !each.equals(keys.primary)).toList());
    if (key.state == KeyState.CREATING) {
      assertThat(metadata.currentKeyMaterialId()).isNull();
    } else {
      keys.requireMaterial(keys.rotations.size(), metadata.currentKeyMaterialId());
    }
  }

  private static void lookAtRotations(KmsClient kms, Related keys, String region) {
    KeyState state = keys.keys.get(region).state;
    boolean on =
        keys.next != null
            && state != KeyState.PENDING_DELETION
            && state != KeyState.PENDING_REPLICA_DELETION;
    var status = kms.getKeyRotationStatus(b -> b.keyId(keys.id));
    assertThat(status.nextRotationDate()).isEqualTo(on ? keys.next : null);
    var all =
        kms.listKeyRotationsPages(
                b -> b.keyId(keys.id).includeKeyMaterial(IncludeKeyMaterial.ALL_KEY_MATERIAL))
            .items()
            .toList();
    assertThat(all.stream().skip(1).map(each -> each.rotationType() + " " + each.rotationDate()))
        .isEqualTo(keys.rotations);
    for (int i = 0; i < all.size(); i++) {
      keys.requireMaterial(i, all.get(i).keyMaterialId());
    }
  }

  /** Compares everything on all nodes and in all Regions. */
  void compareEverything() {
    sets.forEach(Related::carryOut);
    for (LocalKeyProvider node : nodes) {
      for (String region : REGIONS) {
        KmsClient kms = node.inRegion(region);
        sets.forEach(keys -> look(kms, keys, region));
        blobs.forEach(blob -> open(kms, blob, region));
      }
    }
  }

  /** Returns the results of calls and other events that occurred. */
  Set<String> seen() {
    return seen;
  }
}
