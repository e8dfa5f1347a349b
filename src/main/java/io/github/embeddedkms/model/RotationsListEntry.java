package io.github.embeddedkms.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key material in a list of rotations.
 *
 * <p>Source: AWS KMS API Reference, RotationsListEntry.
 *
 * @param keyId the key ARN of the KMS key
 * @param keyMaterialId the id of the material, 64 lower-case hexadecimal digits
 * @param keyMaterialDescription the description of imported material; otherwise absent
 * @param importState for imported material, whether its bytes are present; otherwise absent
 * @param keyMaterialState whether the material is the current one
 * @param expirationModel for imported material, whether it expires; otherwise absent
 * @param validTo when imported material expires; absent if it does not
 * @param rotationDate when it became the current material; absent for the first material of a key
 *     and for one that waits for its rotation
 * @param rotationType whether the rotation was automatic or on demand; absent if the date is
 */
@RecordBuilder
public record RotationsListEntry(
    String keyId,
    String keyMaterialId,
    @Nullable String keyMaterialDescription,
    @Nullable ImportState importState,
    KeyMaterialState keyMaterialState,
    @Nullable ExpirationModelType expirationModel,
    @Nullable Instant validTo,
    @Nullable Instant rotationDate,
    @Nullable RotationType rotationType) {}
