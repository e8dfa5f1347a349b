package io.github.embeddedkms;

import static io.github.embeddedkms.JmhSubject.jmh;
import static io.github.embeddedkms.Target.extra;
import static io.github.embeddedkms.Target.extraAtMost;
import static io.github.embeddedkms.Target.measuredByHand;
import static io.github.embeddedkms.Target.speedAtLeast;
import static io.github.embeddedkms.Target.timeAtMost;
import static io.github.embeddedkms.Target.timesAtMost;

import io.github.embeddedkms.awssdk.AwsSdkBenchmark;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the targets of performance, and prints each with its result. Every row compares a
 * subject with its floor or a peer in the same run.
 *
 * <p>{@code mvn test-compile exec:exec@targets -Dtargets.args="data key --quick"}; {@link
 * TargetOptions} has the options.
 */
public final class Targets {

  /** The targets, one line each. */
  static final List<Target> ROWS =
      List.of(
          timesAtMost(
              "GenerateDataKey, one thread ÷ floor",
              1.5,
              jmh(DataKeyBenchmark.class, "generateDataKey"),
              jmh(DataKeyBenchmark.class, "generateFloor")),
          timesAtMost(
              "GenerateDataKey, two threads ÷ floor",
              1.5,
              jmh(DataKeyBenchmark.class, "generateDataKeyTwoThreads"),
              jmh(DataKeyBenchmark.class, "generateFloorTwoThreads")),
          timesAtMost(
              "Decrypt, salt just seen, one thread ÷ floor",
              1.5,
              jmh(DataKeyBenchmark.class, "decrypt"),
              jmh(DataKeyBenchmark.class, "decryptFloor")),
          timesAtMost(
              "Decrypt, salt just seen, two threads ÷ floor",
              1.5,
              jmh(DataKeyBenchmark.class, "decryptTwoThreads"),
              jmh(DataKeyBenchmark.class, "decryptFloorTwoThreads")),
          timesAtMost(
              "Decrypt, other salts, one thread ÷ floor with a key schedule",
              1.5,
              jmh(DataKeyBenchmark.class, "decryptOtherSalt"),
              jmh(DataKeyBenchmark.class, "decryptOtherSaltFloor")),
          timesAtMost(
              "Decrypt, other salts, two threads ÷ floor with a key schedule",
              1.5,
              jmh(DataKeyBenchmark.class, "decryptOtherSaltTwoThreads"),
              jmh(DataKeyBenchmark.class, "decryptOtherSaltFloorTwoThreads")),
          timesAtMost(
              "GenerateDataKey on SQLite ÷ in memory",
              1.1,
              jmh(DataKeyBenchmark.class, "generateDataKeySqlite"),
              jmh(DataKeyBenchmark.class, "generateDataKey")),
          timesAtMost(
              "Decrypt on SQLite ÷ in memory",
              1.1,
              jmh(DataKeyBenchmark.class, "decryptSqlite"),
              jmh(DataKeyBenchmark.class, "decrypt")),
          timesAtMost(
              "GenerateDataKey under a key policy of ten statements ÷ the default policy",
              1.3,
              jmh(PolicyBenchmark.class, "tenStatementsPolicy"),
              jmh(PolicyBenchmark.class, "defaultPolicy")),
          timesAtMost(
              "SDK client ÷ over a canned answer",
              1.2,
              jmh(AwsSdkBenchmark.class, "generateDataKey"),
              jmh(AwsSdkBenchmark.class, "generateDataKeyFloor")),
          timesAtMost(
              "SDK client that signs ÷ over a canned answer",
              1.2,
              jmh(AwsSdkBenchmark.class, "generateDataKeySigned"),
              jmh(AwsSdkBenchmark.class, "generateDataKeySignedFloor")),
          timesAtMost(
              "asynchronous SDK client ÷ over a canned answer",
              1.2,
              jmh(AwsSdkBenchmark.class, "generateDataKeyAsync"),
              jmh(AwsSdkBenchmark.class, "generateDataKeyAsyncFloor")),
          speedAtLeast(
              "seal a stream, one thread ÷ JCE",
              0.9,
              jmh(EnvelopeBenchmark.class, "streamSeal"),
              jmh(EnvelopeBenchmark.class, "streamSealFloor")),
          speedAtLeast(
              "open a stream, one thread ÷ JCE",
              0.9,
              jmh(EnvelopeBenchmark.class, "streamOpen"),
              jmh(EnvelopeBenchmark.class, "streamOpenFloor")),
          speedAtLeast(
              "seal 1 MiB as bytes ÷ JCE",
              0.9,
              jmh(EnvelopeBenchmark.class, "bytesSeal"),
              jmh(EnvelopeBenchmark.class, "bytesSealFloor")),
          speedAtLeast(
              "open 1 MiB as bytes ÷ JCE",
              0.9,
              jmh(EnvelopeBenchmark.class, "bytesOpen"),
              jmh(EnvelopeBenchmark.class, "bytesOpenFloor")),
          speedAtLeast(
              "seal a file, two threads ÷ JCE",
              1.6,
              jmh(EnvelopeBenchmark.class, "fileSealTwoThreads"),
              jmh(EnvelopeBenchmark.class, "fileSealFloor")),
          speedAtLeast(
              "open a file, two threads ÷ JCE",
              1.6,
              jmh(EnvelopeBenchmark.class, "fileOpenTwoThreads"),
              jmh(EnvelopeBenchmark.class, "fileOpenFloor")),
          timesAtMost(
              "seal 1 KiB with the cache ÷ one HKDF and one GCM seal",
              2,
              jmh(EnvelopeBenchmark.class, "smallSealCached"),
              jmh(EnvelopeBenchmark.class, "smallSealFloor")),
          timesAtMost(
              "open 1 KiB with the cache ÷ one HKDF and one GCM open",
              2,
              jmh(EnvelopeBenchmark.class, "smallOpenCached"),
              jmh(EnvelopeBenchmark.class, "smallOpenFloor")),
          timeAtMost(
              "new provider, warm JVM", 1e-3, jmh(ProviderBenchmark.class, "createAndClose")),
          timesAtMost(
              "new providers on two threads ÷ on one",
              1.5,
              jmh(ProviderBenchmark.class, "createAndClose").threads(2),
              jmh(ProviderBenchmark.class, "createAndClose")),
          timeAtMost("reset() with 10,000 keys", 10e-3, jmh(ResetBenchmark.class, "reset")),
          extraAtMost(
              "first data key, fresh JVM − random bytes and one GCM seal",
              0.15,
              ColdStart.DATA_KEY,
              ColdStart.DATA_KEY_FLOOR),
          timesAtMost(
              "first SDK call through @EmbeddedKms ÷ over a canned answer",
              1.15,
              ColdStart.EMBEDDED_KMS,
              ColdStart.CANNED_TEST),
          timesAtMost(
              "first SDK call through AwsSdk.client ÷ over a canned answer",
              1.15,
              ColdStart.SDK_CLIENT,
              ColdStart.CANNED_SDK),
          extra(
              "--version of the command line − random bytes and one GCM seal",
              ColdStart.VERSION,
              ColdStart.DATA_KEY_FLOOR),
          extra(
              "list-keys of the command line − random bytes and one GCM seal",
              ColdStart.LIST_KEYS,
              ColdStart.DATA_KEY_FLOOR),
          timesAtMost(
              "open 100,000 keys, SQLite ÷ read the rows",
              2,
              jmh(StoreOpeningBenchmark.class, "open").with("specs", "symmetric"),
              jmh(StoreOpeningBenchmark.class, "readRows").with("specs", "symmetric")),
          timeAtMost(
              "open 100,000 keys, SQLite",
              2,
              jmh(StoreOpeningBenchmark.class, "open").with("specs", "symmetric")),
          timesAtMost(
              "CreateKey on SQLite ÷ one bare durable insert",
              2,
              jmh(CreateKeyBenchmark.class, "createKey").with("database", "sqlite"),
              jmh(CreateKeyBenchmark.class, "bareInsert").with("database", "sqlite")),
          timesAtMost(
              "look-up among 1,000,000 keys ÷ among 1,000",
              1.5,
              jmh(LookupBenchmark.class, "describeByAlias")
                  .with("keys", "1000000")
                  .with("storage", "memory"),
              jmh(LookupBenchmark.class, "describeByAlias")
                  .with("keys", "1000")
                  .with("storage", "memory")),
          speedAtLeast(
              "endpoint, 8 connections ÷ empty handler of its server",
              0.8,
              new EndpointSubject("/", 200),
              new EndpointSubject("/empty", 404)),
          measuredByHand("endpoint, 2 connections ÷ local-kms, wrk", 1.5),
          measuredByHand("endpoint, 8 connections ÷ local-kms, wrk", 1.5));

  private Targets() {}

  /**
   * Measures the targets.
   *
   * @param arguments see {@link TargetOptions}
   */
  public static void main(String[] arguments) {
    TargetOptions options;
    try {
      options = TargetOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("targets: " + e.getMessage());
      System.exit(2);
      return;
    }
    // Names have characters that the charset of a terminal may lack.
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    List<TargetResult> results = new ArrayList<>();
    for (Target target : ROWS) {
      if (options.rows().matcher(target.name()).find()) {
        TargetResult result = TargetResult.measure(target, options);
        out.println(result.text());
        results.add(result);
      }
    }
    out.println();
    out.print(TargetResult.markdown(results, options));
  }
}
