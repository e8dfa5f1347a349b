package io.github.embeddedkms.store.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.SecretBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Creates and changes its own keys on one node, checks all responses about them, and remembers what
 * was acknowledged. The node is used by one thread at a time.
 */
public final class RollingWorker {

  /** A key, a blob encrypted under it, and the state that was acknowledged last. */
  private static final class OwnKey {

    private final String id;
    private final String alias;
    private Bytes blob;
    private KeyState state = KeyState.ENABLED;

    private OwnKey(String id, String alias) {
      this.id = id;
      this.alias = alias;
    }
  }

  private final String name;
  private final KmsClient kms;
  private final Random random = new Random(1);
  private final List<OwnKey> keys = new ArrayList<>();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final CountDownLatch begun;
  private long changes;

  /**
   * Creates a worker.
   *
   * @param rounds the number of rounds after which {@link #awaitBegun} returns
   */
  public RollingWorker(String name, KmsClient kms, int rounds) {
    this.name = name;
    this.kms = kms;
    this.begun = new CountDownLatch(rounds);
  }

  /** Works until it is stopped or a call fails. */
  public void work() {
    try {
      while (!stopped.get()) {
        round();
        begun.countDown();
      }
    } finally {
      // Release the waiting test, so that it sees the failure.
      while (begun.getCount() > 0) {
        begun.countDown();
      }
    }
  }

  public void awaitBegun() throws InterruptedException {
    begun.await();
  }

  public void stop() {
    stopped.set(true);
  }

  /** Returns the number of acknowledged changes. */
  public long changes() {
    return changes;
  }

  private void round() {
    OwnKey key = create();
    key.blob =
        kms.encrypt(b -> b.keyId(key.alias).plaintext(SecretBytes.fromUtf8String(key.id)))
            .ciphertextBlob();
    kms.disableKey(b -> b.keyId(key.id));
    acknowledged(key, KeyState.DISABLED);
    if (random.nextBoolean()) {
      kms.enableKey(b -> b.keyId(key.id));
      acknowledged(key, KeyState.ENABLED);
    }
    requireKnown(kms, key);
    requireKnown(kms, keys.get(random.nextInt(keys.size())));
  }

  private OwnKey create() {
    int number = keys.size();
    String id = kms.createKey(b -> b.description(name + number)).keyMetadata().keyId();
    changes++;
    String alias = "alias/" + name + number;
    kms.createAlias(b -> b.aliasName(alias).targetKeyId(id));
    changes++;
    OwnKey key = new OwnKey(id, alias);
    keys.add(key);
    return key;
  }

  private void acknowledged(OwnKey key, KeyState state) {
    key.state = state;
    changes++;
  }

  /**
   * Asserts that a node, whatever its version, knows everything that was acknowledged to this
   * worker.
   */
  public void requireKnown(KmsClient node) {
    keys.forEach(key -> requireKnown(node, key));
    assertThat(keys).as(name).isNotEmpty();
  }

  private static void requireKnown(KmsClient node, OwnKey key) {
    var metadata = node.describeKey(b -> b.keyId(key.alias)).keyMetadata();
    assertThat(Map.of(metadata.keyId(), metadata.keyState()))
        .as(key.alias)
        .isEqualTo(Map.of(key.id, key.state));
    if (key.blob != null && key.state == KeyState.ENABLED) {
      assertThat(node.decrypt(b -> b.ciphertextBlob(key.blob)).plaintext().asUtf8String())
          .as(key.alias)
          .isEqualTo(key.id);
    }
  }
}
