package io.github.embeddedkms.crypto;

import static io.github.embeddedkms.crypto.MaterialKind.HMAC;
import static io.github.embeddedkms.crypto.MaterialKind.PRIVATE_KEY;
import static io.github.embeddedkms.crypto.MaterialKind.SYMMETRIC;

import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.KeyAgreementAlgorithmSpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The kind of material, the usages and the algorithms that the service allows for each key spec.
 * The algorithms are in the order in which the service returns them.
 *
 * <p>Sources: AWS KMS API Reference, CreateKey; AWS KMS Developer Guide, "Key spec reference".
 */
public final class KeySpecTable {

  /**
   * One line of the table.
   *
   * @param kind the kind of material of the spec
   * @param encryption its encryption algorithms; empty if a key of the spec cannot encrypt
   * @param signing its signing algorithms; empty if a key of the spec cannot sign
   * @param mac its MAC algorithms; empty if a key of the spec cannot compute MACs
   * @param agreement its key agreement algorithms; empty if a key of the spec has none
   * @param encapsulation its encapsulation algorithms; empty if a key of the spec has none
   */
  public record Line(
      MaterialKind kind,
      List<EncryptionAlgorithmSpec> encryption,
      List<SigningAlgorithmSpec> signing,
      List<MacAlgorithmSpec> mac,
      List<KeyAgreementAlgorithmSpec> agreement,
      List<EncapsulationAlgorithmSpec> encapsulation) {

    /** Copies the lists. */
    public Line {
      encryption = List.copyOf(encryption);
      signing = List.copyOf(signing);
      mac = List.copyOf(mac);
      agreement = List.copyOf(agreement);
      encapsulation = List.copyOf(encapsulation);
    }

    /**
     * Returns the usages of the spec. A key is created for one of them.
     *
     * @return the usages that have an algorithm
     */
    public Set<KeyUsageType> usages() {
      Set<KeyUsageType> usages = EnumSet.noneOf(KeyUsageType.class);
      if (!encryption.isEmpty()) {
        usages.add(KeyUsageType.ENCRYPT_DECRYPT);
      }
      if (!signing.isEmpty()) {
        usages.add(KeyUsageType.SIGN_VERIFY);
      }
      if (!mac.isEmpty()) {
        usages.add(KeyUsageType.GENERATE_VERIFY_MAC);
      }
      if (!agreement.isEmpty()) {
        usages.add(KeyUsageType.KEY_AGREEMENT);
      }
      if (!encapsulation.isEmpty()) {
        usages.add(KeyUsageType.ENCAPSULATE_DECAPSULATE);
      }
      return usages;
    }
  }

  private static final String RSA_ENCRYPTION = "RSAES_OAEP_SHA_1 RSAES_OAEP_SHA_256";
  private static final String RSA_SIGNING =
      "RSASSA_PKCS1_V1_5_SHA_256 RSASSA_PKCS1_V1_5_SHA_384 RSASSA_PKCS1_V1_5_SHA_512"
          + " RSASSA_PSS_SHA_256 RSASSA_PSS_SHA_384 RSASSA_PSS_SHA_512";

  private static final Map<KeySpec, Line> LINES = new EnumMap<>(KeySpec.class);

  static {
    line(KeySpec.SYMMETRIC_DEFAULT, SYMMETRIC, "SYMMETRIC_DEFAULT", "", "", "");
    line(KeySpec.RSA_2048, PRIVATE_KEY, RSA_ENCRYPTION, RSA_SIGNING, "", "");
    line(KeySpec.RSA_3072, PRIVATE_KEY, RSA_ENCRYPTION, RSA_SIGNING, "", "");
    line(KeySpec.RSA_4096, PRIVATE_KEY, RSA_ENCRYPTION, RSA_SIGNING, "", "");
    line(KeySpec.ECC_NIST_P256, PRIVATE_KEY, "", "ECDSA_SHA_256", "", "ECDH");
    line(KeySpec.ECC_NIST_P384, PRIVATE_KEY, "", "ECDSA_SHA_384", "", "ECDH");
    line(KeySpec.ECC_NIST_P521, PRIVATE_KEY, "", "ECDSA_SHA_512", "", "ECDH");
    line(KeySpec.ECC_SECG_P256_K1, PRIVATE_KEY, "", "ECDSA_SHA_256", "", "");
    line(KeySpec.HMAC_224, HMAC, "", "", "HMAC_SHA_224", "");
    line(KeySpec.HMAC_256, HMAC, "", "", "HMAC_SHA_256", "");
    line(KeySpec.HMAC_384, HMAC, "", "", "HMAC_SHA_384", "");
    line(KeySpec.HMAC_512, HMAC, "", "", "HMAC_SHA_512", "");
    line(KeySpec.SM2, PRIVATE_KEY, "SM2PKE", "SM2DSA", "", "ECDH");
    line(KeySpec.ML_DSA_44, PRIVATE_KEY, "", "ML_DSA_SHAKE_256", "", "");
    line(KeySpec.ML_DSA_65, PRIVATE_KEY, "", "ML_DSA_SHAKE_256", "", "");
    line(KeySpec.ML_DSA_87, PRIVATE_KEY, "", "ML_DSA_SHAKE_256", "", "");
    line(
        KeySpec.ECC_NIST_EDWARDS25519,
        PRIVATE_KEY,
        "",
        "ED25519_SHA_512 ED25519_PH_SHA_512",
        "",
        "");
    encapsulationLine(KeySpec.ML_KEM_512);
    encapsulationLine(KeySpec.ML_KEM_768);
    encapsulationLine(KeySpec.ML_KEM_1024);
  }

  private KeySpecTable() {}

  private static void encapsulationLine(KeySpec spec) {
    LINES.put(
        spec,
        new Line(
            PRIVATE_KEY,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(EncapsulationAlgorithmSpec.ML_KEM)));
  }

  private static void line(
      KeySpec spec,
      MaterialKind kind,
      String encryption,
      String signing,
      String mac,
      String agreement) {
    LINES.put(
        spec,
        new Line(
            kind,
            named(encryption, EncryptionAlgorithmSpec.values()),
            named(signing, SigningAlgorithmSpec.values()),
            named(mac, MacAlgorithmSpec.values()),
            named(agreement, KeyAgreementAlgorithmSpec.values()),
            List.of()));
  }

  /** Returns the values with the given names, as on the wire. */
  private static <T> List<T> named(String names, T[] values) {
    List<T> found = new ArrayList<>();
    for (String name : names.isEmpty() ? new String[0] : names.split(" ", -1)) {
      for (T value : values) {
        if (value.toString().equals(name)) {
          found.add(value);
        }
      }
    }
    return found;
  }

  /**
   * Returns the line of a key spec.
   *
   * @param spec any key spec
   * @return what the service allows for it
   */
  public static Line of(KeySpec spec) {
    Line line = LINES.get(spec);
    if (line == null) {
      throw new AssertionError("no line for " + spec);
    }
    return line;
  }
}
