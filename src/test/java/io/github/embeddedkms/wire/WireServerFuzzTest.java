package io.github.embeddedkms.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.embeddedkms.FuzzedRequest;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class WireServerFuzzTest {

  @FuzzTest
  void anyRequest_hasADocumentedAnswer(byte[] input) {
    FuzzedRequest request = FuzzedRequest.of(input);
    try (AnswerContract contract = AnswerContract.overNamedKeys()) {
      contract.check(request.target(), request.body());
    }
  }
}
