package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Matches;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Returns the key policy of a KMS key, whatever its state.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException (also for
 * another policy name), AccessDeniedException.
 *
 * <p>Source: AWS KMS API Reference, GetKeyPolicy.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 * @param policyName the name of the policy, 1 to 128 letters, digits and underscores; {@code
 *     default} if absent, the only policy that keys have here
 */
@RecordBuilder
public record GetKeyPolicy(
    @Required @KeyIdentifier String keyId,
    @Nullable @Length(min = 1, max = 128) @Matches("[\\w]+") String policyName)
    implements KmsRequest<GetKeyPolicy.Response> {

  /**
   * A key policy.
   *
   * @param policy the policy in JSON, formatted as the service formats it, not as it was put
   * @param policyName {@code default}
   */
  @RecordBuilder
  public record Response(String policy, String policyName) {}
}
