package io.github.embeddedkms.store;

import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.authorization.PolicyFault;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.MaterialKind;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.ImportState;
import io.github.embeddedkms.model.KeyManagerType;
import io.github.embeddedkms.model.KeyMaterialState;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.RotationType;
import io.github.embeddedkms.model.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stored content of a key: everything but the bytes of its materials. The row's MAC covers its
 * JSON.
 *
 * <p>Adding a member creates a new version of the document: see {@link Documents}.
 *
 * @param creationDate when the key was created
 * @param state its key state
 * @param deletionDate when it is to be deleted; null if it is not scheduled for deletion
 * @param description its description
 * @param keySpec its key spec
 * @param keyUsage its key usage
 * @param origin the origin of its material
 * @param tags its tags
 * @param materials its key materials, the oldest first
 * @param policy its key policy, if that allows the account of the key everything, as older versions
 *     of this library do whatever the policy says; null for the default policy. Since version 3
 * @param rotation its automatic rotation; null if that is off. Since version 3
 * @param keyManager AWS for an AWS managed key; null for a key of the account. Since version 3
 * @param primaryRegion the Region of the primary key of a multi-Region key; null for others. Since
 *     version 4
 * @param pendingWindowInDays the days from the deletion of the last replica to its own; null unless
 *     it is pending the deletion of its replicas. Since version 4
 * @param transition the end of its state; null if that is not transient. Since version 4
 * @param restrictedPolicy its key policy, if that is any other policy: older versions, which would
 *     ignore it, refuse the key. At most one of the two is there. Since version 5
 */
