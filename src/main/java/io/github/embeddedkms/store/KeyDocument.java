package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Tag;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of a key beside its row: everything but the bytes of its materials. Its JSON is
 * what the row's MAC covers.
 *
 * @param creationDate when the key was created
 * @param state where it stands in its life
 * @param deletionDate when it is to be deleted, if it is
 * @param description what it is for
 * @param keySpec what it is made of
 * @param keyUsage what it may be used for
 * @param origin where its material comes from
 * @param tags its labels
 * @param materials its key materials, the oldest first
 */
public record KeyDocument(
    Instant creationDate,
    KeyState state,
    @Nullable Instant deletionDate,
    String description,
    KeySpec keySpec,
    KeyUsageType keyUsage,
    OriginType origin,
    List<Tag> tags,
    List<Material> materials) {

  /**
   * A material whose bytes must be there, sealed, in a row of their own.
   *
   * @param materialId its id, 32 bytes
   * @param suite how it seals: the byte that stands for it in blobs
   */
  public record Material(Bytes materialId, Integer suite) {}
}
