package io.github.embeddedkms.store;

import io.github.embeddedkms.model.KeyManagerType;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.Tag;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stored form of a {@link NicknamedKey}: the members of {@link KeyDocument} and one more. */
public record NicknamedKeyDocument(
    @Required Instant creationDate,
    @Required KeyState state,
    @Nullable Instant deletionDate,
    @Required String description,
    @Required KeySpec keySpec,
    @Required KeyUsageType keyUsage,
    @Required OriginType origin,
    @Required List<Tag> tags,
    @Required List<KeyDocument.Material> materials,
    @Nullable String policy,
    KeyDocument.@Nullable Rotation rotation,
    @Nullable KeyManagerType keyManager,
    @Nullable String primaryRegion,
    @Nullable Integer pendingWindowInDays,
    KeyDocument.@Nullable Transition transition,
    @Nullable String restrictedPolicy,
    @Nullable String nickname) {

  static NicknamedKeyDocument of(NicknamedKey nicknamed) {
    KeyDocument now = KeyDocument.of(nicknamed.key());
    return new NicknamedKeyDocument(
        now.creationDate(),
        now.state(),
        now.deletionDate(),
        now.description(),
        now.keySpec(),
        now.keyUsage(),
        now.origin(),
        now.tags(),
        now.materials(),
        now.policy(),
        now.rotation(),
        now.keyManager(),
        now.primaryRegion(),
        now.pendingWindowInDays(),
        now.transition(),
        now.restrictedPolicy(),
        nicknamed.nickname());
  }

  static NicknamedKey entry(
      Item item, NicknamedKeyDocument document, EntryKind.Materials materials) {
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
            document.materials,
            document.policy,
            document.rotation,
            document.keyManager,
            document.primaryRegion,
            document.pendingWindowInDays,
            document.transition,
            document.restrictedPolicy);
    return new NicknamedKey(KeyDocument.entry(item, now, materials), document.nickname);
  }
}
