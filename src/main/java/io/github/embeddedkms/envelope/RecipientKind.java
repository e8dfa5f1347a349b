package io.github.embeddedkms.envelope;

import io.github.embeddedkms.crypto.KeyPairType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a recipient of a message gets its data key. An <em>offline</em> kind is sealed with a public
 * key, without a call of the service, and opened by a call.
 *
 * <p>Sources: FIPS 203 (ML-KEM), NIST SP 800-56A (ECDH), RFC 8017 (RSAES-OAEP).
 */
public enum RecipientKind {
  /** The data key is a ciphertext blob of a symmetric encryption key. */
  ONLINE(0, null, null, 0),
  /** ML-KEM-768. Post-quantum. */
  ML_KEM_768(1, KeyPairType.ML_KEM_768, null, 1088),
  /** ML-KEM-1024. Post-quantum. */
  ML_KEM_1024(2, KeyPairType.ML_KEM_1024, null, 1568),
  /** ML-KEM-768 together with ECDH on P-256: secure as long as one of them is. */
  ML_KEM_768_P256(3, KeyPairType.ML_KEM_768, KeyPairType.ECC_NIST_P256, 1088),
  /** ML-KEM-1024 together with ECDH on P-384: secure as long as one of them is. */
  ML_KEM_1024_P384(4, KeyPairType.ML_KEM_1024, KeyPairType.ECC_NIST_P384, 1568),
  /** RSAES-OAEP with a modulus of 3072 bits. Not post-quantum. */
  RSA_3072(5, KeyPairType.RSA_3072, null, 384),
  /** RSAES-OAEP with a modulus of 4096 bits. Not post-quantum. */
  RSA_4096(6, KeyPairType.RSA_4096, null, 512);

  /** All kinds, in the order of their codes, which are 0, 1, 2 and so on. */
  private static final List<Optional<RecipientKind>> ALL =
      Arrays.stream(values()).map(Optional::of).toList();

  private final int code;
  private final @Nullable KeyPairType type;
  private final @Nullable KeyPairType curve;
  private final int ciphertextBytes;

  RecipientKind(
      int code, @Nullable KeyPairType type, @Nullable KeyPairType curve, int ciphertextBytes) {
    this.code = code;
    this.type = type;
    this.curve = curve;
    this.ciphertextBytes = ciphertextBytes;
  }

  /** Returns the kind with a number in the format; empty for a newer one. */
  static Optional<RecipientKind> of(int code) {
    return code < ALL.size() ? ALL.get(code) : Optional.empty();
  }

  /** Returns the kind for public keys of these types; empty if there is none. */
  static Optional<RecipientKind> of(KeyPairType type, @Nullable KeyPairType curve) {
    return Arrays.stream(values())
        .filter(kind -> kind.type == type && kind.curve == curve)
        .findFirst();
  }

  /**
   * Returns whether a recipient of this kind stays secret from an attacker with a quantum computer,
   * as far as is known. A ciphertext blob does, since it is symmetric.
   *
   * @return false for RSA
   */
  public boolean isPostQuantum() {
    return !isRsa();
  }

  /**
   * Returns whether a recipient of this kind is sealed with a public key, without a call of the
   * service.
   *
   * @return false for {@link #ONLINE} only
   */
  public boolean isOffline() {
    return this != ONLINE;
  }

  boolean isRsa() {
    return this == RSA_3072 || this == RSA_4096;
  }

  /** The number in the format. */
  int code() {
    return code;
  }

  /** The type of the first or only public key. */
  KeyPairType type() {
    if (type == null) {
      throw new AssertionError(this + " has no public key");
    }
    return type;
  }

  /** The type of the second public key, a curve; null if there is only one key. */
  @Nullable KeyPairType curve() {
    return curve;
  }

  int ciphertextBytes() {
    return ciphertextBytes;
  }

  /** The length of a point of the curve, uncompressed; 0 without a curve. */
  int pointBytes() {
    return switch (this) {
      case ML_KEM_768_P256 -> 65;
      case ML_KEM_1024_P384 -> 97;
      default -> 0;
    };
  }

  /** The length of the secret of the curve; 0 without a curve. */
  int agreementBytes() {
    return pointBytes() / 2;
  }
}
