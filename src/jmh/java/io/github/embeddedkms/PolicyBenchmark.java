package io.github.embeddedkms;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A data key under a key policy of ten statements, five of which have a condition, compared with
 * one under the default policy. The statement that allows the call is the last one.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(5)
public class PolicyBenchmark {

  private static final String ACCOUNT = "arn:aws:iam::" + LocalKeyProvider.DEFAULT_ACCOUNT + ":";
  private static final String ALICE = ACCOUNT + "user/alice";

  private LocalKeyProvider kms;
  private KmsClient alice;
  private GenerateDataKey underDefault;
  private GenerateDataKey underTenStatements;

  /** Creates the two keys. */
  @Setup
  public void create() {
    kms = LocalKeyProvider.inMemory();
    alice = kms.client(kms.defaultCaller().actingAs(ALICE));
    underDefault = request(kms.createKey(key -> {}).keyMetadata().keyId());
    underTenStatements =
        request(kms.createKey(key -> key.policy(tenStatements())).keyMetadata().keyId());
  }

  /** Closes the provider. */
  @TearDown
  public void close() {
    kms.close();
  }

  private static GenerateDataKey request(String keyId) {
    return GenerateDataKeyBuilder.builder()
        .keyId(keyId)
        .keySpec(DataKeySpec.AES_256)
        .encryptionContext(Map.of("tenant", "acme", "table", "orders"))
        .build();
  }

  private static String tenStatements() {
    String conditions =
        """
        "StringNotEquals":{"kms:EncryptionContext:tenant":["acme","globex"]}
        "Bool":{"aws:SecureTransport":"false"}
        "StringLike":{"kms:ViaService":"s3.*.amazonaws.com"}
        "ForAllValues:StringEquals":{"kms:EncryptionContextKeys":["tenant","table"]}
        """;
    List<String> statements = new ArrayList<>();
    statements.add(statement("Allow", ACCOUNT + "root", "kms:PutKeyPolicy", ""));
    for (String user : List.of("bob", "carol", "dave", "eve")) {
      statements.add(statement("Allow", ACCOUNT + "user/" + user, "kms:Decrypt", ""));
    }
    String[] each = conditions.strip().split("\n", -1);
    statements.add(statement("Deny", "*", "kms:GenerateDataKey*", each[0]));
    statements.add(statement("Deny", "*", "kms:*", each[1]));
    statements.add(statement("Allow", ALICE, "kms:GenerateDataKey", each[2]));
    statements.add(statement("Allow", ALICE, "kms:GenerateDataKey", each[2]));
    statements.add(statement("Allow", ALICE, "kms:GenerateDataKey*", each[3]));
    return "{\"Version\":\"2012-10-17\",\"Statement\":[" + String.join(",", statements) + "]}";
  }

  private static String statement(
      String effect, String principal, String action, String condition) {
    return """
    {"Effect":"%s","Principal":{"AWS":"%s"},"Action":"%s","Resource":"*"%s}\
    """
        .formatted(
            effect,
            principal,
            action,
            condition.isEmpty() ? "" : ",\"Condition\":{" + condition + "}");
  }

  /** Generates a data key under the default policy. */
  @Benchmark
  public GenerateDataKey.Response defaultPolicy() {
    return alice.call(underDefault);
  }

  /** Generates one under a policy of ten statements. */
  @Benchmark
  public GenerateDataKey.Response tenStatementsPolicy() {
    return alice.call(underTenStatements);
  }
}
