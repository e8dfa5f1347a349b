package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in a form in which other programs write it, and its type. {@link
 * PrivateKeyMaterial#imported} checks the key itself.
 *
 * <p>Source: RFC 7468 (PEM), RFC 8017, appendix A.1.2 and RFC 5915 (keys without PKCS #8).
 *
 * @param type the type of the key
 * @param privateKey PKCS #8 in DER, which {@link #close()} wipes
 */
public record ImportedPrivateKey(KeyPairType type, SecretBytes privateKey)
    implements AutoCloseable {

  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN (|RSA |EC )PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END \\1PRIVATE KEY-----");

  /** Bytes. More than a private key of 4096-bit RSA has, and less than a writer takes. */
  private static final int MAX_CONTENT = 3072;

  private static final int PARAMETERS = 0xA0;
  private static final int OBJECT_IDENTIFIER = 0x06;

  /**
   * Reads the first private key in a PEM file: PKCS #8 ({@code PRIVATE KEY}), PKCS #1 ({@code RSA
   * PRIVATE KEY}) or SEC 1 ({@code EC PRIVATE KEY}), not encrypted.
   *
   * @param pem the content of the file, which may have other blocks, and text around them
   * @return the key, which the caller closes
   * @throws IllegalArgumentException if there is no such key. The message is one line without a
   *     prefix, and completes the sentence "The private key of X is unusable: ..."
   */
  public static ImportedPrivateKey fromPem(String pem) {
    Matcher matcher = PEM.matcher(pem);
    if (!matcher.find()) {
      throw new IllegalArgumentException(
          pem.contains("ENCRYPTED")
              ? "it is encrypted: remove the passphrase, for example with openssl pkey"
              : "it is not a PEM private key, which begins with -----BEGIN PRIVATE KEY-----");
    }
    byte[] der = base64(matcher.group(2));
    try {
      return switch (matcher.group(1)) {
        case "RSA " -> framed(rsaTypeOf(der), der);
        case "EC " -> framed(curveOf(der), der);
        default -> fromPkcs8(SecretBytes.fromByteArray(der));
      };
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  /**
   * Finds out the type of a private key.
   *
   * @param privateKey PKCS #8 in DER; the result takes ownership
   * @return the key, which the caller closes
   * @throws IllegalArgumentException if the key is of no type that the service has; the key is
   *     closed then
   */
  public static ImportedPrivateKey fromPkcs8(SecretBytes privateKey) {
    try {
      return new ImportedPrivateKey(privateKey.lend(ImportedPrivateKey::typeOf), privateKey);
    } catch (RuntimeException e) {
      privateKey.close();
      throw e;
    }
  }

  private static byte[] base64(String text) {
    try {
      return Base64.getMimeDecoder().decode(text.getBytes(StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      // The cause would quote a part of the key.
      throw new IllegalArgumentException("it is not in Base64");
    }
  }

  private static ImportedPrivateKey framed(KeyPairType type, byte[] content) {
    if (content.length > MAX_CONTENT) {
      throw new IllegalArgumentException("it is too long for " + type);
    }
    DerWriter writer = new DerWriter();
    int end = writer.mark();
    return new ImportedPrivateKey(type, KeyEncoding.privateKey(type, writer.put(content), end));
  }

  private static KeyPairType typeOf(byte[] encoded) {
    DerReader info = new DerReader(encoded).enter(DerReader.SEQUENCE);
    info.unsigned();
    byte[] algorithm = info.content(DerReader.SEQUENCE);
    if (Arrays.equals(algorithm, KeyPairType.RSA_2048.algorithm())) {
      byte[] content = KeyEncoding.privateKey(KeyPairType.RSA_2048, encoded);
      try {
        return rsaTypeOf(content);
      } finally {
        Arrays.fill(content, (byte) 0);
      }
    }
    for (KeyPairType type : KeyPairType.values()) {
      if (Arrays.equals(algorithm, type.algorithm())) {
        return type;
      }
    }
    throw new IllegalArgumentException("its algorithm is none that the service has");
  }

  private static KeyPairType rsaTypeOf(byte[] content) {
    DerReader key = new DerReader(content).enter(DerReader.SEQUENCE);
    key.unsigned();
    int bits = key.unsigned().bitLength();
    for (KeyPairType type : KeyPairType.values()) {
      if (type.family() == KeyPairType.Family.RSA && type.size() == bits) {
        return type;
      }
    }
    throw new IllegalArgumentException("its modulus has " + bits + " bits, not 2048, 3072 or 4096");
  }

  private static KeyPairType curveOf(byte[] content) {
    DerReader key = new DerReader(content).enter(DerReader.SEQUENCE);
    key.unsigned();
    key.enter(DerReader.OCTET_STRING);
    if (!key.nextIs(PARAMETERS)) {
      throw new IllegalArgumentException("it does not name its curve: export it as PKCS #8");
    }
    byte[] curve = key.content(PARAMETERS);
    for (KeyPairType type : KeyPairType.values()) {
      DerReader algorithm = new DerReader(type.algorithm());
      algorithm.enter(OBJECT_IDENTIFIER);
      if (Arrays.equals(algorithm.rest(), curve)) {
        return type;
      }
    }
    throw new IllegalArgumentException("its curve is none that the service has");
  }

  /** Wipes the private key. */
  @Override
  public void close() {
    privateKey.close();
  }
}
