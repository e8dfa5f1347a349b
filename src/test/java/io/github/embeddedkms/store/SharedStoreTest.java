package io.github.embeddedkms.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.SharedStoreWorker.Done;
import io.github.embeddedkms.store.fixture.IndependentStoreReader;
import io.github.embeddedkms.store.fixture.TestPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several nodes, in this process and in others, create a store at the same time and change the same
 * few keys and aliases. Every acknowledged change is there, and all nodes see the same contents.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SharedStoreTest {

  @TempDir Path directory;

  /** A node, in this process or another. */
  private interface Node {
    Done work() throws Exception;

    /** Returns what the node sees, after all nodes have finished their work. */
    String state() throws Exception;
  }

  /** A worker in this process. */
  private static final class InThisProcess implements Node, AutoCloseable {

    private final String place;
    private final int seed;
    private final int rounds;
    private SharedStoreWorker worker;

    InThisProcess(String place, int seed, int rounds) {
      this.place = place;
      this.seed = seed;
      this.rounds = rounds;
    }

    @Override
    public Done work() {
      worker = new SharedStoreWorker(place, seed);
      return worker.work(rounds);
    }

    @Override
    public String state() {
      return worker.state();
    }

    @Override
    public void close() {
      if (worker != null) {
        worker.close();
      }
    }
  }

  /** A worker in its own process, which has started and waits. */
  private static final class InAnotherProcess implements Node, AutoCloseable {

    private final Process process;
    private final BufferedReader out;
    private final PrintStream in;

    InAnotherProcess(String place, int seed, int rounds) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-XX:TieredStopAtLevel=1",
                  "--class-path",
                  System.getProperty("java.class.path"),
                  SharedStoreWorker.class.getName(),
                  place,
                  Integer.toString(seed),
                  Integer.toString(rounds))
              .redirectError(Redirect.INHERIT)
              .start();
      out = process.inputReader(UTF_8);
      in = new PrintStream(process.getOutputStream(), true, UTF_8);
      assertThat(out.readLine()).isEqualTo("ready");
    }

    @Override
    public Done work() throws IOException {
      in.println();
      String[] done = out.readLine().split(" ", -1);
      return new Done(Integer.parseInt(done[0]), Integer.parseInt(done[1]));
    }

    @Override
    public String state() throws Exception {
      in.println();
      String state = out.readLine();
      assertThat(process.waitFor()).isZero();
      return state;
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  @Test
  void file_changedByProcesses_keepsAcknowledgedChanges_andAllSeeTheSame() throws Exception {
    String place = directory.resolve("keys.db").toString();
    try (InAnotherProcess one = new InAnotherProcess(place, 1, 150);
        InAnotherProcess other = new InAnotherProcess(place, 2, 150);
        InThisProcess third = new InThisProcess(place, 3, 150)) {
      changeAtOnce(place, List.of(one, other, third));
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + place)) {
      assertConsistent(connection);
    }
  }

  @Test
  void server_changedByNodes_keepsAcknowledgedChanges_andAllSeeTheSame() throws Exception {
    String place = TestPostgres.url(TestPostgres.shared().newDatabase());
    try (InAnotherProcess one = new InAnotherProcess(place, 4, 60);
        InThisProcess other = new InThisProcess(place, 5, 60);
        InThisProcess third = new InThisProcess(place, 6, 60)) {
      changeAtOnce(place, List.of(one, other, third));
    }
    try (Connection connection = DriverManager.getConnection(place)) {
      assertConsistent(connection);
    }
  }

  private static void changeAtOnce(String place, List<Node> nodes) throws Exception {
    int changes = 0;
    int counted = 0;
    ExecutorService threads = Executors.newFixedThreadPool(nodes.size());
    try {
      List<Future<Done>> working = new ArrayList<>();
      nodes.forEach(node -> working.add(threads.submit(node::work)));
      for (Future<Done> done : working) {
        changes += done.get().changes();
        counted += done.get().counted();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(counted).isPositive();
    try (SharedStoreWorker last = new SharedStoreWorker(place, 0)) {
      // Two changes that did not see each other would have the same sequence.
      assertThat(last.sequence()).isEqualTo(changes);
      assertThat(last.counter()).isEqualTo(counted);
      for (Node node : nodes) {
        assertThat(node.state()).isEqualTo(last.state());
      }
    }
  }

  private static void assertConsistent(Connection connection) throws Exception {
    IndependentStoreReader reader =
        IndependentStoreReader.read(connection, 1, parameters -> new byte[32]);
    assertThat(reader.documents()).isNotEmpty();
    assertThat(reader.tombstones()).as("keys and aliases that were deleted").isPositive();
    reader
        .documents()
        .forEach(
            (name, document) -> {
              if (name.contains("/alias/") && !name.endsWith("/alias/counter")) {
                String scope = name.substring(0, name.indexOf("/alias/") + 1);
                assertThat(reader.documents())
                    .containsKey(scope + document.get("TargetKeyId").getAsString());
              }
            });
  }
}
