package app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;

/** As much of Amazon DynamoDB as a test needs: it stores one item, and returns it. */
final class Table implements SdkHttpClient {

  /** The item is the last or the next to last member, and has no object after it. */
  private static final Pattern ITEM = Pattern.compile("\"Item\":(\\{.*\\})");

  private String item;

  /** The item as it was sent, in JSON. */
  String item() {
    return item;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        String body =
            new String(
                request.contentStreamProvider().orElseThrow().newStream().readAllBytes(), UTF_8);
        String operation = request.httpRequest().firstMatchingHeader("X-Amz-Target").orElseThrow();
        return switch (operation) {
          case "DynamoDB_20120810.PutItem" -> {
            Matcher found = ITEM.matcher(body);
            found.find();
            String sent = found.group(1);
            item = sent.substring(0, sent.length() - 1);
            yield response("{}");
          }
          case "DynamoDB_20120810.GetItem" -> response("{\"Item\":" + item + "}");
          default -> throw new UnsupportedOperationException(operation);
        };
      }

      @Override
      public void abort() {}
    };
  }

  private static HttpExecuteResponse response(String json) {
    return HttpExecuteResponse.builder()
        .response(SdkHttpResponse.builder().statusCode(200).build())
        .responseBody(AbortableInputStream.create(new ByteArrayInputStream(json.getBytes(UTF_8))))
        .build();
  }

  @Override
  public void close() {}
}
