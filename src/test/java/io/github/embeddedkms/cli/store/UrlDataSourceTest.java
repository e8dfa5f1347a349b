package io.github.embeddedkms.cli.store;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that accepts connections and never responds. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UrlDataSourceTest {

  private static final int NEVER = 3600;
  private static final String TIMED_OUT = "Connection attempt timed out.";

  /** No thread accepts: the system establishes the connection anyway. */
  private static ServerSocket silentServer() throws Exception {
    return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  private static String url(ServerSocket server) {
    return "jdbc:postgresql://127.0.0.1:" + server.getLocalPort() + "/keys";
  }

  @Test
  void connection_serverNeverAnswers_isGivenUp() throws Exception {
    try (ServerSocket server = silentServer()) {
      UrlDataSource source = new UrlDataSource(url(server), 1);
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(source::getConnection)
          .withMessage(TIMED_OUT);
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> source.getConnection("alice", "secret"))
          .withMessage(TIMED_OUT);
    }
  }

  /** The default is 10 seconds. */
  @Tag("thorough")
  @Test
  void connection_serverNeverAnswers_isGivenUpAfterTheDefault() throws Exception {
    try (ServerSocket server = silentServer()) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(new UrlDataSource(url(server))::getConnection)
          .withMessage(TIMED_OUT);
    }
  }

  @Test
  void connection_urlHasAnotherLimit_thatOneCounts() throws Exception {
    try (ServerSocket server = silentServer()) {
      UrlDataSource source = new UrlDataSource(url(server) + "?loginTimeout=1", NEVER);
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(source::getConnection)
          .withMessage(TIMED_OUT);
    }
  }
}
