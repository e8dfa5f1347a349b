package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Matches;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Deletes imported key material. The key cannot be used (PendingImport) until the same material is
 * {@linkplain ImportKeyMaterial imported} again; a key that is pending deletion keeps that state.
 * Material that waits for its rotation is forgotten, and the key stays as it is. Deleting material
 * that is already missing has no effect.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException (also if
 * the key has no such material), AccessDeniedException, UnsupportedOperationException (for a key
 * whose origin is not EXTERNAL), KMSInvalidStateException.
 *
 * <p>Source: AWS KMS API Reference, DeleteImportedKeyMaterial.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 * @param keyMaterialId the material, 64 hexadecimal digits; the current one if absent. For
 *     symmetric encryption keys only
 */
@RecordBuilder
public record DeleteImportedKeyMaterial(
    @Required @KeyIdentifier String keyId,
    @Nullable @Length(min = 64, max = 64) @Matches("^[a-f0-9]+$") String keyMaterialId)
    implements KmsRequest<DeleteImportedKeyMaterial.Response> {

  /**
   * A key without the material.
   *
   * @param keyId the key ARN of the KMS key
   * @param keyMaterialId the id of the material, 64 lower-case hexadecimal digits; absent for keys
   *     other than symmetric encryption keys, and for one that has never had material
   */
  @RecordBuilder
  public record Response(String keyId, @Nullable String keyMaterialId) {}
}
