package io.github.embeddedkms.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.cli.CommandInProcess;
import io.github.embeddedkms.cli.ExecutableJar;
import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.cli.ExecutableJar.Server;
import io.github.embeddedkms.cli.aws.CommandNames;
import io.github.embeddedkms.json.JsonTree;
import io.github.embeddedkms.operation.OperationType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A table of invocations, each run by version 2 of the AWS CLI over {@code serve} and by our own
 * command: exit code, output and kind of error must be the same. Several run at once; the two
 * programs have equal stores, so that none sees what another changes.
 */
@Tag("interop")
class AwsCliTableIT {

  private static final Path TABLE = Path.of("src/test/resources/interop/aws-cli-invocations.txt");

  /** What a release of the AWS CLI may not know, each with the reason. */
  private static final Path EXCLUDED = Path.of("src/test/resources/interop/aws-cli-excluded.txt");

  private static final Pattern DATE =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+\\+00:00");

  private static final long LIMIT_IN_MINUTES = 5;

  @TempDir private static Path folder;

  private static final ExecutorService PROCESSES =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

  private static final Map<String, Future<Ended>> EXPECTED = new LinkedHashMap<>();
  private static final Set<String> KNOWN = new HashSet<>();

  private static EqualStores stores;
  private static Server server;
  private static Path aws;

  @BeforeAll
  static void startAll() throws Exception {
    aws = PreloadedAwsCli.of(Machine.commandLineVersion2());
    stores = EqualStores.create(folder);
    server = ExecutableJar.serve(settingsOf(1), List.of());
    KNOWN.addAll(stores.values().values());
    rows().forEach(row -> EXPECTED.put(row.id(), PROCESSES.submit(() -> runAws(row))));
    // The keys of both have the same dates, which are to be printed alike.
    for (String region : List.of("us-east-1", "us-west-2")) {
      String aliases = runOurs("list-aliases", "--region", region).out();
      DATE.matcher(aliases).results().map(MatchResult::group).forEach(KNOWN::add);
    }
    String key = runOurs("describe-key", "--key-id", "alias/one").out();
    DATE.matcher(key).results().map(MatchResult::group).forEach(KNOWN::add);
  }

  @AfterAll
  static void stopAll() {
    PROCESSES.shutdownNow();
    if (server != null) {
      server.close();
    }
  }

  private static Map<String, String> settingsOf(int store) {
    return Map.of(
        "EMBEDDED_KMS_STORE",
        stores.store(store).toString(),
        "EMBEDDED_KMS_ROOT_KEY_FILE",
        stores.rootKey().toString(),
        "TZ",
        "UTC",
        "LC_ALL",
        "C.UTF-8");
  }

  static List<Invocation> rows() throws IOException {
    return Invocation.readAll(TABLE);
  }

