package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The model after each change, and the versions that each node may still have in its copy: none
 * that was replaced longer ago than the node's bound, and none that is older than the node's last
 * response.
 */
final class ModelHistory {

  /** A model, and the time of the change that led to it. */
  private record Version(Model model, long nanoTime) {}

  private final ModelClock clock;
  private final List<Duration> bounds;
  private final List<Version> versions = new ArrayList<>();

  /** The oldest version that the responses of each node allow. */
  private final int[] seen;

  private int deletions;
  private int staleResponses;
  private int responsesForcedByBound;

  /**
   * Creates the history of an empty store, and of nodes with these bounds. The bound of the first
   * node is 0, because the current state is read from it.
   */
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

  /** Records that a node has changed something, and therefore has the current state. */
  void changed(int node, Model.Call call) {
    versions.add(new Version(current().after(call), clock.nanoTime()));
    seen[node] = versions.size() - 1;
  }

  /**
   * Records that so much time has passed that no copy is used any more, and that keys can be due.
   */
  void markAllNodesRefreshed() {
    Model left = current().at(clock.now());
    deletions += current().keys().size() - left.keys().size();
    versions.clear();
    versions.add(new Version(left, clock.nanoTime()));
    Arrays.fill(seen, 0);
  }

  /**
   * Checks a response.
   *
   * @return whether the node possibly has changed nothing, because there was nothing to do
   *     according to its old copy
   */
  boolean check(int node, Model.Call call, String result) {
    int oldest = oldestAllowed(node);
    List<String> allowed = new ArrayList<>();
    for (Version version : versions.subList(oldest, versions.size())) {
      allowed.add(version.model.result(call));
    }
    assertThat(result).as("%s of node %s", call, node).isIn(allowed);
    staleResponses += result.equals(current().result(call)) ? 0 : 1;
    if (!bounds.get(node).isZero()) {
      responsesForcedByBound +=
          allowed.contains(versions.get(seen[node]).model.result(call)) ? 0 : 1;
    }
    seen[node] = oldest + allowed.indexOf(result);
    if (!call.kind().changes() || !result.equals(ModelKey.OK)) {
      return false;
    }
    if (possiblyNoChange(node, call)) {
      return !current().after(call).equals(current());
    }
    assertThat(current().result(call))
        .as("%s, compared with the current state", call)
        .isEqualTo(result);
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

  /** Returns whether the call leaves any of the versions unchanged that the node may have. */
  private boolean possiblyNoChange(int node, Model.Call call) {
    return call.kind().isIdempotent()
        && versions.subList(seen[node], versions.size()).stream()
            .map(Version::model)
            .anyMatch(
                model -> model.result(call).equals(ModelKey.OK) && model.after(call).equals(model));
  }

  /** Returns the number of keys that were deleted. */
  int deletions() {
    return deletions;
  }

  /** Returns the number of stale responses. */
  int staleResponses() {
    return staleResponses;
  }

  /**
   * Returns how often a node that may be stale had to change its response only because of its
   * bound.
   */
  int responsesForcedByBound() {
    return responsesForcedByBound;
  }
}
