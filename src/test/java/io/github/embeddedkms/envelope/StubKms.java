package io.github.embeddedkms.envelope;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.KmsRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A service that knows one data key, and gives it out in the sealed forms that a test wants. */
final class StubKms implements KmsClient {

  private static final EncryptionAlgorithmSpec ALGORITHM =
      EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT;

  private final byte[] dataKey;
  private final Deque<Recipient> toGive;
  private final List<Recipient> known;

  StubKms(byte[] dataKey, List<Recipient> recipients) {
    this.dataKey = dataKey;
    this.toGive = new ArrayDeque<>(recipients);
    this.known = List.copyOf(recipients);
  }

  /** Gives out this data key, of any length or missing. */
  static StubKms answering(byte[] dataKey) {
    return new StubKms(dataKey, List.of(new Recipient("x", Bytes.fromUtf8String("sealed"))));
  }

  private SecretBytes dataKey() {
    return dataKey == null ? null : SecretBytes.fromByteArray(dataKey);
  }

  @Override
  @SuppressWarnings("unchecked") // each request is answered by its own response
  public <R> R call(KmsRequest<R> request) {
    if (request instanceof GenerateDataKey) {
      Recipient given = toGive.remove();
      return (R)
          new GenerateDataKey.Response(
              given.sealedDataKey(), dataKey(), given.keyArn(), null, null);
    }
    if (request instanceof Encrypt) {
      Recipient given = toGive.remove();
      return (R) new Encrypt.Response(given.sealedDataKey(), given.keyArn(), ALGORITHM);
    }
    if (request instanceof Decrypt decrypt
        && known.stream()
            .map(Recipient::sealedDataKey)
            .anyMatch(decrypt.ciphertextBlob()::equals)) {
      return (R) new Decrypt.Response(decrypt.keyId(), dataKey(), ALGORITHM, null, null);
    }
    throw new InvalidCiphertextException();
  }
}
