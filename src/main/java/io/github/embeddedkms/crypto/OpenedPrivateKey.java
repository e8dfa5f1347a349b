package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.SecretBytes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A private key as it is stored, and parsed for its use. */
final class OpenedPrivateKey implements Held.Secrets {

  private final KeyPairType type;
  private final SecretBytes encoded;
  private final Object monitor = new Object();

  /** How many threads use the keys now. Guarded by the monitor. */
  private int uses;

  /** Guarded by the monitor. */
  private boolean closed;

  /** Parsed on first use. A KMS key has one usage, and so one entry at most. */
  private final Map<Class<?>, ParsedPrivateKey> parsed = new ConcurrentHashMap<>(1);

  OpenedPrivateKey(KeyPairType type, SecretBytes encoded) {
    this.type = type;
    this.encoded = encoded;
  }

  /** The parsed keys, while the stored key is lent. */
  final class Lent {

    private final byte[] bytes;
    private final KeyFamily family = KeyFamily.of(type);

    private Lent(byte[] bytes) {
      this.bytes = bytes;
    }

    SigningKey signingKey() {
      return parsed(SigningKey.class, () -> family.signingKey(type, bytes));
    }

    DecryptionKey decryptionKey() {
      return parsed(DecryptionKey.class, () -> family.decryptionKey(type, bytes));
    }

    AgreementKey agreementKey() {
      return parsed(AgreementKey.class, () -> family.agreementKey(type, bytes));
    }

    DecapsulationKey decapsulationKey() {
      return parsed(DecapsulationKey.class, () -> family.decapsulationKey(type, bytes));
    }
  }

  /** Lends the keys for one use. They stay intact until its end, even if they are closed. */
  <T extends @Nullable Object> T lend(Held.Borrower<Lent, T, RuntimeException> borrower) {
    synchronized (monitor) {
      uses++;
    }
    try {
      return encoded.lend(bytes -> borrower.borrow(new Lent(bytes)));
    } finally {
      synchronized (monitor) {
        uses--;
        wipeParsedIfClosed();
      }
    }
  }

  private <K extends ParsedPrivateKey> K parsed(Class<K> use, Supplier<K> parser) {
    ParsedPrivateKey key = parsed.get(use);
    return use.cast(key != null ? key : parsed.computeIfAbsent(use, ignored -> parser.get()));
  }

  SecretBytes encoded() {
    return encoded;
  }

  /**
   * Waits for the uses, as {@link SecretBytes#close} does. If that returns early, the end of the
   * last use wipes the parsed keys, including one that was parsed meanwhile.
   */
  @Override
  public void close() {
    encoded.close();
    synchronized (monitor) {
      closed = true;
      wipeParsedIfClosed();
    }
  }

  private void wipeParsedIfClosed() {
    if (closed && uses == 0) {
      parsed.values().forEach(ParsedPrivateKey::close);
      parsed.clear();
    }
  }
}
