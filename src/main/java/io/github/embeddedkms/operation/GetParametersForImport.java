package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.AlgorithmSpec;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.WrappingKeySpec;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;

/**
 * Creates a wrapping key for the import of key material, and the token that goes with it. Wrap the
 * material under the public key, and send it with the token to {@link ImportKeyMaterial}, within 24
 * hours. The two belong together. Each call creates others, and none is stored: the token contains
 * the private key, sealed.
 *
 * <p>Which algorithm wraps which material:
 *
 * <ul>
 *   <li>{@code RSAES_OAEP_SHA_1} and {@code RSAES_OAEP_SHA_256}: all but RSA private keys; with the
 *       wrapping key spec {@code RSA_2048} not those of ECC_NIST_P521 either.
 *   <li>{@code RSA_AES_KEY_WRAP_SHA_1} and {@code RSA_AES_KEY_WRAP_SHA_256}: RSA and elliptic curve
 *       private keys; not in China Regions.
 *   <li>{@code SM2PKE}, with the wrapping key spec {@code SM2}: all; in China Regions only.
 * </ul>
 *
 * <p>Creating an RSA wrapping key takes long: typically 0.1 s for RSA_2048, 0.5 s for RSA_3072 and
 * 1.5 s for RSA_4096, but several times that now and then.
 *
 * <p>Errors: InvalidArnException (for an alias), ValidationException (for an algorithm that does
 * not wrap this material), NotFoundException, AccessDeniedException, UnsupportedOperationException
 * (for a key whose origin is not EXTERNAL, and for algorithms that do not exist in the Region),
 * KMSInvalidStateException.
 *
 * <p>Source: AWS KMS API Reference, GetParametersForImport.
 *
 * @param keyId the key, whose origin is EXTERNAL: key id or key ARN, but not an alias
 * @param wrappingAlgorithm how the material will be wrapped
 * @param wrappingKeySpec the type of the wrapping key
 */
@RecordBuilder
public record GetParametersForImport(
    @Required @KeyIdentifier String keyId,
    @Required AlgorithmSpec wrappingAlgorithm,
    @Required WrappingKeySpec wrappingKeySpec)
    implements KmsRequest<GetParametersForImport.Response> {

  /**
   * A wrapping key and its token.
   *
   * @param keyId the key ARN of the KMS key
   * @param importToken the token, at most 6144 bytes
   * @param publicKey the wrapping key: X.509 SubjectPublicKeyInfo in DER
   * @param parametersValidTo when the two expire, 24 hours after the call
   */
  @RecordBuilder
  public record Response(
      String keyId, Bytes importToken, Bytes publicKey, Instant parametersValidTo) {}
}
