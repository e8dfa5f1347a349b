package io.github.embeddedkms.store;

import io.github.embeddedkms.store.process.Report;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A process that creates one new store after the other, in databases numbered after the given one,
 * and reports each store before and after it is created.
 */
final class CreatingNode {

  private CreatingNode() {}

  /** Starts when it receives the first number. */
  public static void main(String[] arguments) throws Exception {
    Report.endWithFailures();
    TestDatabase database = new TestDatabase(arguments[0]);
    ChangingNode.loadClasses(database);
    Report.say("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (int number = Integer.parseInt(in.readLine()); true; number++) {
      TestDatabase next = database.numbered(number);
      Report.change(
          "store " + number,
          () -> next.builder().rootKey(RootKey.unsealedForTests()).open().close());
    }
  }
}