public record KeyDocument(
    @Required Instant creationDate,
    @Required KeyState state,
    @Nullable Instant deletionDate,
    @Required String description,
    @Required KeySpec keySpec,
    @Required KeyUsageType keyUsage,
    @Required OriginType origin,
    @Required List<Tag> tags,
    @Required List<Material> materials,
    @Nullable String policy,
    @Nullable Rotation rotation,
    @Nullable KeyManagerType keyManager,
    @Nullable String primaryRegion,
    @Nullable Integer pendingWindowInDays,
    @Nullable Transition transition,
    @Nullable String restrictedPolicy) {

  /**
   * The end of a transient state.
   *
   * @param until when it ends
   * @param next the state that follows
   */
  public record Transition(@Required Instant until, @Required KeyState next) {}

  /**
   * Automatic rotation.
   *
   * @param periodInDays the days from one rotation to the next
   * @param nextDate when the key is next rotated
   */
  public record Rotation(@Required Integer periodInDays, @Required Instant nextDate) {}

  /**
   * How a material became the current one.
   *
   * @param date when it became the current one
   * @param type whether the rotation was automatic or on demand
   */
  public record Rotated(@Required Instant date, @Required RotationType type) {}

  /**
   * A material. Its bytes must exist, sealed, in a separate row, unless they are to be imported
   * again. Its kind is that of the key's spec.
   *
   * <p>In version 1 of the document, all materials are symmetric, and the suite is required: that
   * version does not read a key of another kind.
   *
   * @param materialId its id, 32 bytes
   * @param suite for symmetric material with bytes, the cipher suite that it seals with, as the
   *     byte that identifies the suite in blobs; otherwise null
   * @param publicKey for a private key, the public key: X.509 SubjectPublicKeyInfo in DER;
   *     otherwise null. Since version 2
   * @param rotated when and why it became the current one; null for the first material of a key.
   *     Since version 3
   * @param state its state; null for the current one at the end of the list, and for a non-current
   *     one elsewhere. Since version 4
   * @param importState PENDING_IMPORT if there are no bytes; otherwise null. Since version 4
   * @param validTo when it expires; null if it does not. Since version 4
   * @param description the description that it was imported with; null if there is none. Since
   *     version 4
   */
  public record Material(
      @Required Bytes materialId,
      @Nullable Integer suite,
      @Nullable Bytes publicKey,
      @Nullable Rotated rotated,
      @Nullable KeyMaterialState state,
      @Nullable ImportState importState,
      @Nullable Instant validTo,
      @Nullable String description) {

    /** Returns whether the bytes must exist. */
    boolean hasBytes() {
      return importState != ImportState.PENDING_IMPORT;
    }

    /** Returns the state of a material that says none. */
    static KeyMaterialState stateAt(boolean last) {
      return last ? KeyMaterialState.CURRENT : KeyMaterialState.NON_CURRENT;
    }

    /** Returns whether the material has the members that its kind requires, and no others. */
    boolean isOf(MaterialKind kind) {
      return (suite != null) == (kind == MaterialKind.SYMMETRIC && hasBytes())
          && (publicKey != null) == (kind == MaterialKind.PRIVATE_KEY)
          && (rotated == null || kind == MaterialKind.SYMMETRIC);
    }
  }

  static KeyDocument of(KeyEntry key) {
    KeyEntry.Relations relations = key.relations();
    if (relations != null && relations.keyStoreId() != null) {
      throw new AssertionError("no version of the document has such a part yet");
    }
    KeyEntry.Transition transition = key.life().transition();
    KeyEntry.Rotation rotation = key.rotation();
    String policy = key.policy() == null ? null : key.policy().text();
    boolean restricted = hasRestrictedPolicy(key);
    List<Material> materials = new ArrayList<>();
    for (int i = 0; i < key.materials().size(); i++) {
      materials.add(of(key.materials().get(i), i == key.materials().size() - 1));
    }
    return new KeyDocument(
        key.creationDate(),
        key.state(),
        key.deletionDate(),
        key.description(),
        key.keySpec(),
        key.keyUsage(),
        key.origin(),
        key.tags(),
        materials,
        restricted ? null : policy,
        rotation == null ? null : new Rotation(rotation.periodInDays(), rotation.nextDate()),
        key.keyManager() == KeyManagerType.CUSTOMER ? null : key.keyManager(),
        relations == null ? null : relations.primaryRegion(),
        key.life().pendingWindowInDays(),
        transition == null ? null : new Transition(transition.until(), transition.next()),
        restricted ? policy : null);
  }

  /**
   * Returns whether a key has a policy that does not allow its account everything. The policy is
   * parsed for this when the key is written, not when it is read. One that cannot be parsed allows
   * nothing.
   */
  static boolean hasRestrictedPolicy(KeyEntry key) {
    Policy policy = key.policy();
    try {
      return policy != null && !policy.allowsEverythingToAccount(key.address().account());
    } catch (PolicyFault e) {
      return true;
    }
  }

  private static Material of(MaterialEntry entry, boolean last) {
    io.github.embeddedkms.crypto.Material material = entry.material();
    MaterialEntry.Rotated rotated = entry.rotated();
    Integer suite =
        material instanceof SymmetricMaterial symmetric ? (int) symmetric.suite().code() : null;
    return new Material(
        entry.id(),
        suite,
        entry.publicKey(),
        rotated == null ? null : new Rotated(rotated.date(), rotated.type()),
        entry.state() == Material.stateAt(last) ? null : entry.state(),
        material == null ? ImportState.PENDING_IMPORT : null,
        entry.validTo(),
        entry.description());
  }

  static KeyEntry entry(Item item, KeyDocument document, EntryKind.Materials materials) {
    List<Material> stored = document.materials;
    List<MaterialEntry> entries = new ArrayList<>(stored.size());
    for (int i = 0; i < stored.size(); i++) {
      entries.add(entry(item, document.keySpec, stored.get(i), materials, i == stored.size() - 1));
    }
    Rotation rotation = document.rotation;
    return new KeyEntry(
        item.address(),
        item.version(),
        new KeyEntry.Birth(
            document.keySpec,
            document.keyUsage,
            document.origin,
            document.creationDate,
            document.keyManager == null ? KeyManagerType.CUSTOMER : document.keyManager),
        life(document),
        document.description,
        document.tags,
        policy(item, document),
        rotation == null ? null : new KeyEntry.Rotation(rotation.periodInDays, rotation.nextDate),
        document.primaryRegion == null
            ? null
            : new KeyEntry.Relations(document.primaryRegion, null),
        entries);
  }

  private static @Nullable Policy policy(Item item, KeyDocument document) {
    if (document.policy != null && document.restrictedPolicy != null) {
      throw UnreadableItemException.of(item.address());
    }
    String text = document.policy == null ? document.restrictedPolicy : document.policy;
    return text == null ? null : Policy.keyPolicy(text);
  }

  private static MaterialEntry entry(
      Item item, KeySpec keySpec, Material stored, EntryKind.Materials materials, boolean last) {
    MaterialKind kind = KeySpecTable.of(keySpec).kind();
    if (!stored.isOf(kind)) {
      throw UnreadableItemException.of(item.address());
    }
    Rotated rotated = stored.rotated;
    return new MaterialEntry(
        stored.materialId,
        kind,
        stored.state == null ? Material.stateAt(last) : stored.state,
        stored.hasBytes() ? materials.of(item.address(), keySpec, stored) : null,
        stored.validTo,
        rotated == null ? null : new MaterialEntry.Rotated(rotated.date, rotated.type),
        stored.publicKey,
        stored.description);
  }

  private static KeyEntry.Life life(KeyDocument document) {
    Transition transition = document.transition;
    return new KeyEntry.Life(
        document.state,
        document.deletionDate,
        document.pendingWindowInDays,
        transition == null ? null : new KeyEntry.Transition(transition.until, transition.next));
  }
}
