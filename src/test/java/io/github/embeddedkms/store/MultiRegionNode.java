package io.github.embeddedkms.store;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.store.process.Report;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * A process that serves one Region, and randomly replicates, promotes, rotates, disables and
 * deletes its multi-Region keys, while others do the same in theirs, until it is killed. It reports
 * the blobs that it has created.
 */
final class MultiRegionNode {

  static final List<String> REGIONS = List.of("eu-central-1", "eu-west-1", "us-east-1");
  static final String ACCOUNT = "111122223333";

  private static final int FEWEST_KEYS = 3;
  private static final Duration JUMP = Duration.ofDays(8);

  private final KmsClient kms;
  private final LocalKeyProvider provider;
  private final Random random;
  private Instant now;

  private MultiRegionNode(TestDatabase database, String region, Instant now, Random random) {
    this.now = now;
    this.random = random;
    this.provider =
        LocalKeyProvider.builder()
            .region(region)
            .account(ACCOUNT)
            .clock(() -> this.now)
            .storage(database.open(Duration.ZERO))
            .failureListener((operation, failure) -> ChangingNode.requireUnaltered(failure))
            .build();
    this.kms = provider;
  }

  /** Starts after reading a line with the time in milliseconds and a seed. */
  public static void main(String[] arguments) throws Exception {
    Report.endWithFailures();
    TestDatabase database = new TestDatabase(arguments[0]);
    ChangingNode.loadClasses(database);
    Report.say("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String[] order = in.readLine().split(" ", -1);
    MultiRegionNode node =
        new MultiRegionNode(
            database,
            arguments[1],
            Instant.ofEpochMilli(Long.parseLong(order[0])),
            new Random(Long.parseLong(order[1])));
    while (true) {
      node.change();
    }
  }

  private void change() {
    List<KeyListEntry> keys = kms.listKeys(b -> {}).keys();
    if (keys.size() < FEWEST_KEYS) {
      attempt("create", () -> kms.createKey(b -> b.multiRegion(true)));
      return;
    }
    String id = keys.get(random.nextInt(keys.size())).keyId();
    String other = REGIONS.get(random.nextInt(REGIONS.size()));
    switch (random.nextInt(12)) {
      case 0, 1, 2 ->
          attempt("replicate", () -> kms.replicateKey(b -> b.keyId(id).replicaRegion(other)));
      case 3, 4 ->
          attempt("promote", () -> kms.updatePrimaryRegion(b -> b.keyId(id).primaryRegion(other)));
      case 5, 6 -> attempt("rotate", () -> kms.rotateKeyOnDemand(b -> b.keyId(id)));
      case 7 -> attempt("disable", () -> kms.disableKey(b -> b.keyId(id)));
      case 8 -> attempt("enable", () -> kms.enableKey(b -> b.keyId(id)));
      case 9 ->
          attempt(
              "schedule", () -> kms.scheduleKeyDeletion(b -> b.keyId(id).pendingWindowInDays(7)));
      case 10 -> {
        if (random.nextInt(3) == 0) {
          now = now.plus(JUMP);
          Report.say("clock " + now.toEpochMilli());
          attempt("purge", () -> provider.purge());
        } else {
          attempt("cancel", () -> kms.cancelKeyDeletion(b -> b.keyId(id)));
        }
      }
      default -> attempt("encrypt", () -> encrypt(id));
    }
  }

  private void encrypt(String id) {
    var dataKey = kms.generateDataKeyWithoutPlaintext(b -> b.keyId(id).numberOfBytes(1));
    Report.say(
        "blob "
            + id
            + " "
            + dataKey.keyMaterialId()
            + " "
            + Base64.getEncoder().encodeToString(dataKey.ciphertextBlob().asByteArray()));
  }

  /** Others change the same keys, so that a call may be refused in any way but one. */
  private static void attempt(String what, Runnable action) {
    Report.say("try " + what);
    try {
      action.run();
      Report.say("done " + what);
    } catch (KmsInternalException e) {
      Report.fail(e);
    } catch (KmsException e) {
      Report.say("refused " + what);
    }
  }
}
