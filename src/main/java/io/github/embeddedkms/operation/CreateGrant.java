package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Matches;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Creates a grant: it permits a principal some operations with a KMS key, whatever the key policy
 * and the identity policies allow, as long as none of them denies it. A grant is effective from the
 * next call on. It ends when it is {@linkplain RetireGrant retired} or {@linkplain RevokeGrant
 * revoked}, or with its key.
 *
 * <p>A second request with the same name and otherwise the same members returns the grant of the
 * first, with another token. Without a name, every request creates a grant. A key has at most
 * 50,000 grants.
 *
 * <p>A caller whose only permission is a grant with {@link GrantOperation#CREATE_GRANT} can pass on
 * no more than that grant: its operations or fewer, under constraints that are as strict.
 *
 * <p>Errors: InvalidArnException (for an alias, or a principal that is none), ValidationException
 * (also for an operation or a constraint that the key cannot have), NotFoundException,
 * AccessDeniedException, InvalidGrantTokenException, DisabledException, KMSInvalidStateException,
 * LimitExceededException, DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, CreateGrant; AWS KMS Developer Guide, "Grants in AWS KMS".
 *
 * @param keyId the key: key id or key ARN, but not an alias; the ARN for a key of another account
 * @param granteePrincipal the principal that gets the permission, 1 to 256 characters: the ARN of a
 *     user, role, session or account, or an account id. Either this or {@code
 *     granteeServicePrincipal} is required
 * @param retiringPrincipal a principal that can retire the grant, 1 to 256 characters
 * @param operations the operations to permit, at least one
 * @param constraints the conditions under which the grant permits them; none if absent
 * @param grantTokens up to 10 grant tokens of 1 to 8192 characters each, for grants that are not
 *     effective everywhere yet
 * @param name a name for the grant, 1 to 256 characters, which makes a repeated request harmless
 * @param dryRun true to perform all checks and nothing else; the result is then always an error
 * @param granteeServicePrincipal the AWS service that gets the permission, 1 to 128 characters, for
 *     example {@code rds.amazonaws.com}; needs the constraint {@code sourceArn} and one of the
 *     retiring members
 * @param retiringServicePrincipal an AWS service that can retire the grant, 1 to 128 characters;
 *     not together with {@code retiringPrincipal}
 */
@RecordBuilder
public record CreateGrant(
    @Required @KeyIdentifier String keyId,
    @Nullable @Length(min = 1, max = 256) @Matches("^[\\w+=,.@:/-]+$") String granteePrincipal,
    @Nullable @Length(min = 1, max = 256) @Matches("^[\\w+=,.@:/-]+$") String retiringPrincipal,
    @Required List<GrantOperation> operations,
    @Nullable GrantConstraints constraints,
    @Nullable @Length(max = 10) List<@Length(min = 1, max = 8192) String> grantTokens,
    @Nullable @Length(min = 1, max = 256) @Matches("^[a-zA-Z0-9:/_-]+$") String name,
    @Nullable Boolean dryRun,
    @Nullable
        @Length(min = 1, max = 128)
        @Matches("^([A-Za-z0-9\\-]+)\\.([A-Za-z0-9\\-]+)(\\.[A-Za-z0-9\\-]+)+$")
        String granteeServicePrincipal,
    @Nullable
        @Length(min = 1, max = 128)
        @Matches("^([A-Za-z0-9\\-]+)\\.([A-Za-z0-9\\-]+)(\\.[A-Za-z0-9\\-]+)+$")
        String retiringServicePrincipal)
    implements KmsRequest<CreateGrant.Response> {

  /** Copies the lists. */
  public CreateGrant {
    operations = Copies.list(operations);
    grantTokens = Copies.list(grantTokens);
  }

  /**
   * A grant.
   *
   * @param grantToken a token of the grant, which other requests can name it by; not a secret, and
   *     another one in every response
   * @param grantId the id of the grant, 64 lower-case hexadecimal digits
   */
  @RecordBuilder
  public record Response(String grantToken, String grantId) {}
}
