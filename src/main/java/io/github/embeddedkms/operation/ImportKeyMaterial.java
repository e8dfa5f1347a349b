package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.ExpirationModelType;
import io.github.embeddedkms.model.ImportType;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Matches;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Imports key material into a KMS key whose origin is EXTERNAL, or imports it again after it has
 * expired or was deleted, or to change its expiration.
 *
 * <p>The material, wrapped as {@link GetParametersForImport} describes:
 *
 * <ul>
 *   <li>a symmetric encryption key: 32 bytes, in China Regions 16;
 *   <li>an HMAC key: 28 to 64 bytes for HMAC_224, 32 to 64 for HMAC_256, 48 to 128 for HMAC_384, 64
 *       to 128 for HMAC_512;
 *   <li>an asymmetric key: the private key as PKCS #8 in DER, of ML-DSA and ML-KEM in the seed
 *       form. It is the same key whatever program has written it.
 * </ul>
 *
 * <p>Only a symmetric encryption key takes more than one material. A further one waits ({@code
 * PENDING_ROTATION}) until {@link RotateKeyOnDemand} makes it the current one; one at a time can
 * wait. A key whose state is PendingImport is enabled when all of its materials are present, except
 * for one that waits. A key in another state keeps it.
 *
 * <p>Related multi-Region keys have the same materials, but each must be given the bytes. A further
 * material is imported into the primary key first, and then into each replica as existing material.
 * Until all have it, its state is {@code PENDING_MULTI_REGION_IMPORT_AND_ROTATION}.
 *
 * <p>Material should be random: nothing tells whether it is.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException, NotFoundException,
 * AccessDeniedException, UnsupportedOperationException (for a key whose origin is not EXTERNAL, and
 * for new material for a replica), KMSInvalidStateException (also if another material waits for its
 * rotation), InvalidImportTokenException, ExpiredImportTokenException; InvalidCiphertextException
 * if the material cannot be unwrapped, for any reason; IncorrectKeyMaterialException if it does not
 * fit the key spec, or is not what the key has or expects.
 *
 * <p>Source: AWS KMS API Reference, ImportKeyMaterial.
 *
 * @param keyId the key: key id or key ARN, but not an alias
 * @param importToken the token of the wrapping key, 1 to 6144 bytes
 * @param encryptedKeyMaterial the wrapped material, 1 to 6144 bytes
 * @param validTo when the material expires, at most 365 days from now; required if it does
 * @param expirationModel whether the material expires; it does if absent
 * @param importType whether the key has had this material before; if absent, it is new if the key
 *     has never had any. For symmetric encryption keys only
 * @param keyMaterialDescription a description of the material, 1 to 256 letters, digits, white
 *     space and {@code :/_.-}; if absent, that of its last import remains. For symmetric encryption
 *     keys only
 * @param keyMaterialId the id that the material must have, 64 hexadecimal digits; only for material
 *     that the key has had before. For symmetric encryption keys only
 */
@RecordBuilder
public record ImportKeyMaterial(
    @Required @KeyIdentifier String keyId,
    @Required @Length(min = 1, max = 6144) Bytes importToken,
    @Required @Length(min = 1, max = 6144) Bytes encryptedKeyMaterial,
    @Nullable Instant validTo,
    @Nullable ExpirationModelType expirationModel,
    @Nullable ImportType importType,
    @Nullable @Length(max = 256) @Matches("^[a-zA-Z0-9:/_\\s.-]+$") String keyMaterialDescription,
    @Nullable @Length(min = 64, max = 64) @Matches("^[a-f0-9]+$") String keyMaterialId)
    implements KmsRequest<ImportKeyMaterial.Response> {

  /**
   * An imported material.
   *
   * @param keyId the key ARN of the KMS key
   * @param keyMaterialId the id of the material, 64 lower-case hexadecimal digits; present only for
   *     symmetric encryption keys
   */
  @RecordBuilder
  public record Response(String keyId, @Nullable String keyMaterialId) {}
}
