package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/** The parameters of RSA's algorithms. Source: RFC 8017, sections 7 to 9. */
final class RsaEncoding {

  /** DigestInfo up to the digest: RFC 8017, section 9.2, note 1. */
  private static final byte[] SHA_256_INFO =
      HexFormat.of().parseHex("3031300d060960864801650304020105000420");

  private static final byte[] SHA_384_INFO =
      HexFormat.of().parseHex("3041300d060960864801650304020205000430");
  private static final byte[] SHA_512_INFO =
      HexFormat.of().parseHex("3051300d060960864801650304020305000440");

  private static final int TRAILER = 1;

  /** The hash functions in the name are replaced by those of {@link #oaep}. */
  static final String OAEP_TRANSFORMATION = "RSA/ECB/OAEPPadding";

  private RsaEncoding() {}

  static boolean isPss(SigningAlgorithmSpec algorithm) {
    return switch (algorithm) {
      case RSASSA_PSS_SHA_256, RSASSA_PSS_SHA_384, RSASSA_PSS_SHA_512 -> true;
      default -> false;
    };
  }

  /** Returns DER of DigestInfo, which PKCS #1 v1.5 signs. */
  static byte[] digestInfo(SigningAlgorithmSpec algorithm, byte[] digest) {
    byte[] prefix =
        switch (digest.length) {
          case 32 -> SHA_256_INFO;
          case 48 -> SHA_384_INFO;
          case 64 -> SHA_512_INFO;
          default -> throw new AssertionError(algorithm + " has no such digest");
        };
    byte[] info = Arrays.copyOf(prefix, prefix.length + digest.length);
    System.arraycopy(digest, 0, info, prefix.length, digest.length);
    return info;
  }

  /** Returns the parameters of PSS: MGF1 with the same hash, and a salt as long as the hash. */
  static PSSParameterSpec pss(SigningAlgorithmSpec algorithm) {
    return switch (algorithm) {
      case RSASSA_PSS_SHA_256 -> pss("SHA-256", MGF1ParameterSpec.SHA256, 32);
      case RSASSA_PSS_SHA_384 -> pss("SHA-384", MGF1ParameterSpec.SHA384, 48);
      case RSASSA_PSS_SHA_512 -> pss("SHA-512", MGF1ParameterSpec.SHA512, 64);
      default -> throw new AssertionError(algorithm + " is not PSS");
    };
  }

  /** Returns the parameters of OAEP: MGF1 with the same hash, and an empty label. */
  static OAEPParameterSpec oaep(EncryptionAlgorithmSpec algorithm) {
    return switch (algorithm) {
      case RSAES_OAEP_SHA_1 -> oaep("SHA-1", MGF1ParameterSpec.SHA1);
      case RSAES_OAEP_SHA_256 -> oaep("SHA-256", MGF1ParameterSpec.SHA256);
      default -> throw new AssertionError(algorithm + " is not OAEP");
    };
  }

  /** Returns the length of the hash of OAEP. */
  static int oaepHashBytes(EncryptionAlgorithmSpec algorithm) {
    return switch (algorithm) {
      case RSAES_OAEP_SHA_1 -> 20;
      case RSAES_OAEP_SHA_256 -> 32;
      default -> throw new AssertionError(algorithm + " is not OAEP");
    };
  }

  private static OAEPParameterSpec oaep(String hash, MGF1ParameterSpec mask) {
    return new OAEPParameterSpec(hash, "MGF1", mask, PSource.PSpecified.DEFAULT);
  }

  private static PSSParameterSpec pss(String hash, MGF1ParameterSpec mask, int saltBytes) {
    return new PSSParameterSpec(hash, "MGF1", mask, saltBytes, TRAILER);
  }
}
