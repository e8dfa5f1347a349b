package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.HmacMaterial;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.crypto.MaterialKind;
import io.github.embeddedkms.crypto.PrivateKeyMaterial;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyMaterialState;
import io.github.embeddedkms.model.RotationType;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A key material of a key.
 *
 * @param id its id, 32 bytes
 * @param kind its kind
 * @param state its state
 * @param material the material itself; null while its bytes are missing: imported material can
 *     expire or be deleted, while its id remains
 * @param validTo when imported material expires; null if it does not
 * @param rotated when and why it became the current one; null for the first material of a key and
 *     for a pending one
 * @param publicKey the public key in DER, X.509 SubjectPublicKeyInfo; null for secret keys
 * @param description the description that imported material was given; null if it was given none
 */
public record MaterialEntry(
    Bytes id,
    MaterialKind kind,
    KeyMaterialState state,
    @Nullable Material material,
    @Nullable Instant validTo,
    @Nullable Rotated rotated,
    @Nullable Bytes publicKey,
    @Nullable String description) {

  /**
   * How a material became the current one.
   *
   * @param date when it became the current one
   * @param type whether the rotation was automatic or on demand
   */
  public record Rotated(Instant date, RotationType type) {}

  /**
   * Creates an entry for a material whose bytes are present and do not expire.
   *
   * @param material the material
   * @param current whether it is the current one; other materials of a symmetric encryption key
   *     only open, and other keys have one material only
   * @return the entry
   */
  public static MaterialEntry present(Material material, boolean current) {
    return present(material, current, null);
  }

  /**
   * Creates an entry for a material whose bytes are present and do not expire.
   *
   * @param material the material
   * @param current whether it is the current one, as in {@link #present(Material, boolean)}
   * @param rotated when and why it became the current one; null for the first material of a key
   * @return the entry
   */
  public static MaterialEntry present(
      Material material, boolean current, @Nullable Rotated rotated) {
    return new MaterialEntry(
        material.id(),
        kindOf(material),
        current ? KeyMaterialState.CURRENT : KeyMaterialState.NON_CURRENT,
        material,
        null,
        rotated,
        material instanceof PrivateKeyMaterial key ? key.publicKey() : null,
        null);
  }

  /**
   * Creates an entry for imported material, which was never the key's before.
   *
   * @param material the material
   * @param state its state
   * @param validTo when it expires; null if it does not
   * @param description its description; null if it has none
   * @return the entry
   */
  public static MaterialEntry imported(
      Material material,
      KeyMaterialState state,
      @Nullable Instant validTo,
      @Nullable String description) {
    return new MaterialEntry(
        material.id(),
        kindOf(material),
        state,
        material,
        validTo,
        null,
        material instanceof PrivateKeyMaterial key ? key.publicKey() : null,
        description);
  }

  /**
   * Returns the same material with its bytes, which were imported again.
   *
   * @param again the material, with the same id
   * @param newValidTo when it expires; null if it does not
   * @param newDescription its description; null if it has none
   * @return the entry
   */
  public MaterialEntry withBytes(
      Material again, @Nullable Instant newValidTo, @Nullable String newDescription) {
    return new MaterialEntry(
        id, kind, state, again, newValidTo, rotated, publicKey, newDescription);
  }

  /**
   * Returns the same material without its bytes, which have expired or were deleted.
   *
   * @return the entry; it does not expire
   */
  public MaterialEntry withoutBytes() {
    return new MaterialEntry(id, kind, state, null, null, rotated, publicKey, description);
  }

  /**
   * Returns the same material as the current one.
   *
   * @param newRotated when and why it became the current one
   * @return the entry
   */
  public MaterialEntry asCurrent(Rotated newRotated) {
    return new MaterialEntry(
        id, kind, KeyMaterialState.CURRENT, material, validTo, newRotated, publicKey, description);
  }

  /**
   * Returns the same material in another state.
   *
   * @param newState its new state
   * @return the entry
   */
  public MaterialEntry inState(KeyMaterialState newState) {
    return new MaterialEntry(
        id, kind, newState, material, validTo, rotated, publicKey, description);
  }

  private static MaterialKind kindOf(Material material) {
    if (material instanceof SymmetricMaterial) {
      return MaterialKind.SYMMETRIC;
    }
    return material instanceof HmacMaterial ? MaterialKind.HMAC : MaterialKind.PRIVATE_KEY;
  }

  /**
   * Returns the id in the form that the service uses.
   *
   * @return 64 lower-case hexadecimal digits
   */
  public String idAsHex() {
    return material == null ? HexFormat.of().formatHex(id.asByteArray()) : material.idAsHex();
  }

  /** Wipes the material, if its bytes are present. */
  public void close() {
    if (material != null) {
      material.close();
    }
  }
}
