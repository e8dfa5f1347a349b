package io.github.embeddedkms.cli.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.json.JsonRecords;
import io.github.embeddedkms.operation.DescribeKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownResponseTest {

  @ParameterizedTest
  // The fraction as version 2 of the AWS CLI prints it; the rest depends on the time zone.
  @CsvSource({"1767225600.25, \\.250000", "1767225600, ''", "1767225600.0, ''", "0.001, \\.001000"})
  void timestamp_isPrintedAsADate(String seconds, String fraction) {
    String json = "{\"KeyMetadata\":{\"CreationDate\":" + seconds + "}}";
    Map<String, Object> answer =
        ShownResponse.of(
            JsonRecords.readStrictly(
                DescribeKey.Response.class, json.getBytes(StandardCharsets.UTF_8)));
    String date = (String) ((Map<?, ?>) answer.get("KeyMetadata")).get("CreationDate");
    assertThat(date)
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d" + fraction + "[+-]\\d\\d:\\d\\d");
    assertThat(OffsetDateTime.parse(date).toInstant())
        .isEqualTo(Instant.ofEpochMilli(Math.round(Double.parseDouble(seconds) * 1000)));
  }
}
