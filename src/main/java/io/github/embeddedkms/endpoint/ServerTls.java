package io.github.embeddedkms.endpoint;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** The JDK's TLS for a server without client certificates. */
final class ServerTls {

  /** Older versions are broken; RFC 8996 forbids them. */
  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  private ServerTls() {}

  /**
   * Creates a context with one certificate.
   *
   * @param chain the certificate of the server, followed by those of its issuers
   * @param random for the handshakes
   */
  static SSLContext context(PrivateKey key, List<X509Certificate> chain, SecureRandom random) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      // Without trust managers of its own, the context would load those of the JVM.
      context.init(
          new KeyManager[] {new ServerKeyManager(key, chain)}, new TrustManager[0], random);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("embedded-kms: the TLS of this JVM cannot be used", e);
    }
  }

  /** Disables old versions of TLS, which the JVM's settings may enable. */
  static void restrictVersions(SSLSocket socket) {
    socket.setEnabledProtocols(VERSIONS);
  }
}
