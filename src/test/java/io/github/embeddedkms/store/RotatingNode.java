package io.github.embeddedkms.store;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.process.Report;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * A process that opens a store with one key and advances its clock from rotation to rotation until
 * it is killed. It reports each rotation before and after it is made, with a blob under the new
 * material.
 */
final class RotatingNode {

  static final int PERIOD = 90;

  /** Sometimes several rotations are overdue at once. */
  private static final int MOST_AT_ONCE = 3;

  private RotatingNode() {}

  /** Starts after reading a line with the time in milliseconds and the key id. */
  public static void main(String[] arguments) throws Exception {
    Report.endWithFailures();
    TestDatabase database = new TestDatabase(arguments[0]);
    ChangingNode.loadClasses(database);
    Report.say("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String[] order = in.readLine().split(" ", -1);
    Instant[] now = {Instant.ofEpochMilli(Long.parseLong(order[0]))};
    String keyId = order[1];
    LocalKeyProvider kms =
        LocalKeyProvider.builder()
            .clock(() -> now[0])
            .storage(database.open(Duration.ZERO))
            .failureListener((operation, failure) -> ChangingNode.requireUnaltered(failure))
            .build();
    for (int i = 1; true; i++) {
      Instant next = kms.getKeyRotationStatus(b -> b.keyId(keyId)).nextRotationDate();
      now[0] = next.plus(Duration.ofDays((long) PERIOD * (i % MOST_AT_ONCE)));
      Report.say("try " + now[0].toEpochMilli());
      var dataKey = kms.generateDataKey(b -> b.keyId(keyId).numberOfBytes(1));
      Report.say(
          "done "
              + now[0].toEpochMilli()
              + " "
              + dataKey.keyMaterialId()
              + " "
              + Base64.getEncoder().encodeToString(dataKey.ciphertextBlob().asByteArray()));
    }
  }
}
