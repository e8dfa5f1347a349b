package io.github.embeddedkms.store.process;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** The part of the program {@code sqlite3} that the tests need: it takes a file and one command. */
public final class SqliteShell {

  private SqliteShell() {}

  /** Runs the command. */
  public static void main(String... arguments) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + arguments[0]);
        Statement statement = connection.createStatement()) {
      statement.execute(arguments[1]);
    }
  }
}
