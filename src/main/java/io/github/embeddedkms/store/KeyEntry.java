package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyMaterialState;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A KMS key with everything that belongs to it alone, in parts. Entries are created by {@link
 * #created} and {@link #changed}, never by the constructor.
 *
 * @param address account, Region and key id
 * @param version how often it was written
 * @param birth what never changes
 * @param life where it stands in its life
 * @param description what it is for, possibly empty
 * @param tags its labels
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
    @Nullable String policy,
    @Nullable Rotation rotation,
    @Nullable Relations relations,
    List<MaterialEntry> materials)
    implements Entry {

  /** The kind of all keys. */
  public static final EntryKind<KeyEntry> KIND =
      EntryKind.of(
          ItemKind.KEY, KeyEntry.class, KeyDocument.class, KeyDocument::of, KeyDocument::entry);

  /**
   * What never changes.
   *
   * @param keySpec what the key is made of
   * @param keyUsage what it may be used for
   * @param origin where its material comes from
   * @param creationDate when it was created
   */
  public record Birth(
      KeySpec keySpec, KeyUsageType keyUsage, OriginType origin, Instant creationDate) {}

  /**
   * Where a key stands in its life.
   *
   * @param state its state
   * @param deletionDate when it is to be deleted; present only while it waits for that
   */
  public record Life(KeyState state, @Nullable Instant deletionDate) {}

  /**
   * Automatic rotation.
   *
   * @param periodInDays 90 to 2560
   * @param nextDate when the key is to be rotated next
   */
  public record Rotation(int periodInDays, Instant nextDate) {}

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
   * The first version of a key, to be put.
   *
   * @param address account, Region and key id
   * @param birth what never changes
   * @param description what it is for, possibly empty
   * @param tags its labels
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
    return new KeyEntry(address, 1, birth, life, description, tags, null, null, null, materials);
  }

  /** The parts of a key that may change. Used by one thread. */
  public static final class Parts {

    private KeyState state;
    private @Nullable Instant deletionDate;
    private String description;
    private List<Tag> tags;
    private List<MaterialEntry> materials;

    private Parts(KeyEntry key) {
      this.state = key.state();
      this.deletionDate = key.deletionDate();
      this.description = key.description;
      this.tags = key.tags;
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
     * Sets the date of the deletion.
     *
     * @param deletionDate a date, or null for none
     * @return this
     */
    public Parts deletionDate(@Nullable Instant deletionDate) {
      this.deletionDate = deletionDate;
      return this;
    }

    /**
     * Sets the description.
     *
     * @param description a text, possibly empty
     * @return this
     */
    public Parts description(String description) {
      this.description = description;
      return this;
    }

    /**
     * Sets the tags.
     *
     * @param tags all of them
     * @return this
     */
    public Parts tags(List<Tag> tags) {
      this.tags = tags;
      return this;
    }

    /**
     * Sets the materials.
     *
     * @param materials all of them, the oldest first
     * @return this
     */
    public Parts materials(List<MaterialEntry> materials) {
      this.materials = materials;
      return this;
    }
  }

  /**
   * The key as it is after a change: its next version.
   *
   * @param change sets what changes
   * @return a new entry, to be put
   */
  public KeyEntry changed(Consumer<Parts> change) {
    Parts next = new Parts(this);
    change.accept(next);
    return new KeyEntry(
        address,
        version + 1,
        birth,
        new Life(next.state, next.deletionDate),
        next.description,
        next.tags,
        policy,
        rotation,
        relations,
        next.materials);
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

  /** The deletion, the next rotation, and the expiry of each material. */
  @Override
  public List<Instant> dueDates() {
    List<Instant> dates = new ArrayList<>();
    if (life.deletionDate != null) {
      dates.add(life.deletionDate);
    }
    if (rotation != null) {
      dates.add(rotation.nextDate);
    }
    for (MaterialEntry material : materials) {
      if (material.validTo() != null) {
        dates.add(material.validTo());
      }
    }
    return dates;
  }

  /**
   * The key's state.
   *
   * @return the state
   */
  public KeyState state() {
    return life.state;
  }

  /**
   * When the key is to be deleted.
   *
   * @return a date; null unless it waits for that
   */
  public @Nullable Instant deletionDate() {
    return life.deletionDate;
  }

  /**
   * When the key was created.
   *
   * @return a date
   */
  public Instant creationDate() {
    return birth.creationDate;
  }

  /**
   * What the key is made of.
   *
   * @return its spec
   */
  public KeySpec keySpec() {
    return birth.keySpec;
  }

  /**
   * What the key may be used for.
   *
   * @return its usage
   */
  public KeyUsageType keyUsage() {
    return birth.keyUsage;
  }

  /**
   * Where the key's material comes from.
   *
   * @return its origin
   */
  public OriginType origin() {
    return birth.origin;
  }

  /**
   * The material that is used now.
   *
   * @return the current material; empty if the key has none (yet, or any more)
   */
  public Optional<MaterialEntry> current() {
    // From the newest on, which nearly always is the one.
    for (int i = materials.size() - 1; i >= 0; i--) {
      if (materials.get(i).state() == KeyMaterialState.CURRENT) {
        return Optional.of(materials.get(i));
      }
    }
    return Optional.empty();
  }

  /**
   * The material that seals now. Only for a symmetric encryption key in a state in which it can be
   * used.
   *
   * @return the current material
   * @throws IllegalStateException if there is none, or its bytes are not there
   */
  public SymmetricMaterial currentMaterial() {
    Material material = current().map(MaterialEntry::material).orElse(null);
    if (material instanceof SymmetricMaterial symmetric) {
      return symmetric;
    }
    throw new IllegalStateException(address.describe() + " has no material to seal with");
  }

  /**
   * One of the key's materials, if its bytes are there.
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

  /** Wipes the materials, of a key that no storage has taken over. */
  public void closeMaterials() {
    materials.forEach(MaterialEntry::close);
  }
}
