package io.github.embeddedkms.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A grant in a list.
 *
 * <p>Source: AWS KMS API Reference, GrantListEntry.
 *
 * @param keyId the key ARN of the KMS key that the grant is for
 * @param grantId the id of the grant, 64 lower-case hexadecimal digits
 * @param name the name that the grant was created with, up to 256 characters; empty if none
 * @param creationDate when the grant was created
 * @param granteePrincipal the principal that the grant permits its operations, as it was given;
 *     absent if it was given as a service
 * @param retiringPrincipal the principal that can retire the grant, as it was given; absent if none
 *     was
 * @param issuingAccount the account that the grant was created in, as the ARN of its root
 * @param operations the operations that the grant permits
 * @param constraints the conditions under which it does; absent if there are none
 * @param granteeServicePrincipal the AWS service that the grant permits its operations; absent if
 *     the grantee was not given as a service
 * @param retiringServicePrincipal the AWS service that can retire the grant; absent if none was
 *     given
 */
@RecordBuilder
public record GrantListEntry(
    String keyId,
    String grantId,
    String name,
    Instant creationDate,
    @Nullable String granteePrincipal,
    @Nullable String retiringPrincipal,
    String issuingAccount,
    List<GrantOperation> operations,
    @Nullable GrantConstraints constraints,
    @Nullable String granteeServicePrincipal,
    @Nullable String retiringServicePrincipal) {

  /** Copies the list. */
  public GrantListEntry {
    operations = Copies.list(operations);
  }
}
