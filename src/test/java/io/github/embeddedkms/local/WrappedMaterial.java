package io.github.embeddedkms.local;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.model.AlgorithmSpec;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.ExpirationModelType;
import io.github.embeddedkms.model.WrappingKeySpec;
import io.github.embeddedkms.operation.GetParametersForImport;
import io.github.embeddedkms.operation.ImportKeyMaterial;
import io.github.embeddedkms.operation.ImportKeyMaterialBuilder;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.function.Consumer;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/** Wraps key material for its import, as a Java program does it with the JDK. */
public final class WrappedMaterial {

  private static final SecureRandom RANDOM = new SecureRandom();

  private WrappedMaterial() {}

  /** Wraps material under a public key, X.509 SubjectPublicKeyInfo in DER. */
  public static Bytes wrap(Bytes publicKey, AlgorithmSpec algorithm, byte[] material) {
    try {
      PublicKey key =
          KeyFactory.getInstance("RSA")
              .generatePublic(new X509EncodedKeySpec(publicKey.asByteArray()));
      return Bytes.fromByteArray(
          switch (algorithm) {
            case RSAES_OAEP_SHA_1 -> oaep(key, "SHA-1", material);
            case RSAES_OAEP_SHA_256 -> oaep(key, "SHA-256", material);
            case RSA_AES_KEY_WRAP_SHA_1 -> keyWrap(key, "SHA-1", material, 32);
            case RSA_AES_KEY_WRAP_SHA_256 -> keyWrap(key, "SHA-256", material, 32);
            default -> throw new AssertionError(algorithm);
          });
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] oaep(PublicKey key, String hash, byte[] material) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        key,
        new OAEPParameterSpec(
            hash, "MGF1", new MGF1ParameterSpec(hash), PSource.PSpecified.DEFAULT));
    return cipher.doFinal(material);
  }

  static byte[] keyWrap(PublicKey key, String hash, byte[] material, int aesKeyLength)
      throws GeneralSecurityException {
    byte[] aesKey = new byte[aesKeyLength];
    RANDOM.nextBytes(aesKey);
    Cipher cipher = Cipher.getInstance("AES/KWP/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(aesKey, "AES"));
    byte[] first = oaep(key, hash, aesKey);
    byte[] second = cipher.doFinal(material);
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** Imports material that does not expire, by RSAES_OAEP_SHA_256. */
  public static ImportKeyMaterial.Response importInto(
      KmsClient kms, String keyId, byte[] material) {
    return importInto(kms, keyId, material, request -> {});
  }

  /** Imports material that does not expire, unless the request says otherwise. */
  public static ImportKeyMaterial.Response importInto(
      KmsClient kms, String keyId, byte[] material, Consumer<ImportKeyMaterialBuilder> members) {
    return importInto(kms, keyId, AlgorithmSpec.RSAES_OAEP_SHA_256, material, members);
  }

  /** The same by any algorithm. */
  public static ImportKeyMaterial.Response importInto(
      KmsClient kms,
      String keyId,
      AlgorithmSpec algorithm,
      byte[] material,
      Consumer<ImportKeyMaterialBuilder> members) {
    GetParametersForImport.Response parameters =
        kms.getParametersForImport(
            b ->
                b.keyId(keyId)
                    .wrappingAlgorithm(algorithm)
                    .wrappingKeySpec(WrappingKeySpec.RSA_2048));
    return kms.importKeyMaterial(
        b -> {
          b.keyId(keyId)
              .importToken(parameters.importToken())
              .encryptedKeyMaterial(wrap(parameters.publicKey(), algorithm, material))
              .expirationModel(ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE);
          members.accept(b);
        });
  }
}
