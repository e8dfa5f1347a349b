package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.store.fixture.TestPostgres;
import io.github.embeddedkms.store.process.Contents;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An open store while its PostgreSQL cannot be used, and afterwards. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PostgresFaultsTest {

  private static final String UNUSABLE = "embedded-kms: the store's database cannot be used";

  private static FaultedStorage open(TestDatabase database, Duration lockTimeout) {
    return new FaultedStorage(
        database,
        database
            .builder()
            .maximumStaleness(Duration.ZERO)
            .timeout(lockTimeout)
            // A trigger lets the server fail; the check of the tables would refuse it.
            .schema(StoreTables.UNCHECKED));
  }

  /** The server fails in the middle: a key has been written, but the store's head has not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RAISE EXCEPTION 'x' USING ERRCODE = '53100' | the disk under the store is full",
        "RAISE EXCEPTION 'x' USING ERRCODE = '25006' | the store's database may not be written",
        "PERFORM pg_terminate_backend(pg_backend_pid()) | the store's database cannot be used"
      })
  void change_serverFailsInTheMiddle_isRolledBack_readsContinue(String failure, String message)
      throws Exception {
    TestDatabase database = TestDatabase.postgres();
    try (FaultedStorage node = open(database, Duration.ofSeconds(5))) {
      Contents before = node.stored();
      database.execute(
          "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
              + failure
              + "; RETURN NEW; END $$",
          "CREATE TRIGGER fail BEFORE UPDATE ON kms_store FOR EACH ROW EXECUTE FUNCTION fail()");
      node.assertChangeRefused(
          node.key(), StoreUnavailableException.class, "embedded-kms: " + message);
      assertThat(Contents.of(node.storage())).isEqualTo(before);
      database.execute("DROP TRIGGER fail ON kms_store");
      node.assertWorksAgain(before);
    }
  }

  @Test
  void call_serverStopped_failsUntilServerIsBack() throws Exception {
    try (TestPostgres server = TestPostgres.start()) {
      TestDatabase database = TestDatabase.of(server);
      try (FaultedStorage node = open(database, Duration.ofSeconds(5))) {
        Contents before = node.stored();
        KeyEntry key = node.key();
        server.stop();
        node.assertReadRefused(StoreUnavailableException.class, UNUSABLE);
        node.assertChangeRefused(key, StoreUnavailableException.class, UNUSABLE);
        server.startAgain();
        node.assertWorksAgain(before);
      }
    }
  }

  @Test
  void change_anotherWriterHoldsLock_timesOut_readsContinue() throws Exception {
    TestDatabase database = TestDatabase.postgres();
    try (FaultedStorage node = open(database, Duration.ofSeconds(1));
        Connection other = database.connect()) {
      Contents before = node.stored();
      lockHead(other);
      node.assertChangeRefused(
          node.key(),
          StoreUnavailableException.class,
          "embedded-kms: the store is locked by others for too long");
      assertThat(Contents.of(node.storage())).isEqualTo(before);
      other.rollback();
      node.assertWorksAgain(before);
    }
  }

  @Test
  void change_connectionCutWhileWaiting_isNotApplied() throws Exception {
    TestDatabase database = TestDatabase.postgres();
    try (FaultedStorage node = open(database, Duration.ofSeconds(60));
        Connection other = database.connect()) {
      Contents before = node.stored();
      lockHead(other);
      CompletableFuture<Boolean> change = CompletableFuture.supplyAsync(node::change);
      long cut = 0;
      while (cut == 0) {
        cut =
            database.number(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    + " WHERE wait_event_type = 'Lock' AND pid <> pg_backend_pid()"
                    + " AND application_name = current_setting('application_name')");
      }
      assertThatThrownBy(change::get)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessage(UNUSABLE);
      other.rollback();
      node.assertWorksAgain(before);
    }
  }

  private static void lockHead(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    Dialect.execute(connection, "SELECT * FROM kms_store FOR UPDATE");
  }
}
