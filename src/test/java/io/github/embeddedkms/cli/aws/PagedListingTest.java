package io.github.embeddedkms.cli.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Listings over a service that has the numbers from 0 to 9, four on a page by default. */
class PagedListingTest {

  private final List<Map<String, Object>> requests = new ArrayList<>();

  private Map<String, Object> page(Map<String, Object> request) {
    requests.add(request);
    int limit = (Integer) request.getOrDefault("Limit", 4);
    int begin = Integer.parseInt((String) request.getOrDefault("Marker", "0"));
    int end = Math.min(10, begin + limit);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("Numbers", IntStream.range(begin, end).boxed().toList());
    if (end < 10) {
      answer.put("NextMarker", String.valueOf(end));
      answer.put("Truncated", true);
    }
    answer.put("Truncated", end < 10);
    return answer;
  }

  private Map<String, Object> merged(Number pageSize, Integer maxItems, String token) {
    return new PagedListing("Numbers", pageSize, maxItems, token)
        .merged(this::page, Map.of("A", "b"));
  }

  @Test
  void serverThatRepeatsItsMarker_isRefused() {
    assertThatThrownBy(
            () ->
                new PagedListing("Numbers", null, null, null)
                    .merged(
                        request ->
                            Map.of("Numbers", List.of(1), "NextMarker", "m", "Truncated", true),
                        Map.of()))
        .hasMessage("embedded-kms: the server repeats the same page of the listing\n");
  }

  @Test
  void pageThatIsNotTruncated_isTheLast_whateverItsMarker() {
    assertThat(
            new PagedListing("Numbers", null, null, null)
                .merged(
                    request -> Map.of("Numbers", List.of(1), "NextMarker", "m", "Truncated", false),
                    Map.of()))
        .isEqualTo(Map.of("Numbers", List.of(1)));
  }

  @Test
  void all_areMerged_withoutMarkers() {
    assertThat(merged(null, null, null))
        .isEqualTo(Map.of("Numbers", IntStream.range(0, 10).boxed().toList()));
    assertThat(requests)
        .containsExactly(
            Map.of("A", "b"), Map.of("A", "b", "Marker", "4"), Map.of("A", "b", "Marker", "8"));
  }

  @Test
  void pageSize_isRequested() {
    merged(9, null, null);
    assertThat(requests)
        .containsExactly(Map.of("A", "b", "Limit", 9), Map.of("A", "b", "Limit", 9, "Marker", "9"));
  }

  @ParameterizedTest
  // The tokens are what version 2 of the AWS CLI prints in the same places.
  @CsvSource({
    "0, eyJNYXJrZXIiOiBudWxsLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiAwfQ==",
    "1, eyJNYXJrZXIiOiBudWxsLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiAxfQ==",
    "4, eyJNYXJrZXIiOiAiNCJ9",
    "5, eyJNYXJrZXIiOiAiNCIsICJib3RvX3RydW5jYXRlX2Ftb3VudCI6IDF9"
  })
  void token_goesOnWhereThePageEnded(int maxItems, String token) {
    Map<String, Object> first = merged(null, maxItems, null);
    assertThat(first)
        .containsEntry("Numbers", IntStream.range(0, maxItems).boxed().toList())
        .containsEntry("NextToken", token);
    assertThat(merged(null, null, token))
        .isEqualTo(Map.of("Numbers", IntStream.range(maxItems, 10).boxed().toList()));
  }

  @Test
  void tokens_oneAfterTheOther_showEverythingOnce() {
    List<Object> shown = new ArrayList<>();
    String token = null;
    do {
      Map<String, Object> answer = merged(null, 1, token);
      shown.addAll((List<?>) answer.get("Numbers"));
      token = (String) answer.get("NextToken");
    } while (token != null);
    assertThat(shown).isEqualTo(IntStream.range(0, 10).boxed().toList());
  }

  @Test
  void token_invalid_isPassedToTheService() {
    new PagedListing("Numbers", null, null, "8").merged(this::page, Map.of());
    assertThat(requests).containsExactly(Map.of("Marker", "8"));
  }

  @Test
  void lines_comePageByPage_andTheTokenLast() {
    List<Map<String, Object>> printed = new ArrayList<>();
    new PagedListing("Numbers", null, 5, null).eachPage(this::page, Map.of(), printed::add);
    String token = "eyJNYXJrZXIiOiAiNCIsICJib3RvX3RydW5jYXRlX2Ftb3VudCI6IDF9";
    assertThat(printed)
        .containsExactly(
            Map.of("Numbers", List.of(0, 1, 2, 3)),
            Map.of("Numbers", List.of(4)),
            Map.of("NextToken", Map.of("NextToken", token)));
  }

  @Test
  void wholePages_keepTheirMarkers_andHaveNoToken() {
    List<Map<String, Object>> printed = new ArrayList<>();
    new PagedListing("Numbers", null, 5, null).forEach(this::page, Map.of(), printed::add);
    assertThat(printed)
        .containsExactly(
            Map.of("Numbers", List.of(0, 1, 2, 3), "NextMarker", "4", "Truncated", true),
            Map.of("Numbers", List.of(4), "NextMarker", "8", "Truncated", true));
  }

  @ParameterizedTest
  // The form that tokens had before they were JSON; anything else is a marker.
  @CsvSource({"None, 0, ''", "None___3, 3, ''", "4___1, 5, 4", "8, 8, 8"})
  void token_ofTheOldForm_isTaken(String token, int first, String marker) {
    assertThat(merged(null, 1, token)).containsEntry("Numbers", List.of(first));
    assertThat(requests)
        .containsExactly(marker.isEmpty() ? Map.of("A", "b") : Map.of("A", "b", "Marker", marker));
  }

  @Test
  void token_withAnotherMember_isRefusedInTheWordsOfTheAwsCli() {
    String token =
        Base64.getEncoder().encodeToString("{\"Foo\": \"x\"}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> merged(null, null, token))
        .hasMessage(
            """

            Parameter validation failed:
            Unknown parameter in input: "Foo", must be one of: Limit, Marker
            """);
    assertThat(requests).isEmpty();
  }
}
