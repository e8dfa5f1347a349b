package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.store.process.Contents;
import io.github.embeddedkms.store.process.PossibleChange;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A store whose nodes are killed, one after the other, and the contents it must have: everything
 * that the nodes have acknowledged, and the change that was in progress either completely or not at
 * all. Where several nodes share the store, this is the part of one of them.
 */
final class Survivor {

  private record Blob(Bytes ciphertext, SecretBytes plaintext) {}

  private static final String NONE = "";
  private static final int MOST_ATTEMPTS = 100;

  private final TestDatabase database;
  private final ChangingNode.Work work;
  private final String owner;
  private final Map<String, Blob> blobs = new HashMap<>();
  private Contents contents = Contents.NOTHING;
  private int root;
  private long sequence;
  private long clock;

  /** The change that was announced but not acknowledged. */
  private String pending = NONE;

  Survivor(TestDatabase database, ChangingNode.Work work) {
    this(database, work, "");
  }

  /** Creates a survivor for the keys and aliases of one owner. */
  Survivor(TestDatabase database, ChangingNode.Work work, String owner) {
    this.database = database;
    this.work = work;
    this.owner = owner;
  }

  /** Returns the order for the next node. */
  String order(long seed) {
    return clock + " " + root + " " + seed;
  }

  void take(List<String> report) {
    for (String line : report) {
      String[] words = line.split(" ", 2);
      switch (words[0]) {
        case "clock" -> clock = Long.parseLong(words[1]);
        case "try" -> pending = words[1];
        case "done" -> acknowledge(words[1]);
        case "undone" -> pending = NONE;
        case "blob" -> keepBlob(words[1].split(" ", -1));
        case "resealed" -> {}
        default -> throw new AssertionError(line);
      }
    }
  }

  private void acknowledge(String change) {
    pending = NONE;
    if (change.startsWith("root ")) {
      root = Integer.parseInt(change.substring(5));
    } else {
      contents = contents.after(change);
      if (work != ChangingNode.Work.EXHAUSTED) {
        sequence++;
      }
    }
  }

  private void keepBlob(String[] words) {
    Base64.Decoder base64 = Base64.getDecoder();
    blobs.put(
        words[0],
        new Blob(
            Bytes.fromByteArray(base64.decode(words[1])),
            SecretBytes.fromByteArray(base64.decode(words[2]))));
  }

