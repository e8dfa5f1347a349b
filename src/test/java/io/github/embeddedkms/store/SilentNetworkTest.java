package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.fixture.SilentNetwork;
import io.github.embeddedkms.store.fixture.SilentNetwork.Lost;
import io.github.embeddedkms.store.process.Contents;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The network to PostgreSQL loses what is sent and reports no error. An affected call ends by its
 * timeout, and what it leaves on the server does not block other nodes for long.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SilentNetworkTest {

  private static final String NO_ANSWER =
      "embedded-kms: the store's database did not answer in time";

  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** Far longer than the timeout, on any machine. */
  private static final int LIMIT_SECONDS = 30;

  /** A call that hangs in a socket cannot be interrupted, and must not keep the JVM running. */
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
          });

  private TestDatabase database;
  private PGSimpleDataSource source;
  private SilentNetwork network;

  @BeforeEach
  void startNetwork() throws SQLException, IOException {
    database = TestDatabase.postgres();
    source = new PGSimpleDataSource();
    source.setUrl(database.url());
    network = new SilentNetwork(source.getPortNumbers()[0]);
    source.setPortNumbers(new int[] {network.port()});
  }

  @AfterEach
  void endNetwork() {
    network.close();
    threads.shutdownNow();
  }

  private FaultedStorage open() {
    return new FaultedStorage(
        database,
        SealedKeyStorage.builder(source).maximumStaleness(Duration.ZERO).timeout(TIMEOUT));
  }

  @ParameterizedTest
  @CsvSource({
    "READ ONLY, REQUEST",
    "READ ONLY, ANSWER",
    "FROM kms_store, REQUEST",
    "FROM kms_store, ANSWER",
    "COMMIT, REQUEST",
    "COMMIT, ANSWER"
  })
  void read_networkSilent_timesOut_andNextReadWorks(String words, Lost lost) throws Exception {
    try (FaultedStorage node = open()) {
      Contents before = node.stored();
      network.loseAt(words, lost);
      assertThat(failure(node::key))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessage(NO_ANSWER);
      assertThat(network.hasLost()).isTrue();
      assertThat(Contents.of(node.storage())).isEqualTo(before);
      node.assertWorksAgain(before);
    }
  }

  /** The server still holds the head's lock for a client that it believes to be connected. */
  @ParameterizedTest
  @CsvSource({
    "READ WRITE, REQUEST",
    "FOR UPDATE, REQUEST",
    "FOR UPDATE, ANSWER",
    "UPDATE kms_store, REQUEST",
    "UPDATE kms_store, ANSWER",
    "COMMIT, REQUEST",
    "COMMIT, ANSWER"
  })
  void change_networkSilent_isAppliedCompletelyOrNotAtAll_andNextWorks(String words, Lost lost)
      throws Exception {
    try (FaultedStorage node = open()) {
      Contents before = node.stored();
      Contents after = before.after("create other");
      Change change = Change.put(FaultedStorage.key("other"));
      network.loseAt(words, lost);
      assertThat(failure(() -> node.storage().apply(change)))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessage(NO_ANSWER);
      assertThat(network.hasLost()).isTrue();
      boolean committed = words.equals("COMMIT") && lost == Lost.ANSWER;
      node.assertWorksAgain(committed ? after : before);
    }
  }

  @ParameterizedTest
  @CsvSource({"pg_advisory_xact_lock, ANSWER", "INSERT INTO kms_store, REQUEST"})
  void open_networkSilent_nextOpenCreatesTheStore(String words, Lost lost) throws Exception {
    network.loseAt(words, lost);
    assertThat(failure(() -> builder(source).open()))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessage(NO_ANSWER);
    assertThat(network.hasLost()).isTrue();
    try (SealedKeyStorage storage = builder(database.dataSource()).open()) {
      assertThat(Contents.of(storage)).isEqualTo(Contents.NOTHING);
    }
  }

  private static SealedKeyStorageBuilder builder(DataSource connections) {
    return SealedKeyStorage.builder(connections)
        .rootKey(RootKey.unsealedForTests())
        .timeout(TIMEOUT);
  }

  @Test
  void call_allConnectionsSilent_timesOut_andLaterCallsWork() throws Exception {
    // The owner of the data source has to limit how long connecting takes.
    source.setSocketTimeout(1);
    try (FaultedStorage node = open()) {
      Contents before = node.stored();
      Change change = Change.put(FaultedStorage.key("other"));
      network.fallSilent();
      for (Callable<?> call : List.<Callable<?>>of(node::key, () -> node.storage().apply(change))) {
        assertThat(failure(call))
            .isInstanceOf(StoreUnavailableException.class)
            .hasMessage(NO_ANSWER);
      }
      network.recover();
      node.assertWorksAgain(before);
    }
  }

  private Throwable failure(Callable<?> call) throws Exception {
    Future<?> result = threads.submit(call);
    try {
      return new AssertionError(
          "the call succeeded: " + result.get(LIMIT_SECONDS, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }
}
