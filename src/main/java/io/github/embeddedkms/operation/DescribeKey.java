package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Returns the metadata of a KMS key, whatever its state. If the key is an AWS managed key, named by
 * its alias {@code alias/aws/<service>}, and does not exist yet, it is created.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException,
 * InvalidGrantTokenException.
 *
 * <p>Source: AWS KMS API Reference, DescribeKey.
 *
 * @param keyId the key: key id, key ARN, alias name or alias ARN
 * @param grantTokens up to 10 grant tokens of 1 to 8192 characters each, for grants that are not
 *     effective everywhere yet
 */
@RecordBuilder
public record DescribeKey(
    @Required @KeyIdentifier String keyId,
    @Nullable @Length(max = 10) List<@Length(min = 1, max = 8192) String> grantTokens)
    implements KmsRequest<DescribeKey.Response> {

  /** Copies the list. */
  public DescribeKey {
    grantTokens = Copies.list(grantTokens);
  }

  /**
   * The metadata of a key.
   *
   * @param keyMetadata the metadata of the key
   */
  @RecordBuilder
  public record Response(KeyMetadata keyMetadata) {}
}
