package io.github.embeddedkms.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.embeddedkms.CallbackClient;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class HeaderFuzzTest {

  private static final Envelope ENVELOPE =
      Envelope.builder(StubKms.returning(new byte[32])).key("x").maxAttempts(1).build();

  /** Tries every offline recipient, and gets no secret. */
  private static final Envelope OFFLINE =
      Envelope.builder(
              new CallbackClient(
                  request -> {
                    throw new InvalidCiphertextException();
                  }))
          .opensOffline("alias/x")
          .opensOffline("alias/x", "alias/y")
          .maxAttempts(1)
          .build();

  @FuzzTest
  void anyBytes_areRefusedOrReadAsAHeader_thatIsWrittenIdentically(byte[] input)
      throws IOException {
    try {
      HeaderInput in = new HeaderInput(new ByteArrayInputStream(input));
      Header header = Header.read(in);
      assertThat(header.toByteArray()).isEqualTo(Arrays.copyOf(input, in.count()));
    } catch (EnvelopeException e) {
      assertThat(e.getMessage()).startsWith("embedded-kms: ");
    }
    for (Envelope envelope : List.of(ENVELOPE, OFFLINE)) {
      try {
        envelope.open(input, EncryptionContext.none());
      } catch (EnvelopeException e) {
        assertThat(e).hasNoCause();
      }
    }
  }
}
