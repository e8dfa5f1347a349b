package io.github.embeddedkms.local;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateKey;
import io.github.embeddedkms.operation.CreateKeyBuilder;
import java.util.List;

/**
 * One key of a seed. Its material is no secret, which is why it is in no {@code SecretBytes}.
 *
 * @param keyId its id
 * @param backingKeys its materials, the oldest first; none for one drawn at random
 * @param description what it is for, possibly empty
 * @param tags its labels
 */
record SeedKey(String keyId, List<Bytes> backingKeys, String description, List<Tag> tags) {

  SeedKey {
    backingKeys = List.copyOf(backingKeys);
    tags = List.copyOf(tags);
  }

  /** The same as a request to the service, whose constraints apply to seeds too. */
  CreateKey asRequest() {
    return CreateKeyBuilder.builder().description(description).tags(tags).build();
  }
}
