package io.github.embeddedkms.envelope;

import io.github.embeddedkms.envelope.TrustedKeys.Attempt;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
  private final List<OfflineTarget> targets;

  /** What messages are sealed for: the name of each key and target. */
  private final List<String> sealedFor;

  private final TrustedKeys trusted;
  private final Attempts attempts;
  private final SecureRandom salts;
  private final boolean storesContext;
  private final @Nullable DataKeyCache cache;

  MessageKeys(EnvelopeBuilder builder, @Nullable DataKeyCache cache) {
    this.service = new DataKeyService(builder.kms);
    this.keys = List.copyOf(builder.keys);
    this.targets = List.copyOf(builder.targets);
    List<String> names = new ArrayList<>(keys);
    targets.forEach(target -> names.add(target.id()));
    this.sealedFor = List.copyOf(names);
    Set<String> opening = new LinkedHashSet<>(keys);
    opening.addAll(builder.alsoOpens);
    this.trusted =
        new TrustedKeys(
            opening,
            builder.discoveryPartition,
            Set.copyOf(builder.discoveryAccounts),
            List.copyOf(builder.opensOffline));
    this.attempts = new Attempts(builder.maxAttempts);
    this.salts = builder.salts;
    this.storesContext = builder.storesContext;
    this.cache = cache;
  }

  /** Begins a message under a new or a cached data key. */
  NewMessage begin(EncryptionContext context, long length) {
    requireKeys();
    requireStorable(context);
    try (Lease lease = leaseToSeal(context, length)) {
      return begin(new Prefix(lease.dataKey().recipients()), lease, context);
    }
  }

  private Lease leaseToSeal(EncryptionContext context, long length) {
    if (!targets.isEmpty()) {
      OfflineTarget.requireBindable(context);
    }
    if (keys.isEmpty()) {
      // Without a call of the service, there is nothing that a cache would save.
      return Lease.of(withTargets(new DataKey(OfflineTarget.newDataKey(), List.of()), context));
    }
    return lease(
        sealedFor,
        EMPTY,
        context,
        length,
        () -> withTargets(service.generate(keys, context), context));
  }

  /** Seals a data key to the public keys as well. Closes it if that fails. */
  private DataKey withTargets(DataKey dataKey, EncryptionContext context) {
    try {
      List<Recipient> recipients = new ArrayList<>(dataKey.recipients());
      targets.forEach(target -> recipients.add(target.seal(dataKey.secret(), context)));
      return new DataKey(dataKey.secret(), recipients);
    } catch (RuntimeException | Error e) {
      dataKey.close();
      throw e;
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
    return explained(
        header.prefix(),
        () ->
            attempts.first(
                trusted.attempts(header.prefix().recipients()),
                attempt -> keysIfCommitted(header, attempt, context)));
  }

  /** Opens a message, and says why none of its recipients fits, as far as anyone can see that. */
  private <T> T explained(Prefix prefix, Supplier<T> opening) {
    try {
      return opening.get();
    } catch (WrongContextOrKeyException e) {
      List<Recipient> recipients = prefix.recipients();
      if (recipients.stream().anyMatch(Recipient::isUnknown)) {
        throw new UnsupportedVersionException(
            "no recipient that this library knows opens the message, and it also has recipients of"
                + " unknown kinds ("
                + recipients.stream()
                    .filter(Recipient::isUnknown)
                    .map(recipient -> Integer.toString(recipient.kind()))
                    .collect(Collectors.joining(", "))
                + "); update the library");
      }
      if (recipients.stream().anyMatch(trusted::isForOtherPublicKey)) {
        throw new OtherPublicKeyException();
      }
      if (trusted.offline().isEmpty() && recipients.stream().allMatch(Recipient::isOffline)) {
        throw new SealedOfflineException(
            "the message was sealed offline: anyone with the public key can make it; name its key"
                + " with opensOffline if you accept that");
      }
      throw e;
    }
  }

  /**
   * A message that opens.
   *
   * @param key its keys
   * @param recipients all recipients for a trusted key that open the message
   */
  record Verified(MessageKey key, List<EnvelopeRecipient> recipients) {}

  /**
   * Tries every recipient separately.
   *
   * @throws RuntimeException if no recipient opens the message
   */
  Verified verify(Header header, EncryptionContext context) {
    requireStored(header, context);
    List<EnvelopeRecipient> opening = new ArrayList<>();
    MessageKey key = null;
    RuntimeException failure = new WrongContextOrKeyException();
    for (Recipient recipient : header.prefix().recipients()) {
      try {
        key =
            attempts.first(
                trusted.attempts(List.of(recipient)),
                attempt -> keysIfCommitted(header, attempt, context));
        opening.add(EnvelopeRecipient.of(recipient));
      } catch (WrongContextOrKeyException e) {
        // The recipient is not for this reader or does not belong to this message: leave it out.
      } catch (RuntimeException e) {
        // Its key cannot be used now, for example a recovery key: another recipient may open it.
        failure = e;
      }
    }
    if (key == null) {
      RuntimeException reason = failure;
      return explained(
          header.prefix(),
          () -> {
            throw reason;
          });
    }
    return new Verified(key, opening);
  }

  private Optional<MessageKey> keysIfCommitted(
      Header header, Attempt attempt, EncryptionContext context) {
    return ifCommitted(header, attempt, context, (dataKey, key) -> key);
  }

  /** Uses the data key of a recipient and the keys of the message, if the message commits to it. */
  private <T> Optional<T> ifCommitted(
      Header header,
      Attempt attempt,
      EncryptionContext context,
      BiFunction<SecretBytes, MessageKey, T> use) {
    try (Lease lease = leaseToOpen(attempt, context)) {
      if (!hasDataKeyLength(lease)) {
        return Optional.empty();
      }
      SecretBytes dataKey = lease.dataKey().secret();
      MessageKey key = MessageKey.derive(dataKey, header.salt(), header.flags(), context);
      return key.commitsTo(header.commitment())
          ? Optional.of(use.apply(dataKey, key))
          : Optional.empty();
    }
  }

  /** Creates the recipients of a container for another component to fill. */
  Prefix prepare(EncryptionContext context) {
    requireKeys();
    if (!targets.isEmpty()) {
      throw new IllegalStateException(
          "embedded-kms: a container cannot be prepared for public keys: its maker would know the"
              + " data key");
    }
    return new Prefix(service.generateWithoutPlaintext(keys, context));
  }

  /** Creates new recipients for the data key of the old ones. */
  Prefix rewrap(Header old, EncryptionContext context, NewRecipients wanted) {
    requireStored(old, context);
    RecipientReplacement replacement = new RecipientReplacement(service, trusted, attempts);
    return explained(
        old.prefix(),
        () ->
            replacement.replace(
                old.prefix(),
                context,
                wanted,
                (attempt, sealer) ->
                    ifCommitted(old, attempt, context, (dataKey, key) -> sealer.apply(dataKey))));
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
    boolean online = attempt.recipient().isOnline();
    return lease(
        attempt.keyIds(),
        cache == null ? EMPTY : digest(attempt),
        context,
        UNKNOWN,
        () -> online ? service.decrypt(attempt, context) : service.openOffline(attempt, context));
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

  /** An online recipient's blob names its key; of an offline one, all of it counts. */
  private static Bytes digest(Attempt attempt) {
    return attempt.recipient().isOnline()
        ? Sha256.of(attempt.recipient().sealed())
        : attempt.offline().digest();
  }

  private void requireKeys() {
    if (sealedFor.isEmpty()) {
      throw new IllegalStateException(
          "embedded-kms: this envelope has no key to seal for; it can only open messages");
    }
  }

  private void requireStorable(EncryptionContext context) {
    if (!storesContext) {
      return;
    }
    int length = context.canonicalBytes().length;
    if (length > Header.MAX_CONTEXT_BYTES) {
      throw new IllegalArgumentException(
          "embedded-kms: a context to be stored must have at most 65536 bytes, not " + length);
    }
  }

  /** Reads a container, which consists of a prefix only. */
  static Prefix container(byte[] container) {
    try (ByteArrayInputStream in = new ByteArrayInputStream(container)) {
      Prefix prefix = Prefix.read(new HeaderInput(in));
      if (prefix.version() == Prefix.VERSION_2) {
        throw in.available() == 0
            ? HeaderInput.truncated()
            : new MalformedMessageException(
                "not an empty container: a message that was sealed offline is none");
      }
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
