package io.github.embeddedkms.x509;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/**
 * Writes certificates as PEM.
 *
 * <p>Source: RFC 7468, sections 3 and 5.
 */
public final class Pem {

  private static final int CHARACTERS_PER_LINE = 64;

  private Pem() {}

  /**
   * Writes one certificate.
   *
   * @param certificate any certificate
   * @return lines of up to 64 characters, each with a line feed
   */
  public static String of(X509Certificate certificate) {
    Base64.Encoder base64 = Base64.getMimeEncoder(CHARACTERS_PER_LINE, "\n".getBytes(US_ASCII));
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + base64.encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("the JDK's certificates have an encoding", e);
    }
  }
}
