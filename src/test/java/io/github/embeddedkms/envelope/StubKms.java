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

/** A service with a single data key, which it returns in the sealed forms that a test specifies. */
final class StubKms implements KmsClient {

  private static final EncryptionAlgorithmSpec ALGORITHM =
      EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT;

  private final byte[] dataKey;
  private final Deque<Recipient> remaining;
  private final List<Recipient> known;

  StubKms(byte[] dataKey, List<Recipient> recipients) {
    this.dataKey = dataKey;
    this.remaining = new ArrayDeque<>(recipients);
    this.known = List.copyOf(recipients);
  }

  /** Returns a service that returns this data key, which may have any length or be null. */
  static StubKms returning(byte[] dataKey) {
    return new StubKms(dataKey, List.of(new Recipient("x", Bytes.fromUtf8String("sealed"))));
  }

  private SecretBytes dataKey() {
    return dataKey == null ? null : SecretBytes.fromByteArray(dataKey);
  }

  @Override
  @SuppressWarnings("unchecked") // each request gets a response of its own type
  public <R> R call(KmsRequest<R> request) {
    if (request instanceof GenerateDataKey) {
      Recipient next = remaining.remove();
      return (R) new GenerateDataKey.Response(next.sealed(), dataKey(), next.keyArn(), null, null);
    }
    if (request instanceof Encrypt) {
      Recipient next = remaining.remove();
      return (R) new Encrypt.Response(next.sealed(), next.keyArn(), ALGORITHM);
    }
    if (request instanceof Decrypt decrypt
        && known.stream().map(Recipient::sealed).anyMatch(decrypt.ciphertextBlob()::equals)) {
      return (R) new Decrypt.Response(decrypt.keyId(), dataKey(), ALGORITHM, null, null);
    }
    throw new InvalidCiphertextException();
  }
}
