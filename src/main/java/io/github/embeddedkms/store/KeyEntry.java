package io.github.embeddedkms.store;

import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyManagerType;
import io.github.embeddedkms.model.KeyMaterialState;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A KMS key with all of its own data, in parts. Create entries with {@link #created} and {@link
 * #changed}, not with the constructor.
 *
 * @param address account, Region and key id
 * @param version how many times it has been written
 * @param birth the properties that never change
 * @param life its state and deletion date
 * @param description its description, possibly empty
 * @param tags its tags
 * @param policy its key policy; null for the default policy
 * @param rotation its automatic rotation; null if that is off
 * @param relations its relations to other Regions and to a key store; null if there are none
 * @param materials its key materials, the oldest first
 */
public record KeyEntry(
    Address address,
    long version,
    Birth birth,
    Life life,
    String description,
    List<Tag> tags,
    @Nullable Policy policy,
    @Nullable Rotation rotation,
    @Nullable Relations relations,
    List<MaterialEntry> materials)
    implements Entry {

  /** The kind of all keys. */
  public static final EntryKind<KeyEntry> KIND =
      EntryKind.of(
          ItemKind.KEY, KeyEntry.class, KeyDocument.class, KeyDocument::of, KeyDocument::entry);

  /**
   * The properties of a key that never change.
   *
   * @param keySpec its key spec
   * @param keyUsage its key usage
   * @param origin the origin of its material
   * @param creationDate when it was created
   * @param keyManager whether it is an AWS managed key or the account's own
   */
  public record Birth(
      KeySpec keySpec,
      KeyUsageType keyUsage,
      OriginType origin,
      Instant creationDate,
      KeyManagerType keyManager) {

    /**
     * The properties of a key that the account manages itself.
     *
     * @param keySpec its key spec
     * @param keyUsage its key usage
     * @param origin the origin of its material
     * @param creationDate when it was created
     */
    public Birth(KeySpec keySpec, KeyUsageType keyUsage, OriginType origin, Instant creationDate) {
      this(keySpec, keyUsage, origin, creationDate, KeyManagerType.CUSTOMER);
    }
  }

  /**
   * The life cycle of a key.
   *
   * @param state its state
   * @param deletionDate when it is to be deleted; null unless it is pending deletion
   * @param pendingWindowInDays for a primary key that is pending the deletion of its replicas, the
   *     days from the deletion of the last one to its own; otherwise null
   * @param transition the end of a transient state; null for all other states
   */
  public record Life(
      KeyState state,
      @Nullable Instant deletionDate,
      @Nullable Integer pendingWindowInDays,
      @Nullable Transition transition) {

    /**
     * The life cycle of a key that is neither in a transient state nor waiting for its replicas.
     *
     * @param state its state
     * @param deletionDate when it is to be deleted; null unless it is pending deletion
     */
    public Life(KeyState state, @Nullable Instant deletionDate) {
      this(state, deletionDate, null, null);
    }
  }

  /**
   * The end of a transient state: Creating or Updating.
   *
   * @param until when the state ends, with a precision of milliseconds
   * @param next the state that follows
   */
  public record Transition(Instant until, KeyState next) {}

  /**
   * Automatic rotation.
   *
   * @param periodInDays 90 to 2560
   * @param nextDate when the key is next rotated, with a precision of milliseconds
   */
  public record Rotation(int periodInDays, Instant nextDate) {

    /**
     * Creates a rotation whose period begins now.
     *
     * @param periodInDays 90 to 2560
     * @param now the present time
     * @return a rotation that is due at the end of the period
     */
    public static Rotation startingAt(int periodInDays, Instant now) {
      return new Rotation(periodInDays, now.plus(Duration.ofDays(periodInDays)));
    }
  }

  /**
   * Relations to other Regions and to a key store.
   *
   * @param primaryRegion the Region of the primary key of a multi-Region key; null for others
   * @param keyStoreId the custom key store that holds the material; null if none does
   */
  public record Relations(@Nullable String primaryRegion, @Nullable String keyStoreId) {}

  /** Copies the lists. */
  public KeyEntry {
    tags = List.copyOf(tags);
    materials = List.copyOf(materials);
  }

  /**
   * Creates the first version of a key, to be put.
   *
   * @param address account, Region and key id
   * @param birth the properties that never change
   * @param description its description, possibly empty
   * @param tags its tags
   * @param materials its key materials, the oldest first
   * @return an enabled key
   */
  public static KeyEntry created(
      Address address,
      Birth birth,
      String description,
      List<Tag> tags,
      List<MaterialEntry> materials) {
    Life life = new Life(KeyState.ENABLED, null);
    return created(address, birth, life, description, tags, null, materials);
  }

  /**
   * Creates the first version of a key, to be put.
   *
   * @param address account, Region and key id
   * @param birth the properties that never change
   * @param life its state
   * @param description its description, possibly empty
   * @param tags its tags
   * @param relations its relations to other Regions and to a key store; null if there are none
   * @param materials its key materials, the oldest first; none if they are to be imported
   * @return a key in that state
   */
  public static KeyEntry created(
      Address address,
      Birth birth,
      Life life,
      String description,
      List<Tag> tags,
      @Nullable Relations relations,
      List<MaterialEntry> materials) {
    return new KeyEntry(
        address, 1, birth, life, description, tags, null, null, relations, materials);
  }

  /** The parts of a key that may change. Not safe for use by several threads. */
  public static final class Parts {

    private KeyState state;
    private @Nullable Instant deletionDate;
    private @Nullable Integer pendingWindowInDays;
    private @Nullable Transition transition;
    private String description;
    private List<Tag> tags;
    private @Nullable Policy policy;
    private @Nullable Rotation rotation;
    private @Nullable Relations relations;
    private List<MaterialEntry> materials;

    private Parts(KeyEntry key) {
      this.state = key.state();
      this.deletionDate = key.deletionDate();
      this.pendingWindowInDays = key.life.pendingWindowInDays;
      this.transition = key.life.transition;
      this.description = key.description;
      this.tags = key.tags;
      this.policy = key.policy;
      this.rotation = key.rotation;
      this.relations = key.relations;
      this.materials = key.materials;
    }

    /**
     * Sets the state.
     *
     * @param state a state
     * @return this
     */
    public Parts state(KeyState state) {
      this.state = state;
      return this;
    }

    /**
     * Sets the deletion date.
     *
     * @param deletionDate a date, or null for none
     * @return this
     */
    public Parts deletionDate(@Nullable Instant deletionDate) {
      this.deletionDate = deletionDate;
      return this;
    }

    /**
     * Sets the days from the deletion of the last replica to the deletion of the key.
     *
     * @param days 7 to 30, or null if the key is not pending the deletion of its replicas
     * @return this
     */
    public Parts pendingWindowInDays(@Nullable Integer days) {
      this.pendingWindowInDays = days;
      return this;
    }

    /**
     * Sets the end of the state.
     *
     * @param transition when the state ends and what follows, or null if it is not transient
     * @return this
     */
    public Parts transition(@Nullable Transition transition) {
      this.transition = transition;
      return this;
    }

    /**
     * Sets the description.
     *
     * @param description a description, possibly empty
     * @return this
     */
    public Parts description(String description) {
      this.description = description;
      return this;
    }

    /**
     * Sets the tags.
     *
     * @param tags all tags of the key
     * @return this
     */
    public Parts tags(List<Tag> tags) {
      this.tags = tags;
      return this;
    }

    /**
     * Sets the key policy.
     *
     * @param policy a key policy, or null for the default policy
     * @return this
     */
    public Parts policy(@Nullable Policy policy) {
      this.policy = policy;
      return this;
    }

    /**
     * Sets the automatic rotation.
     *
     * @param rotation its period and next date, or null to turn it off
     * @return this
     */
    public Parts rotation(@Nullable Rotation rotation) {
      this.rotation = rotation;
      return this;
    }

    /**
     * Sets the relations to other Regions and to a key store.
     *
     * @param relations the relations, or null for none
     * @return this
     */
    public Parts relations(@Nullable Relations relations) {
      this.relations = relations;
      return this;
    }

    /**
     * Sets the materials.
     *
     * @param materials all materials of the key, the oldest first
     * @return this
     */
    public Parts materials(List<MaterialEntry> materials) {
      this.materials = materials;
      return this;
    }
  }

  /**
   * Returns the next version of this key, with a change.
   *
   * @param change sets the parts that change
   * @return a new entry, to be put
   */
  public KeyEntry changed(Consumer<Parts> change) {
    Parts next = new Parts(this);
    change.accept(next);
    return new KeyEntry(
        address,
        version + 1,
        birth,
        new Life(next.state, next.deletionDate, next.pendingWindowInDays, next.transition),
        next.description,
        next.tags,
        next.policy,
        next.rotation,
        next.relations,
        next.materials);
  }

  /**
   * Returns the next version of this key, after the end of its transient state. Call it only for a
   * key in such a state.
   *
   * @return a new entry, to be put
   */
  public KeyEntry afterTransition() {
    Transition ended = Objects.requireNonNull(life.transition, "a transient state");
    return changed(next -> next.state(ended.next).transition(null));
  }

  @Override
  public KeyEntry atVersion(long newVersion) {
    return new KeyEntry(
        address,
        newVersion,
        birth,
        life,
        description,
        tags,
        policy,
        rotation,
        relations,
        materials);
  }

  @Override
  public EntryKind<KeyEntry> kind() {
    return KIND;
  }

  /**
   * Returns the dates of the deletion, the next rotation, the end of a transient state and the
   * expiry of each material. A key that is disabled or pending deletion is not rotated: its
   * rotation is not due, whatever its date. Nor is that of a replica, which is rotated together
   * with its primary key.
   */
  @Override
  public List<Instant> dueDates() {
    List<Instant> dates = new ArrayList<>();
    if (life.deletionDate != null) {
      dates.add(life.deletionDate);
    }
    if (life.transition != null) {
      dates.add(life.transition.until);
    }
    nextRotation().ifPresent(dates::add);
    for (MaterialEntry material : materials) {
      if (material.validTo() != null) {
        dates.add(material.validTo());
      }
    }
    return dates;
  }

  /**
   * Returns when the key is next rotated automatically.
   *
   * @return a date; empty if rotation is off, or suspended because the key is not enabled, or if
   *     the key is a replica
   */
  public Optional<Instant> nextRotation() {
    return rotation == null || life.state != KeyState.ENABLED || isReplica()
        ? Optional.empty()
        : Optional.of(rotation.nextDate);
  }

  /**
   * Returns whether this is a replica of a multi-Region key.
   *
   * @return false for a primary key, and for a key of a single Region
   */
  public boolean isReplica() {
    return relations != null
        && relations.primaryRegion != null
        && !relations.primaryRegion.equals(address.region());
  }

  /**
   * Returns the key's state.
   *
   * @return the state
   */
  public KeyState state() {
    return life.state;
  }

  /**
   * Returns when the key is to be deleted.
   *
   * @return a date; null unless the key is pending deletion
   */
  public @Nullable Instant deletionDate() {
    return life.deletionDate;
  }

  /**
   * Returns when the key was created.
   *
   * @return a date
   */
  public Instant creationDate() {
    return birth.creationDate;
  }

  /**
   * Returns the key spec.
   *
   * @return its spec
   */
  public KeySpec keySpec() {
    return birth.keySpec;
  }

  /**
   * Returns the key usage.
   *
   * @return its usage
   */
  public KeyUsageType keyUsage() {
    return birth.keyUsage;
  }

  /**
   * Returns the manager of the key.
   *
   * @return whether it is an AWS managed key or the account's own
   */
  public KeyManagerType keyManager() {
    return birth.keyManager;
  }

  /**
   * Returns the origin of the key's material.
   *
   * @return its origin
   */
  public OriginType origin() {
    return birth.origin;
  }

  /**
   * Returns the current material.
   *
   * @return the current material; empty if the key does not have one, or no longer has one
   */
  public Optional<MaterialEntry> current() {
    // Searched from the newest, which is nearly always the current one.
    for (int i = materials.size() - 1; i >= 0; i--) {
      if (materials.get(i).state() == KeyMaterialState.CURRENT) {
        return Optional.of(materials.get(i));
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the material that seals. Call it only for a symmetric encryption key in a state in
   * which it can be used.
   *
   * @return the current material
   * @throws IllegalStateException if there is none, or its bytes are missing
   */
  public SymmetricMaterial currentMaterial() {
    return currentMaterial(SymmetricMaterial.class);
  }

  /**
   * Returns the current material. Call it only for a key of that kind, in a state in which it can
   * be used.
   *
   * @param kind the class of its materials
   * @param <M> the same
   * @return the current material
   * @throws IllegalStateException if there is none, or its bytes are missing
   */
  public <M extends Material> M currentMaterial(Class<M> kind) {
    Material material = current().map(MaterialEntry::material).orElse(null);
    if (kind.isInstance(material)) {
      return kind.cast(material);
    }
    throw new IllegalStateException(address.describe() + " has no current " + kind.getSimpleName());
  }

  /**
   * Returns one of the key's materials, if its bytes are present.
   *
   * @param id a key material id, 32 bytes
   * @return the material of that id
   */
  public Optional<Material> material(Bytes id) {
    for (MaterialEntry entry : materials) {
      if (entry.id().equals(id)) {
        return Optional.ofNullable(entry.material());
      }
    }
    return Optional.empty();
  }

  /** Wipes the materials. Call it only for a key that no storage owns. */
  public void closeMaterials() {
    materials.forEach(MaterialEntry::close);
  }
}
