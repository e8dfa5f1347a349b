package io.github.embeddedkms.library;

import io.github.embeddedkms.awssdk.AwsSdk;
import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.seed.SeedFiles;
import io.github.embeddedkms.store.RootKey;
import java.nio.file.Path;

/** A program that uses a part of this library and prints the exception that this throws. */
public final class MissingLibraryUse {

  private MissingLibraryUse() {}

  /**
   * Uses a part of this library.
   *
   * @param arguments what to use, and the file for a store
   */
  public static void main(String[] arguments) throws Exception {
    try {
      use(arguments[0], Path.of(arguments[1]));
      System.out.println("used");
    } catch (IllegalStateException e) {
      System.out.println(e);
    }
  }

  private static void use(String part, Path store) throws Exception {
    switch (part) {
      case "aws-sdk" -> {
        try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
          AwsSdk.httpClient(kms);
        }
      }
      case "endpoint" -> {
        try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
          KmsEndpoint.start(kms).close();
        }
      }
      case "key" -> {
        try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
          kms.createKey(key -> {});
        }
      }
      case "passphrase" -> {
        try (RootKey rootKey = RootKey.ofPassphrase("a passphrase of a test".toCharArray())) {
          LocalKeyProvider.open(store, rootKey).close();
        }
      }
      case "seed" -> SeedFiles.read("Keys: {}", "seed.yaml");
      case "sm4" -> {
        try (LocalKeyProvider kms = LocalKeyProvider.builder().region("cn-north-1").build()) {
          String keyId = kms.createKey(key -> {}).keyMetadata().keyId();
          kms.encrypt(e -> e.keyId(keyId).plaintext(SecretBytes.fromUtf8String("hello")));
        }
      }
      case "ml-dsa" -> sign(KeySpec.ML_DSA_44, SigningAlgorithmSpec.ML_DSA_SHAKE_256);
      case "curve" -> sign(KeySpec.ECC_SECG_P256_K1, SigningAlgorithmSpec.ECDSA_SHA_256);
      case "sqlite" -> {
        try (RootKey rootKey = RootKey.ofBytes(new byte[32])) {
          LocalKeyProvider.open(store, rootKey).close();
        }
      }
      default -> throw new IllegalArgumentException(part);
    }
  }

  private static void sign(KeySpec spec, SigningAlgorithmSpec algorithm) {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId =
          kms.createKey(key -> key.keySpec(spec).keyUsage(KeyUsageType.SIGN_VERIFY))
              .keyMetadata()
              .keyId();
      kms.sign(
          s ->
              s.keyId(keyId)
                  .message(SecretBytes.fromUtf8String("hello"))
                  .signingAlgorithm(algorithm));
    }
  }
}
