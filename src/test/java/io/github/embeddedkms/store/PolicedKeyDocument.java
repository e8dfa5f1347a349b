package io.github.embeddedkms.store;

import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.Tag;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stored form of a {@link PolicedKey}: the members of {@link KeyDocument} and one more. */
public record PolicedKeyDocument(
    @Required Instant creationDate,
    @Required KeyState state,
    @Nullable Instant deletionDate,
    @Required String description,
    @Required KeySpec keySpec,
    @Required KeyUsageType keyUsage,
    @Required OriginType origin,
    @Required List<Tag> tags,
    @Required List<KeyDocument.Material> materials,
    @Nullable String policy) {

  static PolicedKeyDocument of(PolicedKey policed) {
    KeyDocument now = KeyDocument.of(policed.key());
    return new PolicedKeyDocument(
        now.creationDate(),
        now.state(),
        now.deletionDate(),
        now.description(),
        now.keySpec(),
        now.keyUsage(),
        now.origin(),
        now.tags(),
        now.materials(),
        policed.policy());
  }

  static PolicedKey entry(Item item, PolicedKeyDocument document, EntryKind.Materials materials) {
    KeyDocument now =
        new KeyDocument(
            document.creationDate,
            document.state,
            document.deletionDate,
            document.description,
            document.keySpec,
            document.keyUsage,
            document.origin,
            document.tags,
            document.materials);
    return new PolicedKey(KeyDocument.entry(item, now, materials), document.policy);
  }
}
