/**
 * Writes DER and X.509 certificates: for the endpoint's TLS.
 *
 * <p>Uses the JDK only, and parses nothing: the JDK's {@code CertificateFactory} does that.
 *
 * <p>Source: ITU-T X.690 (DER), RFC 5280 (certificates), RFC 7468 (PEM).
 *
 * <p>Start reading at {@link io.github.embeddedkms.x509.ServerCertificate}.
 */
package io.github.embeddedkms.x509;
