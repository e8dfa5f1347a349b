package io.github.embeddedkms.cli.client;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FileFailures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.util.Collection;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** The CAs that a client trusts, and the messages for certificates that it rejects. */
final class TlsTrust {

  /** More than ten times the CAs of a system. */
  static final int MAXIMUM_BYTES = 4 << 20;

  /** How the messages of the JDK begin if a certificate has other names; it has no class for it. */
  private static final Pattern OTHER_NAME = Pattern.compile("No (name|subject alternative)");

  private TlsTrust() {}

  /**
   * Creates sockets that trust the certificate authorities (CAs) in a file, and no others.
   *
   * @param bundle a PEM file of up to 4 MiB with the certificates of the CAs
   * @return sockets of the JDK's TLS; the connection verifies the host name
   * @throws CommandLineException if the file cannot be read or has other content
   */
  static SSLSocketFactory of(Path bundle) {
    Collection<? extends Certificate> authorities = certificates(bundle);
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      for (Certificate authority : authorities) {
        trusted.setCertificateEntry("ca " + trusted.size(), authority);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every JVM has TLS and a key store in memory", e);
    }
  }

  private static Collection<? extends Certificate> certificates(Path bundle) {
    byte[] content = content(bundle);
    Collection<? extends Certificate> certificates;
    try {
      certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(content));
    } catch (CertificateException e) {
      throw CommandLineException.failure(
          "the CA bundle " + bundle + " is not a PEM file of certificates, or is damaged");
    }
    if (certificates.isEmpty()) {
      throw CommandLineException.failure(
          "the CA bundle " + bundle + " has no certificate in PEM (-----BEGIN CERTIFICATE-----)");
    }
    return certificates;
  }

  private static byte[] content(Path bundle) {
    try (InputStream in = Files.newInputStream(bundle)) {
      byte[] content = in.readNBytes(MAXIMUM_BYTES + 1);
      if (content.length > MAXIMUM_BYTES) {
        throw CommandLineException.failure("the CA bundle " + bundle + " has more than 4 MiB");
      }
      return content;
    } catch (IOException e) {
      throw CommandLineException.failure(
          "cannot read the CA bundle " + bundle + ": " + FileFailures.reason(e));
    }
  }

  /** Says what is wrong with a certificate; other failures of a handshake keep their message. */
  static String reason(SSLException failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathBuilderException) {
        return "the certificate of the server was not issued by a trusted CA; --ca-bundle names"
            + " the file of its CA";
      }
      if (cause instanceof CertificateExpiredException) {
        return "the certificate of the server has expired";
      }
      if (cause instanceof CertificateNotYetValidException) {
        return "the certificate of the server is not valid yet";
      }
    }
    // Some versions of the JDK put the alert that they send before the message of the cause.
    String message =
        String.valueOf(
            failure.getCause() instanceof CertificateException certificate
                ? certificate.getMessage()
                : failure.getMessage());
    return OTHER_NAME.matcher(message).lookingAt()
        ? "the certificate of the server is for another host"
        : message;
  }
}
