package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.store.fixture.Intercepted;
import io.github.embeddedkms.store.process.Contents;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A user's pool gets back all its PostgreSQL connections, with their settings restored. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PooledConnectionsTest {

  private static final int POOLS_NETWORK_TIMEOUT = 7_654;
  private static final String UNUSABLE = "embedded-kms: the store's database cannot be used";

  private TestDatabase database;

  @BeforeEach
  void chooseSchema() throws SQLException {
    database = TestDatabase.postgres();
  }

  /** A pool with its own settings, which lends a new connection each time. */
  private static final class Pool {

    private final DataSource source;
    private final boolean autoCommit;
    private final List<Lent> all = new ArrayList<>();
    private boolean failing;

    Pool(TestDatabase database, boolean autoCommit) {
      this.source = database.dataSource();
      this.autoCommit = autoCommit;
    }

    DataSource dataSource() {
      return Intercepted.of(
          DataSource.class,
          (proxy, method, arguments) -> {
            Connection connection = (Connection) Intercepted.call(source, method, arguments);
            connection.setAutoCommit(autoCommit);
            connection.setNetworkTimeout(Runnable::run, POOLS_NETWORK_TIMEOUT);
            Lent lent = new Lent(connection, failing);
            all.add(lent);
            return Intercepted.of(
                Connection.class, (itself, called, parameters) -> lent.call(called, parameters));
          });
    }

    /** From now on, lent connections fail at their commit, and then their cleanup fails too. */
    void fail() {
      failing = true;
      all.clear();
    }

    List<String> states() {
      return all.stream().map(lent -> lent.state).toList();
    }
  }

  /** A connection that the pool has lent. */
  private static final class Lent {

    private final Connection connection;
    private boolean failing;
    private Error error;
    private int cleanups;
    private String state = "lent";

    Lent(Connection connection, boolean failing) {
      this.connection = connection;
      this.failing = failing;
    }

    Object call(Method method, Object[] arguments) throws Throwable {
      switch (method.getName()) {
        case "commit" -> failIfFailing();
        case "abort", "rollback" -> {
          cleanups++;
          failIfFailing();
        }
        case "close" -> noteReturn();
        default -> {}
      }
      return Intercepted.call(connection, method, arguments);
    }

    private void failIfFailing() throws SQLException {
      if (error != null) {
        throw error;
      }
      if (failing) {
        throw new SQLException("planted", "08006");
      }
    }

    private void noteReturn() throws SQLException {
      assertThat(state).as("closed again").isEqualTo("lent");
      state =
          connection.isClosed()
              ? "ended"
              : "returned with "
                  + settings(connection.getAutoCommit(), connection.getNetworkTimeout());
    }
  }

  private static String settings(boolean autoCommit, int networkTimeout) {
    return "autocommit " + autoCommit + ", network timeout " + networkTimeout;
  }

  private SealedKeyStorage open(Pool pool) {
    return SealedKeyStorage.builder(pool.dataSource())
        .rootKey(RootKey.unsealedForTests())
        .maximumStaleness(Duration.ZERO)
        .timeout(Duration.ofSeconds(60))
        .open();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void connection_afterUse_isReturnedWithThePoolsSettings(boolean autoCommit) {
    Pool pool = new Pool(database, autoCommit);
    try (SealedKeyStorage storage = open(pool);
        SealedKeyStorage other = database.open(Duration.ZERO)) {
      assertThat(storage.apply(Change.put(FaultedStorage.key("key")))).isTrue();
      other.apply(Change.put(FaultedStorage.key("foreign")));
      KeyEntry foreign = storage.key(Contents.address("foreign")).orElseThrow();
      assertThat(foreign.currentMaterial().<Integer, RuntimeException>lend(raw -> raw.length))
          .isEqualTo(32);
      // Refused, in a transaction that writes nothing.
      assertThat(storage.apply(Change.put(FaultedStorage.key("key")))).isFalse();
      storage.reseal();
    }
    assertThat(pool.states())
        .hasSizeGreaterThan(8)
        .containsOnly("returned with " + settings(autoCommit, POOLS_NETWORK_TIMEOUT));
  }

  @Test
  void cleanup_fails_isRetriedAtTheNextUse_withoutDelayingOthers() {
    Pool pool = new Pool(database, true);
    try (SealedKeyStorage storage = open(pool)) {
      loseConnections(pool, storage);
      assertThat(pool.states()).containsExactly("lent", "lent", "lent");
      // Each use retries all remaining cleanups: first an abort, then a rollback instead of it.
      assertThat(pool.all).extracting(lent -> lent.cleanups).containsExactly(6, 4, 2);
      pool.all.get(1).failing = false;
      pool.all.get(2).failing = false;
      assertThat(storage.sequence()).isZero();
      assertThat(pool.states().subList(0, 3)).containsExactly("lent", "ended", "ended");
      pool.all.get(0).failing = false;
      assertThat(storage.sequence()).isZero();
      assertThat(pool.states().subList(0, 3)).containsOnly("ended");
      assertThat(storage.sequence()).isZero();
      assertThat(pool.all.subList(0, 3)).extracting(lent -> lent.cleanups).containsExactly(9, 5, 3);
    }
  }

  @Test
  void cleanup_throwsError_othersAreCleanedUpAtTheFollowingUse() {
    Pool pool = new Pool(database, true);
    try (SealedKeyStorage storage = open(pool)) {
      loseConnections(pool, storage);
      pool.all.forEach(lent -> lent.failing = false);
      pool.all.get(0).error = new OutOfMemoryError("planted");
      assertThatThrownBy(storage::sequence)
          .isInstanceOf(OutOfMemoryError.class)
          .hasMessage("planted");
      assertThatThrownBy(storage::sequence)
          .isInstanceOf(OutOfMemoryError.class)
          .hasMessage("planted");
      assertThat(pool.states()).containsExactly("lent", "ended", "ended");
      pool.all.get(0).error = null;
      assertThat(storage.sequence()).isZero();
      assertThat(pool.states().subList(0, 3)).containsOnly("ended");
    }
  }

  @Test
  void close_cleanupsFailed_poolStillGetsItsConnectionsBack() {
    Pool pool = new Pool(database, true);
    try (SealedKeyStorage storage = open(pool)) {
      loseConnections(pool, storage);
    }
    assertThat(pool.states()).hasSize(3).doesNotContain("lent");
  }

  /** Loses three connections, one after the other; the pool then lends working ones again. */
  private static void loseConnections(Pool pool, SealedKeyStorage storage) {
    pool.fail();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(storage::sequence)
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessage(UNUSABLE);
    }
    pool.failing = false;
  }
}
