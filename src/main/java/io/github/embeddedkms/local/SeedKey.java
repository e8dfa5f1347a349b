package io.github.embeddedkms.local;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateKey;
import io.github.embeddedkms.operation.CreateKeyBuilder;
import java.util.List;

/**
 * One key of a seed. Its material is not secret, and therefore not in {@code SecretBytes}.
 *
 * @param keyId its id
 * @param backingKeys its materials, the oldest first; empty for random material
 * @param description its description, possibly empty
 * @param tags its tags
 */
record SeedKey(String keyId, List<Bytes> backingKeys, String description, List<Tag> tags) {

  SeedKey {
    backingKeys = List.copyOf(backingKeys);
    tags = List.copyOf(tags);
  }

  /** Returns the key as a request to the service, whose constraints apply to seeds too. */
  CreateKey asRequest() {
    return CreateKeyBuilder.builder().description(description).tags(tags).build();
  }
}
