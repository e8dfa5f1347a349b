package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Matches;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the key policy of a KMS key, whatever its state.
 *
 * <p>The policy decides from the next call on. It must allow the caller to put the next one, unless
 * that check is bypassed.
 *
 * <p>Errors: InvalidArnException (for an alias, or an ARN in the policy that cannot be a
 * principal), ValidationException, NotFoundException, AccessDeniedException,
 * UnsupportedOperationException (for another policy name), LimitExceededException (for a policy of
 * more than 32,768 bytes), MalformedPolicyDocumentException.
 *
 * <p>Source: AWS KMS API Reference, PutKeyPolicy; AWS KMS Developer Guide, "Key policies".
 *
 * @param keyId the key: key id or key ARN, but not an alias
 * @param policyName the name of the policy, 1 to 128 letters, digits and underscores; {@code
 *     default} if absent, the only policy that can be put
 * @param policy the policy in JSON, 1 to 32,768 bytes
 * @param bypassPolicyLockoutSafetyCheck true to accept a policy that locks the caller out
 */
@RecordBuilder
public record PutKeyPolicy(
    @Required @KeyIdentifier String keyId,
    @Nullable @Length(min = 1, max = 128) @Matches("[\\w]+") String policyName,
    @Required @Length(min = 1, max = 131072) @Matches("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+")
        String policy,
    @Nullable Boolean bypassPolicyLockoutSafetyCheck)
    implements KmsRequest<PutKeyPolicy.Response> {

  /** An empty response: the operation has no output. */
  @RecordBuilder
  public record Response() {}
}
