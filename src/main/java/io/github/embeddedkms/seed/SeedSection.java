package io.github.embeddedkms.seed;

import io.github.embeddedkms.model.KeySpec;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The sections of a seed file that have keys. */
enum SeedSection {
  AES("Aes", "BackingKeys", "SYMMETRIC_DEFAULT", KeySpec.SYMMETRIC_DEFAULT),
  HMAC("Hmac", "BackingKeys", "HMAC_.*", KeySpec.HMAC_256),
  RSA("Rsa", "PrivateKeyPem", "RSA_.*", null),
  ECC("Ecc", "PrivateKeyPem", "ECC_.*|SM2", null),
  ML_DSA("MlDsa", "PrivateKeyPem", "ML_DSA_.*", null),
  ML_KEM("MlKem", "PrivateKeyPem", "ML_KEM_.*", null);

  private final String name;
  private final String materialMember;

  @SuppressWarnings("ImmutableEnumChecker") // a pattern is immutable
  private final Pattern specs;

  private final @Nullable KeySpec defaultSpec;

  SeedSection(String name, String materialMember, String specs, @Nullable KeySpec defaultSpec) {
    this.name = name;
    this.materialMember = materialMember;
    this.specs = Pattern.compile(specs);
    this.defaultSpec = defaultSpec;
  }

  /** Returns the member of a key that has its material. */
  String materialMember() {
    return materialMember;
  }

  boolean has(KeySpec spec) {
    return specs.matcher(spec.toString()).matches();
  }

  /** Returns the spec of a key that states none; null if that is the spec of its private key. */
  @Nullable KeySpec defaultSpec() {
    return defaultSpec;
  }

  @Override
  public String toString() {
    return name;
  }
}
