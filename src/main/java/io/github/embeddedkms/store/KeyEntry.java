package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Tag;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A KMS key with everything that belongs to it alone.
 *
 * @param address account, Region and key id
 * @param version how often it was written
 * @param creationDate when it was created
 * @param state where it stands in its life
 * @param deletionDate when it is to be deleted; present only while it waits for that
 * @param description what it is for, possibly empty
 * @param keySpec what it is made of
 * @param keyUsage what it may be used for
 * @param origin where its material comes from
 * @param tags its labels
 * @param materials its key materials, the oldest first; the last one seals
 */
@RecordBuilder
public record KeyEntry(
    Address address,
    long version,
    Instant creationDate,
    KeyState state,
    @Nullable Instant deletionDate,
    String description,
    KeySpec keySpec,
    KeyUsageType keyUsage,
    OriginType origin,
    List<Tag> tags,
    List<SymmetricMaterial> materials)
    implements Entry {

  /** Copies the lists. */
  public KeyEntry {
    tags = List.copyOf(tags);
    materials = List.copyOf(materials);
  }

  /**
   * The key as it is after a change: its next version.
   *
   * @param change sets what changes
   * @return a new entry, to be put
   */
  public KeyEntry changed(Consumer<KeyEntryBuilder> change) {
    KeyEntryBuilder next = KeyEntryBuilder.builder(this);
    change.accept(next);
    return next.version(version + 1).build();
  }

  /**
   * The material that seals now.
   *
   * @return the newest material
   */
  public SymmetricMaterial currentMaterial() {
    return materials.get(materials.size() - 1);
  }

  /**
   * One of the key's materials.
   *
   * @param id a key material id, 32 bytes
   * @return the material of that id, if the key has it
   */
  public Optional<SymmetricMaterial> material(Bytes id) {
    return materials.stream().filter(material -> material.id().equals(id)).findFirst();
  }
}
