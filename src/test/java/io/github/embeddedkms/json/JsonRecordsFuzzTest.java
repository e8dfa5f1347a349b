package io.github.embeddedkms.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.embeddedkms.FuzzedRequest;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class JsonRecordsFuzzTest {

  @FuzzTest
  void anyText_isReadOrRefused_andWhatWasReadComesBack(byte[] input) {
    FuzzedRequest request = FuzzedRequest.of(input);
    Class<? extends Record> type = request.type();
    Record record;
    try {
      record = JsonRecords.read(type, request.body()).record();
    } catch (JsonException e) {
      assertThat(e.getMessage()).isNotEmpty();
      return;
    }
    byte[] written = JsonRecords.write(record);
    JsonRecords.Read<? extends Record> again = JsonRecords.read(type, written);
    assertThat(again.record()).as(new String(written, UTF_8)).isEqualTo(record);
    assertThat(again.unknownValues()).isEmpty();
    assertThat(JsonRecords.write(again.record())).isEqualTo(written);
  }
}
