package example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import io.github.embeddedkms.awssdk.AwsSdk;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;

/** The documented example of a JSON Web Token that is signed through the AWS SDK. */
class JwtTest {

  @Test
  void token_signedThroughTheSdk_isVerifiedByNimbus() throws Exception {
    try (LocalKeyProvider provider = LocalKeyProvider.inMemory()) {
      KmsClient kms = AwsSdk.client(provider);
      String keyId =
          kms.createKey(key -> key.keySpec("RSA_2048").keyUsage("SIGN_VERIFY"))
              .keyMetadata()
              .keyId();
      Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
      String unsigned =
          base64.encodeToString("{\"alg\":\"PS256\"}".getBytes(UTF_8))
              + "."
              + base64.encodeToString("{\"sub\":\"alice\"}".getBytes(UTF_8));
      SdkBytes signature =
          kms.sign(
                  sign ->
                      sign.keyId(keyId)
                          .message(SdkBytes.fromUtf8String(unsigned))
                          .signingAlgorithm("RSASSA_PSS_SHA_256"))
              .signature();
      String token = unsigned + "." + base64.encodeToString(signature.asByteArray());
      byte[] publicKey = kms.getPublicKey(key -> key.keyId(keyId)).publicKey().asByteArray();

      RSAPublicKey rsa =
          (RSAPublicKey)
              KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(publicKey));
      SignedJWT parsed = SignedJWT.parse(token);
      assertThat(parsed.verify(new RSASSAVerifier(rsa))).isTrue();
      assertThat(parsed.getJWTClaimsSet().getSubject()).isEqualTo("alice");
    }
  }
}
