package io.github.embeddedkms.cli.messages;

import io.github.embeddedkms.envelope.EnvelopeBuilder;
import picocli.CommandLine.Option;

/** How many threads work on one message. */
final class ParallelismOption {

  /** More of them wait for the disk rather than for the cipher. */
  private static final int MOST_BY_DEFAULT = 8;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description =
          "how many threads work on it, 1 to 64, 1 MiB of memory each (default: one for each processor,"
              + " at most "
              + MOST_BY_DEFAULT
              + ")")
  private int threads = Math.min(MOST_BY_DEFAULT, Runtime.getRuntime().availableProcessors());

  ParallelismOption() {}

  void addTo(EnvelopeBuilder envelope) {
    envelope.parallelism(threads);
  }
}
