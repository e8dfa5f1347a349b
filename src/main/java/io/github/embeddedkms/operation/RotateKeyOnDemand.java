package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Rotates a symmetric encryption key immediately: gives it new key material, which encrypts from
 * now on. Ciphertexts under earlier material can still be decrypted. A key can be rotated on demand
 * 25 times. The date of the next automatic rotation does not change.
 *
 * <p>The replicas of a multi-Region primary key are rotated with it. Imported material that waits
 * can only be rotated to when all related keys have it.
 *
 * <p>AWS KMS takes about half a minute for this. Here, the rotation is complete when the call
 * returns.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, DisabledException, KMSInvalidStateException, UnsupportedOperationException
 * (for keys other than symmetric encryption keys, and for replicas), LimitExceededException,
 * ConflictException (if an automatic rotation is due within 20 minutes).
 *
 * <p>Source: AWS KMS API Reference, RotateKeyOnDemand.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 */
@RecordBuilder
public record RotateKeyOnDemand(@Required @KeyIdentifier String keyId)
    implements KmsRequest<RotateKeyOnDemand.Response> {

  /**
   * A rotated key.
   *
   * @param keyId the key ARN of the KMS key
   */
  @RecordBuilder
  public record Response(String keyId) {}
}
