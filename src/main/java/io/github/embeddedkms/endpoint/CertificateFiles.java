package io.github.embeddedkms.endpoint;

import io.github.embeddedkms.crypto.SystemRandom;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * Reads a certificate and its private key from PEM files, for an endpoint with TLS.
 *
 * <p>The private key must be an EC key on P-256, P-384 or P-521, or an RSA key, in PKCS#8 and not
 * encrypted. {@code openssl pkey} converts other formats to that.
 */
public final class CertificateFiles {

  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String PRIVATE_KEY = "PRIVATE KEY";

  private static final int PROBE_BYTES = 32;

  private CertificateFiles() {}

  /**
   * Creates the context of a server from two files, or from one that has both.
   *
   * @param certificate a PEM file of up to 1 MiB with the certificate of the server, followed by
   *     those of its issuers, if any
   * @param key a PEM file of up to 1 MiB with the private key of the server
   * @return a context whose servers speak TLS 1.3 and TLS 1.2, unless the security properties of
   *     the JVM enable older versions
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if a file has other content, the certificates are not in
   *     order, or the private key belongs to another certificate; the message says how to convert
   *     private keys in other formats
   */
  public static SSLContext sslContext(Path certificate, Path key) throws IOException {
    List<X509Certificate> chain = certificates(certificate);
    PrivateKey privateKey = privateKey(key);
    SecureRandom random = SystemRandom.create();
    if (!belongTogether(privateKey, chain.get(0).getPublicKey(), random)) {
      throw new IllegalArgumentException(
          "embedded-kms: the private key in "
              + key
              + " does not belong to the first certificate in "
              + certificate);
    }
    return ServerTls.context(privateKey, chain, random);
  }

  private static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> chain = new ArrayList<>();
    try (PemFile pem = PemFile.read(file)) {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (byte[] block : blocks(pem, CERTIFICATE, "a certificate", file)) {
        chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block)));
      }
    } catch (CertificateException e) {
      throw damaged("a certificate", file, "it is not X.509");
    }
    if (chain.isEmpty()) {
      throw new IllegalArgumentException(
          "embedded-kms: " + file + " has no certificate in PEM (-----BEGIN CERTIFICATE-----)");
    }
    for (int i = 1; i < chain.size(); i++) {
      if (!chain
          .get(i - 1)
          .getIssuerX500Principal()
          .equals(chain.get(i).getSubjectX500Principal())) {
        throw new IllegalArgumentException(
            "embedded-kms: the certificates in "
                + file
                + " are not in order: the server's certificate must be the first, and each must be"
                + " followed by that of its issuer");
      }
    }
    return chain;
  }

  private static PrivateKey privateKey(Path file) throws IOException {
    try (PemFile pem = PemFile.read(file)) {
      String label = pem.firstLabel(PRIVATE_KEY).orElse("");
      if (!label.equals(PRIVATE_KEY)) {
        throw new IllegalArgumentException("embedded-kms: " + refusal(label, file));
      }
      List<byte[]> blocks = blocks(pem, PRIVATE_KEY, "the private key", file);
      try {
        return privateKey(blocks.get(0), file);
      } finally {
        blocks.forEach(block -> Arrays.fill(block, (byte) 0));
      }
    }
  }

  private static PrivateKey privateKey(byte[] pkcs8, Path file) {
    for (String algorithm : List.of("EC", "RSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException e) {
        // It may be a key of the other kind.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JVM has EC and RSA keys", e);
      }
    }
    throw new IllegalArgumentException(
        "embedded-kms: the private key in "
            + file
            + " is damaged, or is neither an EC key on P-256, P-384 or P-521 nor an RSA key");
  }

  /** Says how to convert keys that are not in PKCS#8. */
  private static String refusal(String label, Path file) {
    if (label.isEmpty()) {
      return file + " has no private key in PEM (-----BEGIN PRIVATE KEY-----)";
    }
    String openssl = "openssl pkey -in " + file + " -out key.pem";
    return "the private key in "
        + file
        + switch (label) {
          case "ENCRYPTED PRIVATE KEY" -> " is encrypted: decrypt it with " + openssl;
          case "RSA PRIVATE KEY" -> " is in PKCS#1: convert it to PKCS#8 with " + openssl;
          case "EC PRIVATE KEY" -> " is in SEC1: convert it to PKCS#8 with " + openssl;
          case "OPENSSH PRIVATE KEY" ->
              " is in OpenSSH's format: convert a copy to PKCS#8 with ssh-keygen -p -m PKCS8 -f"
                  + " COPY";
          default -> " (" + label + ") is not in PKCS#8: convert it with " + openssl;
        };
  }

  private static List<byte[]> blocks(PemFile pem, String label, String what, Path file) {
    try {
      return pem.blocks(label);
    } catch (IllegalArgumentException e) {
      throw damaged(what, file, String.valueOf(e.getMessage()));
    }
  }

  private static IllegalArgumentException damaged(String what, Path file, String reason) {
    return new IllegalArgumentException(
        "embedded-kms: " + what + " in " + file + " is damaged: " + reason);
  }

  /** Signs a probe: the keys of a pair agree in a way that depends on their kind. */
  private static boolean belongTogether(
      PrivateKey privateKey, PublicKey publicKey, SecureRandom random) {
    if (!privateKey.getAlgorithm().equals(publicKey.getAlgorithm())) {
      return false;
    }
    byte[] probe = new byte[PROBE_BYTES];
    random.nextBytes(probe);
    try {
      Signature signature =
          Signature.getInstance(
              privateKey.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
      signature.initSign(privateKey, random);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(probe);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      // An RSA key that is too short for a signature, or keys on different curves.
      return false;
    }
  }
}
