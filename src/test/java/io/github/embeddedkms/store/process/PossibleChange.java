package io.github.embeddedkms.store.process;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.SealedKeyStorage;
import java.time.Instant;

/**
 * A change that is possible in any store: creates or deletes an alias, or cancels a deletion.
 *
 * @param words the change in words, as in {@link Contents}
 */
public record PossibleChange(String words, Runnable action) {

  public static PossibleChange of(SealedKeyStorage storage, String alias) {
    // The clock stays at a time when no key is due.
    LocalKeyProvider kms =
        LocalKeyProvider.builder().clock(() -> Instant.EPOCH).storage(storage).build();
    if (storage.alias(Contents.address(alias)).isPresent()) {
      return new PossibleChange("unalias " + alias, () -> kms.deleteAlias(b -> b.aliasName(alias)));
    }
    KeyEntry key =
        Contents.keysOf(storage, "").stream()
            .filter(entry -> entry.state() != KeyState.PENDING_DELETION)
            .findFirst()
            .orElse(Contents.keysOf(storage, "").get(0));
    String keyId = key.address().id();
    return key.state() == KeyState.PENDING_DELETION
        ? new PossibleChange("cancel " + keyId, () -> kms.cancelKeyDeletion(b -> b.keyId(keyId)))
        : new PossibleChange(
            "alias " + alias + " " + keyId,
            () -> kms.createAlias(b -> b.aliasName(alias).targetKeyId(keyId)));
  }
}
