package io.github.embeddedkms;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What was measured for a target.
 *
 * @param target the target
 * @param subject seconds for one operation of the subject, of each fork
 * @param peer those of the peer, as many; empty if there is none
 * @param failure why there is no result; null if there is one
 */
record TargetResult(Target target, List<Double> subject, List<Double> peer, String failure) {

  /** Measures subject and peer in turn. Every second time the peer comes first. */
  static TargetResult measure(Target target, TargetOptions options) {
    if (target.subject() == null) {
      return failed(target, "measured by hand");
    }
    List<Double> subject = new ArrayList<>();
    List<Double> peer = new ArrayList<>();
    try {
      for (int fork = 0; fork < options.forks(); fork++) {
        boolean peerFirst = fork % 2 == 1;
        if (peerFirst && target.peer() != null) {
          peer.add(target.peer().seconds(options));
        }
        subject.add(target.subject().seconds(options));
        if (!peerFirst && target.peer() != null) {
          peer.add(target.peer().seconds(options));
        }
      }
      return new TargetResult(target, subject, peer, null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(target, "interrupted");
    } catch (Exception e) {
      e.printStackTrace(); // the person who runs this command also writes the benchmarks
      return failed(target, String.valueOf(e.getMessage()));
    }
  }

  private static TargetResult failed(Target target, String failure) {
    String line = failure.lines().findFirst().orElse("");
    return new TargetResult(target, List.of(), List.of(), line);
  }

  /** The comparison of the medians. */
  double value() {
    return target.comparison().of(median(subject), target.peer() == null ? 0 : median(peer));
  }

  /** The result, and the least and the greatest of the forks as its error. */
  String shownValue() {
    List<String> each =
        IntStream.range(0, subject.size())
            .mapToDouble(
                fork ->
                    target
                        .comparison()
                        .of(subject.get(fork), target.peer() == null ? 0 : peer.get(fork)))
            .sorted()
            .mapToObj(target.comparison()::show)
            .toList();
    String value = target.comparison().show(value());
    return each.size() == 1
        ? value
        : value + " (" + each.get(0) + " to " + each.get(each.size() - 1) + ")";
  }

  String verdict() {
    return failure != null ? "no result" : target.verdict(value());
  }

  private String shownTimes() {
    return Target.time(median(subject))
        + (target.peer() == null ? "" : ", " + Target.time(median(peer)));
  }

  /** One line for people who watch. */
  String text() {
    String text = verdict() + ": " + target.name() + ": ";
    return failure != null
        ? text + failure + "; target " + target.shownBound()
        : text + shownValue() + "; target " + target.shownBound() + "; " + shownTimes();
  }

  /** A table for the site. */
  static String markdown(List<TargetResult> results, TargetOptions options) {
    StringBuilder table = new StringBuilder();
    table
        .append(LocalDate.now(ZoneOffset.UTC))
        .append(", JDK ")
        .append(Runtime.version())
        .append(", ")
        .append(Runtime.getRuntime().availableProcessors())
        .append(" processors, forks: ")
        .append(options.forks())
        .append(
            "\n\n| what | result (least to greatest) | target | | times |\n|---|---|---|---|---|\n");
    for (TargetResult result : results) {
      boolean failed = result.failure != null;
      table
          .append("| ")
          .append(
              String.join(
                  " | ",
                  result.target.name(),
                  failed ? result.failure.replace("|", "\\|") : result.shownValue(),
                  result.target.shownBound(),
                  result.verdict(),
                  failed ? "–" : result.shownTimes()))
          .append(" |\n");
    }
    return table.toString();
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
