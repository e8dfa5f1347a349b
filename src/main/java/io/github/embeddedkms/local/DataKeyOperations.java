package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyWithoutPlaintext;
import io.github.embeddedkms.operation.GenerateRandom;
import java.security.SecureRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Random bytes of the caller's choice of length: plain, or as data keys sealed under a KMS key. */
final class DataKeyOperations {

  private final SecureRandom random;

  DataKeyOperations(SecureRandom random) {
    this.random = random;
  }

  /** Exactly one of the two members says how long the data key is. */
  static <Q> Operation.Check<Q> oneLength(
      Function<Q, @Nullable DataKeySpec> keySpec, Function<Q, @Nullable Integer> numberOfBytes) {
    return call -> {
      boolean bySpec = keySpec.apply(call.request()) != null;
      boolean byNumber = numberOfBytes.apply(call.request()) != null;
      if (bySpec == byNumber) {
        throw new ValidationException("Please specify either number of bytes or key spec.");
      }
    };
  }

  GenerateDataKey.Response generateDataKey(Call<GenerateDataKey> call) {
    GenerateDataKey request = call.request();
    SecretBytes dataKey = newSecret(request.keySpec(), request.numberOfBytes());
    try {
      SymmetricMaterial material = call.key().currentMaterial();
      Bytes blob = BlobSealer.seal(material, call.context(), dataKey);
      return new GenerateDataKey.Response(blob, dataKey, call.keyArn(), null, material.idAsHex());
    } catch (RuntimeException | Error e) {
      dataKey.close();
      throw e;
    }
  }

  GenerateDataKeyWithoutPlaintext.Response generateDataKeyWithoutPlaintext(
      Call<GenerateDataKeyWithoutPlaintext> call) {
    GenerateDataKeyWithoutPlaintext request = call.request();
    SymmetricMaterial material = call.key().currentMaterial();
    try (SecretBytes dataKey = newSecret(request.keySpec(), request.numberOfBytes())) {
      Bytes blob = BlobSealer.seal(material, call.context(), dataKey);
      return new GenerateDataKeyWithoutPlaintext.Response(blob, call.keyArn(), material.idAsHex());
    }
  }

  /** The model calls the number optional, the service does not. */
  static void numberIsGiven(Call<GenerateRandom> call) {
    if (call.request().numberOfBytes() == null) {
      throw new ValidationException("NumberOfBytes is required.");
    }
  }

  GenerateRandom.Response generateRandom(Call<GenerateRandom> call) {
    return new GenerateRandom.Response(newSecret(null, call.request().numberOfBytes()), null);
  }

  private SecretBytes newSecret(@Nullable DataKeySpec keySpec, @Nullable Integer numberOfBytes) {
    return SecretBytes.filledBy(lengthOf(keySpec, numberOfBytes), random::nextBytes);
  }

  private static int lengthOf(@Nullable DataKeySpec keySpec, @Nullable Integer numberOfBytes) {
    if (numberOfBytes != null) {
      return numberOfBytes;
    }
    return keySpec == DataKeySpec.AES_128 ? 16 : 32;
  }
}
