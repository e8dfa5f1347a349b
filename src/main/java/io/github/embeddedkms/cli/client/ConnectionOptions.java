package io.github.embeddedkms.cli.client;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The AWS CLI's options for the connection to an endpoint. With a store they change nothing, except
 * that wrong values are refused.
 */
final class ConnectionOptions {

  private static final String CONNECT = "--cli-connect-timeout";
  private static final String READ = "--cli-read-timeout";

  /** A day: a larger number of milliseconds would not fit in the JDK's type for it. */
  private static final int MAX_SECONDS = 86_400;

  @Option(names = "--no-sign-request", hidden = true)
  private boolean unsigned;

  @Option(names = "--no-verify-ssl", hidden = true)
  private boolean unverified;

  @Option(
      names = CONNECT,
      paramLabel = "SECONDS",
      description =
          "how long to wait for a connection to the server, at most a day, 0 for a day (default:"
              + " 10)")
  private @Nullable String connectSeconds;

  @Option(
      names = READ,
      paramLabel = "SECONDS",
      description = "how long to wait for a response, at most a day, 0 for a day (default: 60)")
  private @Nullable String readSeconds;

  ConnectionOptions() {}

  /**
   * Checks the values, also of those that have no effect.
   *
   * @throws CommandLineException if a limit is not a number of seconds
   */
  void check() {
    limits();
  }

  /** Whether one of these options is given. */
  boolean isGiven() {
    return unsigned || unverified || connectSeconds != null || readSeconds != null;
  }

  /** Whether requests are signed, which takes credentials. */
  boolean isSigned() {
    return !unsigned;
  }

  /**
   * Refuses to leave out the check of a server's certificate: another server could pass itself off
   * as this one, and would receive plaintexts.
   */
  void requireVerification(CommandLine command, EndpointAddress address) {
    if (unverified && address.isEncrypted()) {
      throw new ParameterException(
          command, "--no-verify-ssl is not supported: trust the server's CA by --ca-bundle");
    }
  }

  /** The limits of a request. The last one, on all of it, grows with the others. */
  EndpointTransport.Limits limits() {
    EndpointTransport.Limits limits = EndpointTransport.Limits.DEFAULT;
    Duration connect = seconds(CONNECT, connectSeconds, limits.connect());
    Duration read = seconds(READ, readSeconds, limits.read());
    Duration all = connect.plus(read).plus(read);
    return new EndpointTransport.Limits(
        connect, read, all.compareTo(limits.all()) < 0 ? limits.all() : all);
  }

  private static Duration seconds(String option, @Nullable String text, Duration otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      int seconds = Integer.parseInt(text.strip());
      if (seconds >= 0) {
        // Without a limit a command could hang for ever; a day is none for a person.
        return Duration.ofSeconds(seconds == 0 ? MAX_SECONDS : Math.min(seconds, MAX_SECONDS));
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw CommandLineException.value(
        "Invalid value for " + option + ": '" + text + "', where a number of seconds is expected");
  }
}
