package io.github.embeddedkms.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class HeaderFuzzTest {

  private static final Envelope ENVELOPE =
      Envelope.builder(StubKms.returning(new byte[32])).key("x").maxAttempts(1).build();

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
    try {
      ENVELOPE.open(input, EncryptionContext.none());
    } catch (EnvelopeException e) {
      assertThat(e).hasNoCause();
    }
  }
}
