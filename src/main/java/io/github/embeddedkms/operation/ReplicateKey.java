package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Matches;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.Tag;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Creates a replica of a multi-Region primary key in another Region: a KMS key with the same key id
 * and the same key material, so that each decrypts what the other has encrypted. Must be called in
 * the Region of the primary key.
 *
 * <p>Imported key material is not copied: the replica of such a key is then {@link
 * io.github.embeddedkms.model.KeyState#PENDING_IMPORT}, until the same material is imported into it
 * with {@link ImportKeyMaterial}.
 *
 * <p>Related keys share their key id, key material, key spec, key usage, origin and automatic
 * rotation. Each has its own policy, description, tags, aliases and key state.
 *
 * <p>The replica is {@link io.github.embeddedkms.model.KeyState#CREATING} in the response, and can
 * be used immediately after it, unless the provider was given a duration for transient states.
 *
 * <p>Errors: InvalidArnException (for an alias, or an ARN in the policy that cannot be a
 * principal), ValidationException (also for a Region of another partition), NotFoundException,
 * AccessDeniedException, DisabledException, KMSInvalidStateException, UnsupportedOperationException
 * (for a key that is not a multi-Region primary key), TagException, LimitExceededException (for a
 * policy of more than 32,768 bytes), MalformedPolicyDocumentException, AlreadyExistsException (for
 * a Region that has one of the related keys already).
 *
 * <p>Source: AWS KMS API Reference, ReplicateKey; AWS KMS Developer Guide, "Multi-Region keys in
 * AWS KMS".
 *
 * @param keyId the primary key: key id or key ARN, but not an alias
 * @param replicaRegion the Region of the replica, for example {@code eu-west-1}; of the same
 *     partition as the primary key
 * @param policy the key policy of the replica in JSON, 1 to 32,768 bytes; the default policy if
 *     absent
 * @param bypassPolicyLockoutSafetyCheck true to accept a policy that locks the caller out
 * @param description the description of the replica, 0 to 8192 characters; empty if absent
 * @param tags the tags of the replica, at most 50
 */
@RecordBuilder
public record ReplicateKey(
    @Required @KeyIdentifier String keyId,
    @Required @Length(min = 1, max = 32) @Matches("^([a-z]+-){2,3}\\d+$") String replicaRegion,
    @Nullable @Length(min = 1, max = 131072) @Matches("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+")
        String policy,
    @Nullable Boolean bypassPolicyLockoutSafetyCheck,
    @Nullable @Length(max = 8192) String description,
    @Nullable List<Tag> tags)
    implements KmsRequest<ReplicateKey.Response> {

  /** Copies the list. */
  public ReplicateKey {
    tags = Copies.list(tags);
  }

  /**
   * A new replica.
   *
   * @param replicaKeyMetadata the metadata of the replica
   * @param replicaPolicy its key policy in JSON
   * @param replicaTags its tags; absent if it has none
   */
  @RecordBuilder
  public record Response(
      KeyMetadata replicaKeyMetadata, String replicaPolicy, @Nullable List<Tag> replicaTags) {

    /** Copies the list. */
    public Response {
      replicaTags = Copies.list(replicaTags);
    }
  }
}
