package io.github.embeddedkms.envelope;

import io.github.embeddedkms.envelope.TrustedKeys.Attempt;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gets the keys of messages: from the key management service, and from the cache if there is one.
 */
final class MessageKeys {

  /** The length of a message that is not known before its end. */
  static final long UNKNOWN = 0;

  private static final Bytes NOTHING = Bytes.fromByteArray(new byte[0]);

  /**
   * A message that is begun.
   *
   * @param header what precedes its segments
   * @param key for its segments
   * @param charge takes how much plaintext has been sealed
   */
  record Begun(Header header, MessageKey key, LongConsumer charge) {}

  private final DataKeyService service;
  private final List<String> keys;
  private final TrustedKeys trusted;
  private final Attempts attempts;
  private final SecureRandom salts;
  private final boolean storesContext;
  private final @Nullable DataKeyCache cache;

  MessageKeys(EnvelopeBuilder builder, @Nullable DataKeyCache cache) {
    this.service = new DataKeyService(builder.kms);
    this.keys = List.copyOf(builder.keys);
    Set<String> opening = new LinkedHashSet<>(keys);
    opening.addAll(builder.alsoOpens);
    this.trusted =
        new TrustedKeys(opening, builder.discoveryPartition, Set.copyOf(builder.discoveryAccounts));
    this.attempts = new Attempts(builder.maxAttempts);
    this.salts = builder.salts;
    this.storesContext = builder.storesContext;
    this.cache = cache;
  }

  /** Begins a message under a new data key, or one of the cache. */
  Begun begin(EncryptionContext context, long length) {
    requireKeys();
    requireStorable(context);
    try (Lease lease =
        lease(keys, NOTHING, context, length, () -> service.generate(keys, context))) {
      return begin(new Prefix(lease.dataKey().recipients()), lease, context);
    }
  }

  /** Begins a message after the recipients of a container. */
  Begun fill(Prefix container, EncryptionContext context) {
    requireStorable(context);
    return attempts.first(
        trusted.attempts(container.recipients()),
        attempt -> {
          try (Lease lease = leaseToOpen(attempt, context)) {
            return isDataKey(lease)
                ? Optional.of(begin(container, lease, context))
                : Optional.empty();
          }
        });
  }

  private Begun begin(Prefix prefix, Lease lease, EncryptionContext context) {
    byte[] saltBytes = new byte[Header.SALT_BYTES];
    salts.nextBytes(saltBytes);
    Bytes salt = Bytes.fromByteArray(saltBytes);
    MessageKey key =
        MessageKey.derive(lease.dataKey().secret(), salt, Header.flags(storesContext), context);
    Header header = new Header(prefix, salt, storesContext ? context : null, key.commitment());
    return new Begun(header, key, lease.charge());
  }

  /** The keys of an existing message. */
  MessageKey open(Header header, EncryptionContext context) {
    requireStored(header, context);
    return attempts.first(
        trusted.attempts(header.prefix().recipients()),
        attempt -> committed(header, attempt, context));
  }

  /**
   * A message that opens.
   *
   * @param key its keys
   * @param keyArns all recipients that give them, of those that are for a trusted key
   */
  record Verified(MessageKey key, List<String> keyArns) {}

  /**
   * Tries every recipient by itself.
   *
   * @throws RuntimeException why none opens the message
   */
  Verified verify(Header header, EncryptionContext context) {
    requireStored(header, context);
    List<String> keyArns = new ArrayList<>();
    MessageKey key = null;
    RuntimeException failure = new WrongContextOrKeyException();
    for (Recipient recipient : header.prefix().recipients()) {
      try {
        key =
            attempts.first(
                trusted.attempts(List.of(recipient)),
                attempt -> committed(header, attempt, context));
        keyArns.add(recipient.keyArn());
      } catch (WrongContextOrKeyException e) {
        // Not for this reader, or not of this message: left out of the result.
      } catch (RuntimeException e) {
        // Its key cannot be used now, a recovery key for example: another may do.
        failure = e;
      }
    }
    if (key == null) {
      throw failure;
    }
    return new Verified(key, keyArns);
  }

  private Optional<MessageKey> committed(
      Header header, Attempt attempt, EncryptionContext context) {
    try (Lease lease = leaseToOpen(attempt, context)) {
      if (!isDataKey(lease)) {
        return Optional.empty();
      }
      MessageKey key =
          MessageKey.derive(lease.dataKey().secret(), header.salt(), header.flags(), context);
      return key.commitsTo(header.commitment()) ? Optional.of(key) : Optional.empty();
    }
  }

  /** A container for another component to fill. */
  Prefix prepare(EncryptionContext context) {
    requireKeys();
    return new Prefix(service.generateWithoutPlaintext(keys, context));
  }

  /** New recipients with the data key of the old ones. */
  Prefix rewrap(Prefix old, EncryptionContext context, List<String> newKeys) {
    List<Recipient> recipients = new ArrayList<>();
    // Once one of the old ones has served for the first new key, it serves for all of them.
    Attempt source =
        attempts.firstOrFailure(
            trusted.attempts(old.recipients()),
            attempt -> {
              recipients.addAll(service.reEncrypt(attempt, newKeys.subList(0, 1), context));
              return Optional.of(attempt);
            });
    recipients.addAll(service.reEncrypt(source, newKeys.subList(1, newKeys.size()), context));
    return new Prefix(recipients);
  }

  /** The stored copy is authenticated by being the context that the caller expects. */
  static void requireStored(Header header, EncryptionContext context) {
    if (header.context() != null && !header.context().equals(context)) {
      throw new WrongContextOrKeyException();
    }
  }

  private static boolean isDataKey(Lease lease) {
    return lease.dataKey().secret().length() == MessageKey.DATA_KEY_BYTES;
  }

  private Lease leaseToOpen(Attempt attempt, EncryptionContext context) {
    return lease(
        List.of(attempt.keyId()),
        cache == null ? NOTHING : sha256(attempt.recipient().sealedDataKey()),
        context,
        UNKNOWN,
        () -> service.decrypt(attempt, context));
  }

  private Lease lease(
      List<String> keyIds,
      Bytes digest,
      EncryptionContext context,
      long length,
      Supplier<DataKey> ask) {
    if (cache == null) {
      return Lease.of(ask.get());
    }
    Bytes canonical = Bytes.fromByteArray(context.canonicalBytes());
    return cache.lend(new DataKeyCache.Purpose(keyIds, digest, canonical), length, ask);
  }

  private static Bytes sha256(Bytes bytes) {
    try {
      return Bytes.fromByteArray(MessageDigest.getInstance("SHA-256").digest(bytes.asByteArray()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private void requireKeys() {
    if (keys.isEmpty()) {
      throw new IllegalStateException(
          "embedded-kms: this envelope only opens: it has no key to seal under");
    }
  }

  private void requireStorable(EncryptionContext context) {
    int length = context.canonicalBytes().length;
    if (storesContext && length > Header.MAX_CONTEXT_BYTES) {
      throw new IllegalArgumentException(
          "embedded-kms: a context of at most 65536 bytes can be stored, not of " + length);
    }
  }

  /** Reads the prefix that is all of a container. */
  static Prefix container(byte[] container) {
    try (ByteArrayInputStream in = new ByteArrayInputStream(container)) {
      Prefix prefix = Prefix.read(new HeaderInput(in));
      if (in.available() > 0) {
        throw new MalformedMessageException(
            "not an empty container: something stands behind its recipients; open it instead");
      }
      return prefix;
    } catch (IOException e) {
      throw new IllegalStateException("memory gives what is read of it", e);
    }
  }
}
