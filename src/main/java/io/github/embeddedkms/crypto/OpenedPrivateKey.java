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

  /** Lends the keys for one use. {@link #close} waits for its end. */
  <T extends @Nullable Object> T lend(Held.Borrower<Lent, T, RuntimeException> borrower) {
    return encoded.lend(bytes -> borrower.borrow(new Lent(bytes)));
  }

  private <K extends ParsedPrivateKey> K parsed(Class<K> use, Supplier<K> parser) {
    ParsedPrivateKey key = parsed.get(use);
    return use.cast(key != null ? key : parsed.computeIfAbsent(use, ignored -> parser.get()));
  }

  SecretBytes encoded() {
    return encoded;
  }

  @Override
  public void close() {
    encoded.close();
    parsed.values().forEach(ParsedPrivateKey::close);
    parsed.clear();
  }
}
