package io.github.embeddedkms.cli.store;

import io.github.embeddedkms.library.Library;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens a new connection to the database of a URL for each request. There is no pool: the store
 * keeps a connection by itself, and most commands make one call only.
 */
final class UrlDataSource implements DataSource {

  /** The driver's logger. Held here, since its level is lost when the logger is collected. */
  private static final Logger DRIVER = Logger.getLogger("org.postgresql");

  private static final String POSTGRESQL = "jdbc:postgresql:";
  private static final String POSTGRESQL_DRIVER = "org.postgresql.Driver";

  /** By default the driver waits forever for a server that accepts and never responds. */
  private static final int LOGIN_TIMEOUT_SECONDS = 10;

  private final String url;
  private final int loginTimeoutSeconds;

  UrlDataSource(String url) {
    this(url, LOGIN_TIMEOUT_SECONDS);
  }

  /** For tests: with another limit for connecting and logging in. */
  UrlDataSource(String url, int loginTimeoutSeconds) {
    this.url = url;
    this.loginTimeoutSeconds = loginTimeoutSeconds;
    // It logs the parts of a URL that it cannot read. Failures are thrown as well.
    DRIVER.setLevel(Level.OFF);
  }

  @Override
  public Connection getConnection() throws SQLException {
    try {
      return DriverManager.getConnection(url, properties());
    } catch (SQLException e) {
      throw withoutUrl(e);
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    Properties properties = properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    try {
      return DriverManager.getConnection(url, properties);
    } catch (SQLException e) {
      throw withoutUrl(e);
    }
  }

  /** What is set in the URL takes precedence. */
  private Properties properties() {
    Properties properties = new Properties();
    if (url.startsWith(POSTGRESQL)) {
      properties.setProperty("loginTimeout", Integer.toString(loginTimeoutSeconds));
    }
    return properties;
  }

  /** The message for a URL that no driver can read quotes it, with any password in it. */
  private SQLException withoutUrl(SQLException e) {
    String message = e.getMessage();
    if (message == null || !message.contains(url)) {
      return e;
    }
    return new SQLException(
        url.startsWith(POSTGRESQL) && isPostgresqlDriverMissing()
            ? Library.POSTGRESQL.reason("a store in PostgreSQL")
            : "there is no driver that can read its URL",
        e.getSQLState());
  }

  private static boolean isPostgresqlDriverMissing() {
    try {
      Class.forName(POSTGRESQL_DRIVER, false, UrlDataSource.class.getClassLoader());
      return false;
    } catch (ClassNotFoundException e) {
      return true;
    }
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(PrintWriter out) {
    // Nothing is logged.
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    throw new SQLFeatureNotSupportedException("embedded-kms: the login timeout is set in the URL");
  }

  @Override
  public int getLoginTimeout() {
    return loginTimeoutSeconds;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("embedded-kms: nothing is logged");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("embedded-kms: nothing is wrapped");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }

  /** Nothing of the URL, which may hold a password. */
  @Override
  public String toString() {
    return "UrlDataSource";
  }
}
