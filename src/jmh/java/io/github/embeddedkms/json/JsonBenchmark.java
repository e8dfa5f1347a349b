package io.github.embeddedkms.json;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.operation.GenerateDataKey;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The JSON of one GenerateDataKey: reading the request, compared with reading its tokens by Gson
 * alone; and writing the response, compared with Gson's writer and the same strings, where base64
 * is not part of the work.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(5)
public class JsonBenchmark {

  private byte[] request;
  private GenerateDataKey.Response response;

  /** The names and values of the response, in base64 already. */
  private String[] members;

  @Setup
  public void setUp() {
    try (LocalKeyProvider provider = LocalKeyProvider.inMemory()) {
      String keyId = provider.createKey(b -> {}).keyMetadata().keyId();
      request =
          ("{\"KeyId\":\"" + keyId + "\",\"KeySpec\":\"AES_256\"}")
              .getBytes(StandardCharsets.US_ASCII);
      response = provider.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_256));
    }
    Base64.Encoder base64 = Base64.getEncoder();
    members =
        new String[] {
          "CiphertextBlob",
          base64.encodeToString(response.ciphertextBlob().asByteArray()),
          "Plaintext",
          base64.encodeToString(response.plaintext().asByteArray()),
          "KeyId",
          response.keyId(),
          "KeyMaterialId",
          response.keyMaterialId()
        };
  }

  @Benchmark
  public Object readRequest() {
    return JsonRecords.read(GenerateDataKey.class, request);
  }

  @Benchmark
  public int readRequestFloor() throws IOException {
    JsonReader in =
        new JsonReader(new StringReader(new String(request, StandardCharsets.US_ASCII)));
    in.setStrictness(Strictness.STRICT);
    int length = 0;
    in.beginObject();
    while (in.hasNext()) {
      length += in.nextName().length() + in.nextString().length();
    }
    in.endObject();
    return in.peek() == JsonToken.END_DOCUMENT ? length : -1;
  }

  @Benchmark
  public byte[] writeResponse() {
    return JsonRecords.write(response);
  }

  @Benchmark
  public byte[] writeResponseFloor() throws IOException {
    StringWriter text = new StringWriter(512);
    try (JsonWriter out = new JsonWriter(text)) {
      out.beginObject();
      for (int i = 0; i < members.length; i += 2) {
        out.name(members[i]).value(members[i + 1]);
      }
      out.endObject();
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
