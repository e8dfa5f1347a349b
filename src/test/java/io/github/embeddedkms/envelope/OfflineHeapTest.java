package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.CallbackClient;
import io.github.embeddedkms.HeapDump;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decapsulate;
import io.github.embeddedkms.operation.DeriveSharedSecret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A heap dump shows neither the secrets nor the data key of an offline recipient after its use. */
@Tag("thorough")
class OfflineHeapTest {

  @TempDir private Path folder;

  @Test
  void sealAndOpen_heapShowsNoSecretAfterwards() throws Exception {
    List<byte[]> masked = new ArrayList<>();
    try (OfflineFixture fixture = new OfflineFixture()) {
      KmsClient watching =
          new CallbackClient(
              request -> {
                Object response = fixture.provider.call(request);
                if (response instanceof Decapsulate.Response opened) {
                  masked.add(masked(opened.sharedSecret()));
                } else if (response instanceof DeriveSharedSecret.Response derived) {
                  masked.add(masked(derived.sharedSecret()));
                }
                return response;
              });
      OfflineFixture.Keys keys = fixture.keys(RecipientKind.ML_KEM_768_P256);
      Envelope writer = fixture.writer(RecipientKind.ML_KEM_768_P256);
      byte[] sealed = writer.seal(data(100), CONTEXT);
      Envelope reader = keys.opening(Envelope.builder(watching)).build();
      assertThat(reader.open(sealed, CONTEXT)).isEqualTo(data(100));
      // Both secrets, and the data key of the message, while writer and reader are in use.
      assertThat(masked).hasSize(2);
      masked.add(dataKeyOf(fixture, keys, sealed));
      for (byte[] each : masked) {
        assertThat(HeapDump.shows(each, folder)).isFalse();
      }
      assertThat(writer.seal(data(1), CONTEXT)).isNotEmpty();
      assertThat(reader.open(sealed, CONTEXT)).isNotEmpty();
    }
  }

  private static byte[] masked(SecretBytes secret) {
    byte[] bytes = secret.asByteArray();
    byte[] masked = HeapDump.masked(bytes);
    java.util.Arrays.fill(bytes, (byte) 0);
    return masked;
  }

  private static byte[] dataKeyOf(OfflineFixture fixture, OfflineFixture.Keys keys, byte[] sealed) {
    Recipient recipient = Messages.prefix(sealed).recipients().get(0);
    DataKeyService service = new DataKeyService(fixture.provider);
    TrustedKeys.Attempt attempt = new TrustedKeys.Attempt(recipient, keys.arn(), keys.curveArn());
    try (DataKey dataKey = service.openOffline(attempt, CONTEXT)) {
      return masked(dataKey.secret());
    }
  }
}
