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

/** Gets the keys of messages from the key management service, or from the cache if there is one. */
final class MessageKeys {

  /** The length of a message whose length is not known in advance. */
  static final long UNKNOWN = 0;

  private static final Bytes EMPTY = Bytes.fromByteArray(new byte[0]);

  /**
   * A message that has been begun.
   *
   * @param header precedes the segments
   * @param key seals the segments
   * @param charge takes the number of bytes of plaintext that have been sealed
   */
  record NewMessage(Header header, MessageKey key, LongConsumer charge) {}

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

  /** Begins a message under a new or a cached data key. */
  NewMessage begin(EncryptionContext context, long length) {
    requireKeys();
    requireStorable(context);
    try (Lease lease = lease(keys, EMPTY, context, length, () -> service.generate(keys, context))) {
      return begin(new Prefix(lease.dataKey().recipients()), lease, context);
    }
  }

  /** Begins a message after the recipients of a container. */
  NewMessage fill(Prefix container, EncryptionContext context) {
    requireStorable(context);
    return attempts.first(
        trusted.attempts(container.recipients()),
        attempt -> {
          try (Lease lease = leaseToOpen(attempt, context)) {
            return hasDataKeyLength(lease)
                ? Optional.of(begin(container, lease, context))
                : Optional.empty();
          }
        });
  }

  private NewMessage begin(Prefix prefix, Lease lease, EncryptionContext context) {
    byte[] saltBytes = new byte[Header.SALT_BYTES];
    salts.nextBytes(saltBytes);
    Bytes salt = Bytes.fromByteArray(saltBytes);
    MessageKey key =
        MessageKey.derive(lease.dataKey().secret(), salt, Header.flags(storesContext), context);
    Header header = new Header(prefix, salt, storesContext ? context : null, key.commitment());
    return new NewMessage(header, key, lease.charge());
  }

  /** Returns the keys of an existing message. */
  MessageKey open(Header header, EncryptionContext context) {
    requireStored(header, context);
    return attempts.first(
        trusted.attempts(header.prefix().recipients()),
        attempt -> keysIfCommitted(header, attempt, context));
  }

  /**
   * A message that opens.
   *
   * @param key its keys
   * @param keyArns the key ARNs of all recipients for a trusted key that open the message
   */
  record Verified(MessageKey key, List<String> keyArns) {}

  /**
   * Tries every recipient separately.
   *
   * @throws RuntimeException if no recipient opens the message
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
                attempt -> keysIfCommitted(header, attempt, context));
        keyArns.add(recipient.keyArn());
      } catch (WrongContextOrKeyException e) {
        // The recipient is not for this reader or does not belong to this message: leave it out.
      } catch (RuntimeException e) {
        // Its key cannot be used now, for example a recovery key: another recipient may open it.
        failure = e;
      }
    }
    if (key == null) {
      throw failure;
    }
    return new Verified(key, keyArns);
  }

  private Optional<MessageKey> keysIfCommitted(
      Header header, Attempt attempt, EncryptionContext context) {
    try (Lease lease = leaseToOpen(attempt, context)) {
      if (!hasDataKeyLength(lease)) {
        return Optional.empty();
      }
      MessageKey key =
          MessageKey.derive(lease.dataKey().secret(), header.salt(), header.flags(), context);
      return key.commitsTo(header.commitment()) ? Optional.of(key) : Optional.empty();
    }
  }

  /** Creates the recipients of a container for another component to fill. */
  Prefix prepare(EncryptionContext context) {
    requireKeys();
    return new Prefix(service.generateWithoutPlaintext(keys, context));
  }

  /** Creates new recipients for the data key of the old ones. */
  Prefix rewrap(Prefix old, EncryptionContext context, List<String> newKeys) {
    List<Recipient> recipients = new ArrayList<>();
    // The old recipient that worked for the first new key is used for all of them.
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

  /**
   * Requires a stored context to equal the caller's: the stored copy alone is not authenticated.
   */
  static void requireStored(Header header, EncryptionContext context) {
    if (header.context() != null && !header.context().equals(context)) {
      throw new WrongContextOrKeyException();
    }
  }

  private static boolean hasDataKeyLength(Lease lease) {
    return lease.dataKey().secret().length() == MessageKey.DATA_KEY_BYTES;
  }

  private Lease leaseToOpen(Attempt attempt, EncryptionContext context) {
    return lease(
        List.of(attempt.keyId()),
        cache == null ? EMPTY : sha256(attempt.recipient().sealedDataKey()),
        context,
        UNKNOWN,
        () -> service.decrypt(attempt, context));
  }

  private Lease lease(
      List<String> keyIds,
      Bytes digest,
      EncryptionContext context,
      long length,
      Supplier<DataKey> request) {
    if (cache == null) {
      return Lease.of(request.get());
    }
    Bytes canonical = Bytes.fromByteArray(context.canonicalBytes());
    return cache.lend(new DataKeyCache.Purpose(keyIds, digest, canonical), length, request);
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
          "embedded-kms: this envelope has no key to seal for; it can only open messages");
    }
  }

  private void requireStorable(EncryptionContext context) {
    int length = context.canonicalBytes().length;
    if (storesContext && length > Header.MAX_CONTEXT_BYTES) {
      throw new IllegalArgumentException(
          "embedded-kms: a context to be stored must have at most 65536 bytes, not " + length);
    }
  }

  /** Reads a container, which consists of a prefix only. */
  static Prefix container(byte[] container) {
    try (ByteArrayInputStream in = new ByteArrayInputStream(container)) {
      Prefix prefix = Prefix.read(new HeaderInput(in));
      if (in.available() > 0) {
        throw new MalformedMessageException(
            "not an empty container: there is data after its recipients; open it instead");
      }
      return prefix;
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory cannot fail", e);
    }
  }
}
