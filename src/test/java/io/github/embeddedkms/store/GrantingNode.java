package io.github.embeddedkms.store;

import io.github.embeddedkms.store.fixture.TestGrants;
import io.github.embeddedkms.store.process.Contents;
import io.github.embeddedkms.store.process.Report;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A process that opens a store with one key, and creates and removes its grants until it is killed.
 * It reports each change before and after it is made: {@code put FROM TO} for grants of these
 * numbers, and {@code remove COUNT} for the first grants in the order of creation.
 */
final class GrantingNode {

  static final Address KEY = Contents.address("11111111-1111-1111-1111-111111111111");

  private static final int MANY = 300;

  private final SealedKeyStorage storage;
  private final Random random;
  private int next;

  private GrantingNode(SealedKeyStorage storage, int next, Random random) {
    this.storage = storage;
    this.next = next;
    this.random = random;
  }

  /** Starts after reading a line with the number of the next grant and a seed. */
  public static void main(String[] arguments) throws Exception {
    Report.endWithFailures();
    TestDatabase database = new TestDatabase(arguments[0]);
    ChangingNode.loadClasses(database);
    Report.say("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String[] order = in.readLine().split(" ", -1);
    GrantingNode node =
        new GrantingNode(
            database.open(Duration.ZERO),
            Integer.parseInt(order[0]),
            new Random(Long.parseLong(order[1])));
    while (true) {
      node.change();
    }
  }

  private void change() {
    int count = storage.countOf(GrantEntry.KIND, KEY);
    if (count > MANY || (count > 0 && random.nextInt(4) == 0)) {
      int removed = random.nextBoolean() ? count : 1 + random.nextInt(count);
      Report.change(
          "remove " + removed,
          () -> apply(Change.remove(storage.entriesOf(GrantEntry.KIND, KEY, "", removed))));
    } else {
      int to = next + (random.nextInt(4) == 0 ? MANY : 1);
      List<Entry> grants = new ArrayList<>(TestGrants.plain(KEY, next, to));
      KeyEntry key = storage.key(KEY).orElseThrow();
      Report.change(
          "put " + next + " " + to,
          () ->
              apply(
                  new Change(grants, List.of(), List.of(key))
                      .ifKeyHasFewerThan(2 * MANY, GrantEntry.KIND, KEY)));
      next = to;
    }
  }

  private void apply(Change change) {
    if (!storage.apply(change)) {
      throw new AssertionError("there is no other node");
    }
  }
}
