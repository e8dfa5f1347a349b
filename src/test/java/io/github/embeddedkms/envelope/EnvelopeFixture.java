package io.github.embeddedkms.envelope;

import io.github.embeddedkms.RecordingClient;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.fixture.TestStore;
import java.util.List;
import java.util.Map;

/**
 * A provider with some keys, in memory or in a database depending on the test run, and a client of
 * it that records requests.
 */
final class EnvelopeFixture implements AutoCloseable {

  static final String ACCOUNT = "111122223333";
  static final String ALIAS = "alias/orders";
  static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("tenant", "acme"));
  static final EncryptionContext WRONG = EncryptionContext.of(Map.of("tenant", "acne"));

  /** The plaintext length of a full segment. */
  static final int SEGMENT = 65_536;

  private final TestStore store = TestStore.create();
  private final KeyStorage storage = store.open();
  final LocalKeyProvider provider =
      LocalKeyProvider.builder().account(ACCOUNT).storage(storage).build();

  final RecordingClient kms = new RecordingClient(provider);

  /** All requests, in order. */
  final List<KmsRequest<?>> requests = kms.requests();

  /** The key that {@link #ALIAS} points to. */
  final String key = createKey();

  final String otherKey = createKey();
  final Envelope envelope = Envelope.builder(kms).key(ALIAS).build();

  EnvelopeFixture() {
    provider.createAlias(alias -> alias.aliasName(ALIAS).targetKeyId(key));
  }

  /** Creates a key and returns its ARN. */
  String createKey() {
    return provider.createKey(b -> {}).keyMetadata().arn();
  }

  /** Returns the names of the requested operations. */
  List<String> operations() {
    return requests.stream().map(request -> request.getClass().getSimpleName()).toList();
  }

  Envelope sealingFor(String... keys) {
    EnvelopeBuilder builder = Envelope.builder(kms);
    for (String keyId : keys) {
      builder.key(keyId);
    }
    return builder.build();
  }

  /** Returns bytes that differ from segment to segment. */
  static byte[] data(int length) {
    byte[] data = new byte[length];
    for (int i = 0; i < length; i++) {
      data[i] = (byte) (i % 251 + i / SEGMENT);
    }
    return data;
  }

  @Override
  public void close() {
    provider.close();
    storage.close();
    store.close();
  }
}
