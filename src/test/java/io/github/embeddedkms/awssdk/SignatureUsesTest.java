package io.github.embeddedkms.awssdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jwt.SignedJWT;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.jsonwebtoken.Jwts;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;

/** Signatures that are made through the AWS SDK, in memory, as other programs verify them. */
class SignatureUsesTest {

  private final LocalKeyProvider provider = LocalKeyProvider.inMemory();
  private final KmsClient kms = AwsSdk.client(provider);

  @TempDir private Path folder;

  @AfterEach
  void close() {
    kms.close();
    provider.close();
  }

  private String newKey(String spec) {
    return kms.createKey(key -> key.keySpec(spec).keyUsage("SIGN_VERIFY")).keyMetadata().keyId();
  }

  private byte[] sign(String keyId, String algorithm, byte[] message) {
    return kms.sign(
            sign ->
                sign.keyId(keyId)
                    .message(SdkBytes.fromByteArray(message))
                    .signingAlgorithm(algorithm))
        .signature()
        .asByteArray();
  }

  private byte[] publicKey(String keyId) {
    return kms.getPublicKey(key -> key.keyId(keyId)).publicKey().asByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "ES256, ECC_NIST_P256, ECDSA_SHA_256, EC",
    "ES384, ECC_NIST_P384, ECDSA_SHA_384, EC",
    "ES512, ECC_NIST_P521, ECDSA_SHA_512, EC",
    "RS256, RSA_2048, RSASSA_PKCS1_V1_5_SHA_256, RSA",
    "PS256, RSA_2048, RSASSA_PSS_SHA_256, RSA",
    "EdDSA, ECC_NIST_EDWARDS25519, ED25519_SHA_512, EdDSA",
  })
  void token_isVerifiedByNimbusAndJjwt(
      String name, String spec, String algorithm, String keyFactory) throws Exception {
    String keyId = newKey(spec);
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String unsigned =
        base64.encodeToString(("{\"alg\":\"" + name + "\"}").getBytes(UTF_8))
            + "."
            + base64.encodeToString("{\"sub\":\"alice\"}".getBytes(UTF_8));
    byte[] signature = sign(keyId, algorithm, unsigned.getBytes(UTF_8));
    if (keyFactory.equals("EC")) {
      int length = ECDSA.getSignatureByteArrayLength(JWSAlgorithm.parse(name));
      signature = ECDSA.transcodeSignatureToConcat(signature, length);
    }
    String token = unsigned + "." + base64.encodeToString(signature);
    PublicKey key =
        KeyFactory.getInstance(keyFactory).generatePublic(new X509EncodedKeySpec(publicKey(keyId)));
    assertThat(
            Jwts.parser()
                .verifyWith(key)
                .build()
                .parseSignedClaims(token)
                .getPayload()
                .getSubject())
        .isEqualTo("alice");
    // Nimbus needs a further library, Tink, for Ed25519, and has no verifier that takes a JDK key.
    if (!keyFactory.equals("EdDSA")) {
      JWSVerifier verifier =
          key instanceof RSAPublicKey rsa
              ? new RSASSAVerifier(rsa)
              : new ECDSAVerifier((ECPublicKey) key);
      assertThat(SignedJWT.parse(token).verify(verifier)).isTrue();
      assertThat(SignedJWT.parse(token.replaceFirst("\\.", ".e30")).verify(verifier)).isFalse();
    }
  }

  /** A certificate request (RFC 2986) for the subject CN=kms. */
  @ParameterizedTest
  @CsvSource({
    "ECC_NIST_P256, ECDSA_SHA_256, 300a06082a8648ce3d040302",
    "RSA_2048, RSASSA_PKCS1_V1_5_SHA_256, 300d06092a864886f70d01010b0500",
    "ECC_NIST_EDWARDS25519, ED25519_SHA_512, 300506032b6570",
  })
  void certificateRequest_isVerifiedByOpenSsl(String spec, String algorithm, String identifier)
      throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "needs OpenSSL");
    String keyId = newKey(spec);
    byte[] subject = HexFormat.of().parseHex("300e310c300a06035504030c036b6d73");
    byte[] info =
        der(0x30, new byte[] {2, 1, 0}, subject, publicKey(keyId), new byte[] {(byte) 0xA0, 0});
    byte[] signature = sign(keyId, algorithm, info);
    byte[] request =
        der(0x30, info, HexFormat.of().parseHex(identifier), der(3, new byte[1], signature));
    Path file = Files.write(folder.resolve("request.der"), request);
    Process openSsl =
        new ProcessBuilder(
                "openssl",
                "req",
                "-inform",
                "DER",
                "-in",
                file.toString(),
                "-verify",
                "-noout",
                "-subject")
            .redirectErrorStream(true)
            .start();
    String output = new String(openSsl.getInputStream().readAllBytes(), UTF_8);
    assertThat(openSsl.waitFor()).as(output).isZero();
    assertThat(output).contains("verify OK", "CN = kms");
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(tag);
    int length = content.size();
    if (length >= 256) {
      whole.writeBytes(new byte[] {(byte) 0x82, (byte) (length >> 8)});
    } else if (length >= 128) {
      whole.write(0x81);
    }
    whole.write(length);
    whole.writeBytes(content.toByteArray());
    return whole.toByteArray();
  }

  /** As on a blockchain: a signature and its message determine the public key, up to four. */
  @Test
  void secp256k1Signature_recoversThePublicKey() throws Exception {
    String keyId = newKey("ECC_SECG_P256K1");
    byte[] message = "transaction".getBytes(UTF_8);
    ASN1Sequence signature = ASN1Sequence.getInstance(sign(keyId, "ECDSA_SHA_256", message));
    BigInteger r = ASN1Integer.getInstance(signature.getObjectAt(0)).getValue();
    BigInteger s = ASN1Integer.getInstance(signature.getObjectAt(1)).getValue();
    BigInteger e = new BigInteger(1, MessageDigest.getInstance("SHA-256").digest(message));
    X9ECParameters curve = CustomNamedCurves.getByName("secp256k1");
    BigInteger n = curve.getN();
    List<byte[]> candidates = new ArrayList<>();
    for (byte prefix : new byte[] {2, 3}) {
      byte[] x = new byte[33];
      byte[] bytes = r.toByteArray();
      int from = Math.max(0, bytes.length - 32);
      System.arraycopy(bytes, from, x, 33 - (bytes.length - from), bytes.length - from);
      x[0] = prefix;
      ECPoint point = curve.getCurve().decodePoint(x);
      // Q = (s R - e G) / r
      BigInteger inverse = r.modInverse(n);
      ECPoint recovered =
          point
              .multiply(s.multiply(inverse).mod(n))
              .subtract(curve.getG().multiply(e.multiply(inverse).mod(n)))
              .normalize();
      candidates.add(recovered.getEncoded(false));
    }
    byte[] spki = publicKey(keyId);
    byte[] published = Arrays.copyOfRange(spki, spki.length - 65, spki.length);
    assertThat(candidates).anyMatch(candidate -> Arrays.equals(candidate, published));
  }
}