  private static Map<String, String> excluded() throws IOException {
    Map<String, String> reasons = new TreeMap<>();
    for (String line : Files.readAllLines(EXCLUDED)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] parts = line.split(": ", 2);
        reasons.put(parts[0], parts[1]);
      }
    }
    return reasons;
  }

  private static Ended runAws(Invocation row) throws Exception {
    return runAws(row.environment(), row.with(stores.values()).words());
  }

  private static Ended runAws(Map<String, String> environment, List<String> words)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(aws.toString()));
    // Named by an option: Debian's release is older than AWS_ENDPOINT_URL_KMS.
    command.addAll(List.of("--endpoint-url", server.url().toString(), "kms"));
    command.addAll(words);
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    ProcessBuilder process =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    process.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    process.environment().putAll(credentials());
    process.environment().putAll(settingsOf(1));
    process.environment().putAll(environment);
    Process running = process.start();
    try {
      assertThat(running.waitFor(LIMIT_IN_MINUTES, TimeUnit.MINUTES)).as("%s ends", words).isTrue();
    } finally {
      running.destroyForcibly();
    }
    return new Ended(running.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static Map<String, String> credentials() {
    Map<String, String> settings = new HashMap<>();
    settings.put("AWS_ACCESS_KEY_ID", EqualStores.ACCOUNT);
    settings.put("AWS_SECRET_ACCESS_KEY", "a secret of the tests");
    settings.put("AWS_DEFAULT_REGION", "us-east-1");
    settings.put("AWS_CONFIG_FILE", folder.resolve("no-configuration").toString());
    settings.put("AWS_SHARED_CREDENTIALS_FILE", folder.resolve("no-credentials").toString());
    settings.put("NO_PROXY", "127.0.0.1");
    return settings;
  }

  /** In this process, with the account, the Region and the store as options. */
  private static Ended runOurs(String... words) {
    List<String> command = new ArrayList<>(List.of(words));
    command.addAll(
        1,
        List.of(
            "--region",
            "us-east-1",
            "--account",
            EqualStores.ACCOUNT,
            "--store",
            stores.store(2).toString(),
            "--root-key-file",
            stores.rootKey().toString()));
    return CommandInProcess.run(command.toArray(String[]::new));
  }

  /** A process of its own, if it reads variables. */
  private static Ended runOurs(Invocation row) throws Exception {
    List<String> words = new ArrayList<>(row.with(stores.values()).words());
    if (row.environment().isEmpty()) {
      return runOurs(words.toArray(String[]::new));
    }
    Map<String, String> environment = new HashMap<>(settingsOf(2));
    environment.putAll(row.environment());
    words.addAll(1, List.of("--account", EqualStores.ACCOUNT));
    return ExecutableJar.run(environment, words.toArray(String[]::new));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void invocation_hasTheSameOutcome(Invocation row) throws Exception {
    Set<String> newer = excluded().keySet();
    Ended aws = EXPECTED.get(row.id()).get();
    Ended ours = runOurs(row);
    assertThat(Outcome.of(ours, row.format(), KNOWN, newer))
        .as("%s%n%nThe AWS CLI: %s%n%nOurs: %s%n", row.with(stores.values()).words(), aws, ours)
        .isEqualTo(Outcome.of(aws, row.format(), KNOWN, newer));
  }

  @Test
  void table_hasAtLeast190Invocations_withDifferentNames_andEveryOperation() throws Exception {
    assertThat(rows()).hasSizeGreaterThanOrEqualTo(190);
    assertThat(rows().stream().map(Invocation::id)).doesNotHaveDuplicates();
    assertThat(rows().stream().map(row -> row.words().get(0)))
        .containsAll(
            CommandNames.operations().stream()
                .filter(operation -> !isExcluded(operation))
                .map(CommandNames::command)
                .toList());
  }

  private static boolean isExcluded(OperationType operation) {
    try {
      return excluded().containsKey(operation.operationName());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Otherwise the list of exclusions could hide what the AWS CLI has. */
  @Test
  void exclusions_areAllThatTheAwsCliDoesNotKnow() throws Exception {
    Map<OperationType, Future<Ended>> skeletons = new LinkedHashMap<>();
    for (OperationType operation : CommandNames.operations()) {
      List<String> words = List.of(CommandNames.command(operation), "--generate-cli-skeleton");
      skeletons.put(operation, PROCESSES.submit(() -> runAws(Map.of(), words)));
    }
    Set<String> unknown = new HashSet<>();
    Set<String> ofTheAwsCli = new HashSet<>();
    for (Map.Entry<OperationType, Future<Ended>> skeleton : skeletons.entrySet()) {
      OperationType operation = skeleton.getKey();
      Ended known = skeleton.getValue().get();
      if (known.exitCode() == 0) {
        Set<String> members = new HashSet<>(membersOf(ours(operation)));
        members.removeAll(membersOf(known));
        ofTheAwsCli.addAll(membersOf(known));
        unknown.addAll(members);
      } else {
        unknown.add(operation.operationName());
      }
    }
    assertThat(excluded().keySet()).containsAll(unknown).doesNotContainAnyElementsOf(ofTheAwsCli);
    assertThat(excluded().values()).noneMatch(String::isBlank);
  }

  private static Ended ours(OperationType operation) {
    return runOurs(CommandNames.command(operation), "--generate-cli-skeleton");
  }

  private static Set<String> membersOf(Ended skeleton) {
    return ((Map<?, ?>) JsonTree.read(skeleton.out()))
        .keySet().stream().map(String::valueOf).collect(Collectors.toSet());
  }
}
