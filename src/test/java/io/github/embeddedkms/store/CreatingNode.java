package io.github.embeddedkms.store;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A process that makes one new store after the other, in databases that are numbered ones of the
 * one that it is given, and reports each before it and after it.
 */
final class CreatingNode {

  private CreatingNode() {}

  /** Begins when it is told the first number. */
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