  /** Opens the store that the node left, and checks everything in it. */
  void check() throws SQLException {
    for (int attempt = 1; true; attempt++) {
      try {
        checkOnce();
        return;
      } catch (RuntimeException e) {
        // Another node has changed the root key and resealed since this storage was opened.
        if (work != ChangingNode.Work.SHARED || !isWrongRootKey(e) || attempt == MOST_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static boolean isWrongRootKey(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .anyMatch(WrongRootKeyException.class::isInstance);
  }

  private void checkOnce() throws SQLException {
    database.awaitNoConnections();
    try (SealedKeyStorage storage = open()) {
      Contents found = Contents.of(storage, owner);
      if (work == ChangingNode.Work.CHANGES) {
        // The sequence counts one for each change, and nothing else. The contents alone are not
        // enough, because an alias can be changed to the key that it already has.
        long more = storage.sequence() - sequence;
        assertThat(more)
            .as("after " + pending)
            .isIn(pending.equals(NONE) ? List.of(0L) : List.of(0L, 1L));
        assertThat(found)
            .as("after " + pending)
            .isEqualTo(more == 0 ? contents : pendingDone(found));
      } else if (!found.equals(contents)) {
        assertThat(found).as("after " + pending).isEqualTo(pendingDone(found));
      }
      contents = found;
      sequence = storage.sequence();
      pending = NONE;
      checkUse(storage);
    }
    if (work != ChangingNode.Work.SHARED) {
      assertThat(materials()).isEqualTo(keys());
    }
    assertThat(contents.keys().keySet()).containsAll(contents.aliases().values());
  }

  long materials() throws SQLException {
    return database.number("SELECT count(*) FROM kms_material");
  }

  long keys() {
    return contents.keys().size();
  }

  /** Changes the store from this process, which is not the process under test. */
  void change() {
    try (SealedKeyStorage storage = open()) {
      PossibleChange change = PossibleChange.of(storage, "alias/another");
      change.action().run();
      acknowledge(change.words());
      sequence = storage.sequence();
    }
  }

  private Contents pendingDone(Contents found) {
    if (pending.equals("create")) {
      TreeSet<String> ids = new TreeSet<>(found.keys().keySet());
      ids.removeAll(contents.keys().keySet());
      assertThat(ids).hasSize(1);
      return contents.after("create " + ids.first());
    }
    return pending.equals(NONE) || pending.startsWith("root ") ? contents : contents.after(pending);
  }

  /**
   * Opens the store under the root key that was acknowledged last, or under the pending one; only
   * one of them fits.
   */
  private SealedKeyStorage open() {
    if (work == ChangingNode.Work.SHARED || work == ChangingNode.Work.EXHAUSTED) {
      return ChangingNode.open(this::open);
    }
    if (!pending.startsWith("root ")) {
      return open(root);
    }
    int next = Integer.parseInt(pending.substring(5));
    try {
      return open(root);
    } catch (WrongRootKeyException e) {
      int old = root;
      root = next;
      SealedKeyStorage storage = open(root);
      assertThatExceptionOfType(WrongRootKeyException.class).isThrownBy(() -> open(old));
      return storage;
    }
  }

  private SealedKeyStorage open(int number) {
    try (RootKey key = ChangingNode.rootKey(number)) {
      return open(key);
    }
  }

  private SealedKeyStorage open(RootKey key) {
    return database.builder().rootKey(key).minimumSequence(sequence).open();
  }

  private void checkUse(SealedKeyStorage storage) {
    // The clock stays at a time when nothing is due.
    LocalKeyProvider kms =
        LocalKeyProvider.builder()
            .clock(() -> Instant.EPOCH)
            .storage(ChangingNode.withoutLastUses(storage))
            .build();
    blobs.keySet().retainAll(contents.keys().keySet());
    contents
        .keys()
        .forEach(
            (keyId, state) -> {
              if (state.equals("Enabled")) {
                use(kms, keyId);
                Blob blob = blobs.get(keyId);
                if (blob != null) {
                  assertThat(kms.decrypt(request -> request.ciphertextBlob(blob.ciphertext)))
                      .extracting(answer -> answer.plaintext())
                      .isEqualTo(blob.plaintext);
                }
              }
            });
  }

  /**
   * Uses a key. Signing and decapsulation show that the private key belongs to the public key next
   * to it.
   */
  private static void use(LocalKeyProvider kms, String keyId) {
    SecretBytes message = SecretBytes.fromUtf8String(keyId);
    switch (kms.describeKey(key -> key.keyId(keyId)).keyMetadata().keyUsage()) {
      case SIGN_VERIFY -> {
        SigningAlgorithmSpec algorithm = SigningAlgorithmSpec.ED25519_SHA_512;
        Bytes signature =
            kms.sign(b -> b.keyId(keyId).message(message).signingAlgorithm(algorithm)).signature();
        kms.verify(
            b -> b.keyId(keyId).message(message).signature(signature).signingAlgorithm(algorithm));
      }
      case GENERATE_VERIFY_MAC ->
          kms.generateMac(
              b -> b.keyId(keyId).message(message).macAlgorithm(MacAlgorithmSpec.HMAC_SHA_256));
      case ENCAPSULATE_DECAPSULATE -> {
        EncapsulationAlgorithmSpec algorithm = EncapsulationAlgorithmSpec.ML_KEM;
        var made = kms.encapsulate(b -> b.keyId(keyId).encapsulationAlgorithm(algorithm));
        assertThat(
                kms.decapsulate(
                        b ->
                            b.keyId(keyId)
                                .sharedSecretCiphertextBlob(made.sharedSecretCiphertextBlob())
                                .encapsulationAlgorithm(algorithm))
                    .sharedSecret())
            .isEqualTo(made.sharedSecret());
      }
      default -> kms.generateDataKey(key -> key.keyId(keyId).numberOfBytes(1));
    }
  }

  /** Completes a reseal, wherever it was interrupted. */
  void reseal() throws SQLException {
    try (SealedKeyStorage storage = open()) {
      storage.reseal();
      assertThat(Contents.of(storage, owner)).isEqualTo(contents);
      checkUse(storage);
      sequence = storage.sequence();
    }
    assertThat(database.number("SELECT count(*) FROM kms_store_key")).isEqualTo(1);
    for (String table : List.of("kms_item", "kms_material")) {
      assertThat(
              database.number(
                  "SELECT count(*) FROM "
                      + table
                      + " WHERE epoch <> (SELECT epoch FROM kms_store)"))
          .isZero();
    }
  }
}
