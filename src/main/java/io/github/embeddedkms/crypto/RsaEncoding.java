package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;

/** What RSA signatures of each algorithm contain. Source: RFC 8017, sections 8 and 9. */
final class RsaEncoding {

  /** DigestInfo up to the digest: RFC 8017, section 9.2, note 1. */
  private static final byte[] SHA_256_INFO =
      HexFormat.of().parseHex("3031300d060960864801650304020105000420");

  private static final byte[] SHA_384_INFO =
      HexFormat.of().parseHex("3041300d060960864801650304020205000430");
  private static final byte[] SHA_512_INFO =
      HexFormat.of().parseHex("3051300d060960864801650304020305000440");

  private static final int TRAILER = 1;

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

  private static PSSParameterSpec pss(String hash, MGF1ParameterSpec mask, int saltBytes) {
    return new PSSParameterSpec(hash, "MGF1", mask, saltBytes, TRAILER);
  }
}
