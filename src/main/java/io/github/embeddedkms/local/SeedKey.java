package io.github.embeddedkms.local;

import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.CreateKey;
import io.github.embeddedkms.operation.CreateKeyBuilder;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key of a seed. Its material is not secret, and therefore not in {@code SecretBytes}.
 *
 * @param keyId its id
 * @param spec its key spec
 * @param usage its key usage
 * @param origin AWS_KMS, or EXTERNAL for material that is imported
 * @param backingKeys the materials of a symmetric encryption key, the oldest first, or the material
 *     of an HMAC key; empty for random material, or for material that is still to be imported
 * @param privateKey the private key of an asymmetric key, PKCS #8 in DER; null for a random one
 * @param description its description, possibly empty
 * @param tags its tags
 * @param nextRotation when it is next rotated automatically; null for never
 * @param replicaRegions the Regions of its replicas
 * @param policy its key policy; null for the default policy
 * @param grants its grants, as requests to the service
 */
record SeedKey(
    String keyId,
    KeySpec spec,
    KeyUsageType usage,
    OriginType origin,
    List<Bytes> backingKeys,
    @Nullable Bytes privateKey,
    String description,
    List<Tag> tags,
    @Nullable Instant nextRotation,
    List<String> replicaRegions,
    @Nullable Policy policy,
    List<CreateGrant> grants) {

  SeedKey {
    backingKeys = List.copyOf(backingKeys);
    tags = List.copyOf(tags);
    replicaRegions = List.copyOf(replicaRegions);
    grants = List.copyOf(grants);
  }

  /** Returns whether the seed determines the material. */
  boolean hasMaterial() {
    return privateKey != null || !backingKeys.isEmpty();
  }

  /** Returns whether it is a multi-Region key, as its id says. */
  boolean isMultiRegion() {
    return keyId.startsWith("mrk-");
  }

  /** Returns the key as a request to the service, whose constraints apply to seeds too. */
  CreateKey asRequest() {
    return CreateKeyBuilder.builder()
        .keySpec(spec)
        .keyUsage(usage)
        .origin(origin)
        .description(description)
        .tags(tags)
        .policy(policy == null ? null : policy.text())
        .build();
  }
}
