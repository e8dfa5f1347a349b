package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What there was after each change, and which of that each node may still have in its copy: nothing
 * that has been replaced for as long as its bound, and nothing from before what it has answered.
 */
final class ModelHistory {

  /** A model, and when it became true. */
  private record Version(Model model, long nanoTime) {}

  private final ModelClock clock;
  private final List<Duration> bounds;
  private final List<Version> versions = new ArrayList<>();

  /** By node, the oldest version that its answers allow. */
  private final int[] seen;

  private int deletions;
  private int oldAnswers;
  private int expiredAnswers;

  /** An empty store, and nodes of these bounds. The first is asked how things are: its is 0. */
  ModelHistory(ModelClock clock, List<Duration> bounds) {
    assertThat(bounds.get(0)).isZero();
    this.clock = clock;
    this.bounds = bounds;
    this.seen = new int[bounds.size()];
    versions.add(new Version(Model.EMPTY, clock.nanoTime()));
  }

  Model current() {
    return versions.get(versions.size() - 1).model;
  }

  /** A node has changed something, so that it knows all that there is. */
  void changed(int node, Model.Call call) {
    versions.add(new Version(current().after(call), clock.nanoTime()));
    seen[node] = versions.size() - 1;
  }

  /** So much time has passed that no copy is believed, and that keys may be due for deletion. */
  void everybodyLooks() {
    Model left = current().at(clock.now());
    deletions += current().keys().size() - left.keys().size();
    versions.clear();
    versions.add(new Version(left, clock.nanoTime()));
    Arrays.fill(seen, 0);
  }

  /**
   * Checks an answer.
   *
   * @return whether it leaves open that the node has changed nothing, because by an old copy there
   *     was nothing to do
   */
  boolean answered(int node, Model.Call call, String answer) {
    int oldest = oldestAllowed(node);
    List<String> allowed = new ArrayList<>();
    for (Version version : versions.subList(oldest, versions.size())) {
      allowed.add(version.model.answer(call));
    }
    assertThat(answer).as("%s of node %s", call, node).isIn(allowed);
    oldAnswers += answer.equals(current().answer(call)) ? 0 : 1;
    if (!bounds.get(node).isZero()) {
      expiredAnswers += allowed.contains(versions.get(seen[node]).model.answer(call)) ? 0 : 1;
    }
    seen[node] = oldest + allowed.indexOf(answer);
    if (!call.kind().changes() || !answer.equals(ModelKey.OK)) {
      return false;
    }
    if (hadNothingToDo(node, call)) {
      return !current().after(call).equals(current());
    }
    assertThat(current().answer(call)).as("%s, decided on what there is", call).isEqualTo(answer);
    changed(node, call);
    return false;
  }

  private int oldestAllowed(int node) {
    int oldest = seen[node];
    for (int i = oldest; i < versions.size(); i++) {
      if (clock.nanoTime() - versions.get(i).nanoTime >= bounds.get(node).toNanos()) {
        oldest = i;
      }
    }
    return oldest;
  }

  /**
   * Whether there is a version, among those that a node may have, that the call leaves as it is.
   */
  private boolean hadNothingToDo(int node, Model.Call call) {
    return call.kind().isNothingTwice()
        && versions.subList(seen[node], versions.size()).stream()
            .map(Version::model)
            .anyMatch(
                model -> model.answer(call).equals(ModelKey.OK) && model.after(call).equals(model));
  }

  /** How many keys were deleted. */
  int deletions() {
    return deletions;
  }

  /** How many answers were not those of the moment, but older ones. */
  int oldAnswers() {
    return oldAnswers;
  }

  /** How often a node that may be stale had to answer otherwise than before, by its bound alone. */
  int expiredAnswers() {
    return expiredAnswers;
  }
}
