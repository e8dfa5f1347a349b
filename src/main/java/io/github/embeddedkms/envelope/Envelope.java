package io.github.embeddedkms.envelope;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts and decrypts data with data keys of any {@link KmsClient}. Each message carries its data
 * key, sealed under one or more KMS keys.
 *
 * <p>A message has less than 2^48 bytes and is sealed in segments of 64 KiB with AES-256-GCM, in
 * constant memory. It is longer than its data by 71 bytes, 16 for each started 64 KiB (an empty
 * message has one segment too), and its recipients (about 190 bytes each with keys of this
 * library). Every byte is authenticated before it is released, and a truncated message never opens
 * completely. The package comment specifies the format and gives its reasons.
 *
 * <p>A message is bound to an {@link EncryptionContext}. Opening it requires the same context, with
 * all pairs and no others. The context is not in the message, unless {@link
 * EnvelopeBuilder#storeContext} is set.
 *
 * <p>Errors: an {@link EnvelopeException} means that a message does not open; a {@code
 * KmsException} is an error of the service itself (key disabled, access denied). A null context
 * causes a {@link NullPointerException}.
 *
 * <p>Safe for use by several threads, and meant to be reused. Close an envelope that has a cache:
 * closing wipes the cached data keys. Until then the data keys of an idle envelope stay in memory,
 * since nothing runs in the background.
 */
public final class Envelope implements AutoCloseable {

  private final MessageKeys keys;
  private final int parallelism;
  private final Executor executor;
  private final Duration waitTimeout;
  private final @Nullable DataKeyCache cache;
  private volatile boolean closed;

  Envelope(EnvelopeBuilder builder) {
    this.parallelism = builder.parallelism;
    this.executor = builder.executor;
    this.waitTimeout = builder.waitTimeout;
    this.cache =
        builder.cacheLimits == null
            ? null
            : new DataKeyCache(
                builder.cacheLimits, builder.waitTimeout, builder.cacheRenewer, builder.nanoTime);
    this.keys = new MessageKeys(builder, cache);
  }

  /**
   * Returns a builder of an envelope.
   *
   * @param kms the client that supplies data keys; the caller closes it. The plaintext data keys
   *     that it returns are wiped, so a stub must return a new response each time
   * @return a new builder
   */
  public static EnvelopeBuilder builder(KmsClient kms) {
    return new EnvelopeBuilder(Objects.requireNonNull(kms, "kms"));
  }

  /**
   * Returns a builder of an envelope without a client. It seals to public keys ({@link
   * EnvelopeBuilder#sealTo}) and opens nothing.
   *
   * @return a new builder
   */
  public static EnvelopeBuilder builder() {
    return new EnvelopeBuilder(null);
  }

  /**
   * Seals bytes.
   *
   * @param plaintext any number of bytes whose message fits an array
   * @param context what the message is bound to; {@link EncryptionContext#none()} for nothing
   * @return the message
   * @throws IllegalArgumentException if the message would be too long for an array
   */
  public byte[] seal(byte[] plaintext, EncryptionContext context) {
    requireArray(plaintext.length);
    return seal(keys.begin(require(context), plaintext.length), plaintext);
  }

  /**
   * Opens a message.
   *
   * @param sealed a whole message
   * @param context the context that it was sealed with
   * @return the plaintext, all of it authentic
   * @throws EnvelopeException if the message does not open
   */
  public byte[] open(byte[] sealed, EncryptionContext context) {
    require(context);
    HeaderInput in = new HeaderInput(new ByteArrayInputStream(sealed));
    MessageKey key = keys.open(fromMemory(() -> Header.read(in)), context);
    int length = sealed.length - in.count();
    int count = length / SegmentCipher.SEALED_BYTES + 1;
    byte[] plaintext = new byte[Math.max(0, length - count * SegmentCipher.TAG_BYTES)];
    try (Segments segments = segments(key)) {
      segments.open(0, sealed, in.count(), length, true, plaintext, 0);
      return plaintext;
    } catch (RuntimeException | Error e) {
      // Wipe the segments before the one that failed.
      Arrays.fill(plaintext, (byte) 0);
      throw e;
    }
  }

  /**
   * Seals a stream. If reading or writing fails, the output is never accepted as a complete
   * message.
   *
   * @param plaintext read to its end; the caller closes it
   * @param sealed where the message goes; the caller closes it
   * @param context what the message is bound to; {@link EncryptionContext#none()} for nothing
   * @throws IOException if reading or writing fails
   */
  public void seal(InputStream plaintext, OutputStream sealed, EncryptionContext context)
      throws IOException {
    requireStreams(plaintext, sealed);
    sealAll(plaintext, sealed, keys.begin(require(context), MessageKeys.UNKNOWN));
  }

  /**
   * Opens a stream. <b>Plaintext is written before the end of the message has been read</b>: all of
   * it is authentic, but it is complete only when this method returns. If this method throws,
   * discard what was written; an {@link AtomicFile} does that.
   *
   * @param sealed a message, read to its end; the caller closes it
   * @param plaintext where the plaintext goes; the caller closes it
   * @param context the context that it was sealed with
   * @throws IOException if reading or writing fails
   * @throws EnvelopeException if the message does not open
   */
  public void open(InputStream sealed, OutputStream plaintext, EncryptionContext context)
      throws IOException {
    require(context);
    requireStreams(sealed, plaintext);
    MessageKey key = keys.open(Header.read(new HeaderInput(sealed)), context);
    OpeningInputStream in = new OpeningInputStream(sealed, segments(key));
    try {
      in.transferTo(plaintext);
      plaintext.flush();
    } finally {
      in.discard();
    }
  }

  /**
   * Begins a message that is written in pieces. If the source of the data may fail, {@link
   * #seal(InputStream, OutputStream, EncryptionContext)} is safer; {@link SealingOutputStream}
   * explains why.
   *
   * @param sealed where the message goes, its header at once; closed by the stream that is returned
   * @param context what the message is bound to; {@link EncryptionContext#none()} for nothing
   * @return a stream that takes the plaintext, and finishes the message when it is closed
   * @throws IOException if the header cannot be written
   */
  public SealingOutputStream sealing(OutputStream sealed, EncryptionContext context)
      throws IOException {
    Objects.requireNonNull(sealed, "sealed");
    return sealing(keys.begin(require(context), MessageKeys.UNKNOWN), sealed);
  }

  /**
   * Opens a message while it is read. <b>The message is complete only when the stream has returned
   * -1</b>: until then, a truncation has not been detected. Closing verifies nothing.
   *
   * @param sealed a message; closed by the stream that is returned
   * @param context the context that it was sealed with
   * @return a stream of the plaintext, each byte authentic; it throws an {@link EnvelopeException}
   *     where the message was altered or truncated, and at every call after that. Not safe for use
   *     by several threads
   * @throws IOException if the header cannot be read
   * @throws EnvelopeException if the message does not open
   */
  public InputStream opening(InputStream sealed, EncryptionContext context) throws IOException {
    require(context);
    MessageKey key = keys.open(Header.read(new HeaderInput(sealed)), context);
    return new OpeningInputStream(sealed, segments(key));
  }

  /**
   * Opens a message for random access. A read opens only the segments that it touches. The last
   * segment is opened at once, so that the size is authentic.
   *
   * @param sealed the message and nothing else, from position 0 on; closed by the channel that is
   *     returned; its position must not be changed by other code
   * @param context the context that it was sealed with
   * @return a channel for reading; once it has thrown an {@link EnvelopeException}, every call
   *     throws it. Safe for use by several threads, one at a time
   * @throws IOException if the message cannot be read
   * @throws EnvelopeException if the message does not open
   */
  public SeekableByteChannel openingChannel(SeekableByteChannel sealed, EncryptionContext context)
      throws IOException {
    require(context);
    sealed.position(0);
    // This may read beyond the header; every read of the body sets its own position.
    HeaderInput in = new HeaderInput(new BufferedInputStream(Channels.newInputStream(sealed)));
    MessageKey key = keys.open(Header.read(in), context);
    return new OpeningChannel(sealed, in.count(), key, waitTimeout);
  }

  /**
   * Returns a view that runs its work on other threads.
   *
   * @param executor runs the work; the caller shuts it down
   * @return a view of this envelope
   */
  public AsyncEnvelope async(Executor executor) {
    return new AsyncEnvelope(this, Objects.requireNonNull(executor, "executor"));
  }

  /**
   * Reads the part of a message that can be read without any key.
   *
   * @param sealed a message, or its first bytes
   * @return the claims of its header
   * @throws EnvelopeException if it does not begin like a message
   */
  public static EnvelopeHeader inspect(byte[] sealed) {
    return fromMemory(() -> inspect(new ByteArrayInputStream(sealed)));
  }

  /**
   * Reads the part of a message that can be read without any key.
   *
   * @param sealed a message, of which only the header is read; the caller closes it
   * @return the claims of its header
   * @throws IOException if reading fails
   * @throws EnvelopeException if it does not begin like a message
   */
  public static EnvelopeHeader inspect(InputStream sealed) throws IOException {
    return EnvelopeHeader.read(new HeaderInput(sealed));
  }

  /**
   * Replaces the recipients of a message within the service. The data key never enters this
   * process, and the body of the message is not changed.
   *
   * <p><b>Open the new message once, with {@link #verify}, before you delete the old one or the old
   * key.</b> Without the data key, nothing binds a recipient to the body, so this method cannot
   * detect that an attacker swapped the recipients beforehand. A reader who has the old message, or
   * once had the data key, can still read the data: a rewrap limits only future access to the new
   * message.
   *
   * @param message a whole message for one of this envelope's keys; not changed
   * @param context the context that it was sealed with
   * @param newKeys 1 to 16 keys to seal for: key id, key ARN, alias name or alias ARN
   * @return the new message
   * @throws EnvelopeException if the message is not for this envelope's keys, or incomplete
   * @throws IllegalArgumentException if there are no new keys, or more than 16
   */
  public byte[] rewrap(byte[] message, EncryptionContext context, List<String> newKeys) {
    return rewrap(message, context, NewRecipients.keys(newKeys));
  }

  /**
   * Replaces the recipients of a message. With {@linkplain NewRecipients#sealTo public keys} among
   * the new ones, the data key enters this process, and the message is proved to belong to it.
   *
   * <p>For new online keys, one of the message's online recipients must open it: who sealed a
   * message offline knows its data key, and must not get that sealed in the name of another key.
   *
   * @param message a whole message for one of this envelope's keys; not changed
   * @param context the context that it was sealed with
   * @param recipients the new recipients
   * @return the new message
   * @throws SealedOfflineException if there are new online keys, and the message has no online
   *     recipient
   * @throws EnvelopeException if the message is not for this envelope's keys, or incomplete
   * @throws IllegalArgumentException if there would be more than 16 recipients
   */
  public byte[] rewrap(byte[] message, EncryptionContext context, NewRecipients recipients) {
    ByteArrayOutputStream rewrapped = new ByteArrayOutputStream(message.length);
    fromMemory(
        () -> {
          rewrap(new ByteArrayInputStream(message), rewrapped, context, recipients);
          return rewrapped;
        });
    return rewrapped.toByteArray();
  }

  /**
   * Replaces the recipients of a message that is a stream, see {@link #rewrap(byte[],
   * EncryptionContext, List)}. Never write over the message that is read: its header may be the
   * only copy of its data key.
   *
   * @param message read to its end; the caller closes it
   * @param rewrapped where the new message goes, to be discarded if this method throws; the caller
   *     closes it
   * @param context the context that it was sealed with
   * @param newKeys 1 to 16 keys to seal for
   * @throws IOException if reading or writing fails
   */
  public void rewrap(
      InputStream message, OutputStream rewrapped, EncryptionContext context, List<String> newKeys)
      throws IOException {
    rewrap(message, rewrapped, context, NewRecipients.keys(newKeys));
  }

  /**
   * Replaces the recipients of a message that is a stream, see {@link #rewrap(byte[],
   * EncryptionContext, NewRecipients)}.
   *
   * @param message read to its end; the caller closes it
   * @param rewrapped where the new message goes, to be discarded if this method throws; the caller
   *     closes it
   * @param context the context that it was sealed with
   * @param recipients the new recipients
   * @throws IOException if reading or writing fails
   */
  public void rewrap(
      InputStream message,
      OutputStream rewrapped,
      EncryptionContext context,
      NewRecipients recipients)
      throws IOException {
    Rewrap.run(keys, message, rewrapped, require(context), recipients);
  }

  /**
   * Replaces the recipients of a message in a file, see {@link #rewrap(byte[], EncryptionContext,
   * List)}. The new file appears under its name only when it is complete and on the disk.
   *
   * @param message a file, not changed
   * @param rewrapped another file; replaced if it exists
   * @param context the context that it was sealed with
   * @param newKeys 1 to 16 keys to seal for
   * @throws IOException if reading or writing fails
   * @throws IllegalArgumentException if both are the same file
   */
  public void rewrap(Path message, Path rewrapped, EncryptionContext context, List<String> newKeys)
      throws IOException {
    if (Files.exists(rewrapped) && Files.isSameFile(message, rewrapped)) {
      throw new IllegalArgumentException(
          "embedded-kms: a message cannot be rewrapped in place; write it to another file");
    }
    try (InputStream in = Files.newInputStream(message);
        AtomicFile out = AtomicFile.create(rewrapped)) {
      rewrap(in, out, context, newKeys);
      out.commit();
    }
  }

  /**
   * Verifies that a message opens to its end, and returns the recipients that open it. Each
   * recipient is tried separately, with one call of Decrypt for each of this envelope's keys that
   * it may be for, up to {@link EnvelopeBuilder#maxAttempts}: with the default, at most 4 calls for
   * each of up to 16 recipients. A recipient whose key cannot be used now is left out. The
   * service's error is thrown only if no recipient opens the message.
   *
   * @param sealed a message, read to its end; the caller closes it
   * @param context the context that it was sealed with
   * @return all recipients that are for this envelope's keys and open this very message, at least
   *     one; after a rewrap, check that all of the new keys are among them
   * @throws IOException if reading fails
   * @throws EnvelopeException if the message does not open
   */
  public List<EnvelopeRecipient> verify(InputStream sealed, EncryptionContext context)
      throws IOException {
    require(context);
    MessageKeys.Verified verified = keys.verify(Header.read(new HeaderInput(sealed)), context);
    OpeningInputStream in = new OpeningInputStream(sealed, segments(verified.key()));
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } finally {
      in.discard();
    }
    return verified.recipients();
  }

  /**
   * Creates an empty container for another component to fill. Only the component that fills it sees
   * the data key and needs permission for Decrypt.
   *
   * <p>The component that fills the container trusts that the component that prepares it did not
   * choose the data key. Grant the preparing component {@code kms:GenerateDataKeyWithoutPlaintext}
   * only (and {@code kms:ReEncrypt*} for several keys): with {@code kms:Encrypt} or {@code
   * kms:GenerateDataKey} it could use a data key that it knows.
   *
   * @param context what the message will be bound to
   * @return the container, which will be the beginning of the message
   */
  public byte[] prepare(EncryptionContext context) {
    return keys.prepare(require(context)).toByteArray();
  }

  /**
   * Seals bytes into a prepared container. Filling a container twice creates two valid messages.
   *
   * @param container what {@link #prepare} returned
   * @param plaintext any number of bytes whose message fits an array
   * @param context the context that it was prepared with
   * @return the message
   * @throws EnvelopeException if it is not an empty container, or not for this envelope's keys
   */
  public byte[] fill(byte[] container, byte[] plaintext, EncryptionContext context) {
    requireArray(plaintext.length);
    return seal(keys.fill(MessageKeys.container(container), require(context)), plaintext);
  }

  /**
   * Seals a stream into a prepared container, see {@link #seal(InputStream, OutputStream,
   * EncryptionContext)}.
   *
   * @param container what {@link #prepare} returned
   * @param plaintext read to its end; the caller closes it
   * @param sealed where the whole message goes; the caller closes it
   * @param context the context that it was prepared with
   * @throws IOException if reading or writing fails
   * @throws EnvelopeException if it is not an empty container, or not for this envelope's keys
   */
  public void fill(
      byte[] container, InputStream plaintext, OutputStream sealed, EncryptionContext context)
      throws IOException {
    requireStreams(plaintext, sealed);
    sealAll(plaintext, sealed, keys.fill(MessageKeys.container(container), require(context)));
  }

  /**
   * Begins a message in a prepared container, see {@link #sealing}.
   *
   * @param container what {@link #prepare} returned
   * @param sealed where the whole message goes; closed by the stream that is returned
   * @param context the context that it was prepared with
   * @return a stream that takes the plaintext, and finishes the message when it is closed
   * @throws IOException if the header cannot be written
   * @throws EnvelopeException if it is not an empty container, or not for this envelope's keys
   */
  public SealingOutputStream filling(
      byte[] container, OutputStream sealed, EncryptionContext context) throws IOException {
    Objects.requireNonNull(sealed, "sealed");
    return sealing(keys.fill(MessageKeys.container(container), require(context)), sealed);
  }

  /**
   * Returns the counters of the data-key cache.
   *
   * @return the counters, all 0 if there is no cache
   */
  public CacheStatistics cacheStatistics() {
    return cache == null ? new CacheStatistics(0, 0, 0, 0) : cache.statistics();
  }

  /**
   * Closes this envelope, which can then no longer be used, and wipes the data keys in its cache.
   * Existing streams continue to work. Without a cache, nothing is wiped.
   */
  @Override
  public void close() {
    closed = true;
    if (cache != null) {
      cache.close();
    }
  }

  private byte[] seal(MessageKeys.NewMessage message, byte[] plaintext) {
    byte[] header = message.header().toByteArray();
    int count = plaintext.length / SegmentCipher.PLAINTEXT_BYTES + 1;
    byte[] sealed =
        Arrays.copyOf(
            header,
            Math.addExact(plaintext.length, header.length + count * SegmentCipher.TAG_BYTES));
    try (Segments segments = segments(message.key())) {
      segments.seal(0, plaintext, 0, plaintext.length, true, sealed, header.length);
    }
    return sealed;
  }

  private void sealAll(InputStream plaintext, OutputStream sealed, MessageKeys.NewMessage message)
      throws IOException {
    @SuppressWarnings("resource") // closing it would close the caller's stream
    SealingOutputStream out = sealing(message, sealed);
    try {
      out.writeAll(plaintext);
      out.finish();
    } finally {
      out.discard();
    }
  }

  private SealingOutputStream sealing(MessageKeys.NewMessage message, OutputStream sealed)
      throws IOException {
    return new SealingOutputStream(
        sealed, message.header().toByteArray(), segments(message.key()), message.charge());
  }

  private Segments segments(MessageKey key) {
    return Segments.of(key, parallelism, executor, waitTimeout);
  }

  private EncryptionContext require(EncryptionContext context) {
    if (closed) {
      throw new IllegalStateException("embedded-kms: the envelope is closed");
    }
    return Objects.requireNonNull(
        context, "context; use EncryptionContext.none() if there is none");
  }

  /** Checks the streams before the service is called. */
  private static void requireStreams(InputStream in, OutputStream out) {
    Objects.requireNonNull(in, "the stream to read");
    Objects.requireNonNull(out, "the stream to write");
  }

  /** Checks the length before the service is called, with room for the longest header. */
  private static void requireArray(int length) {
    if (length + 16L * (length / SegmentCipher.PLAINTEXT_BYTES + 1)
        > Integer.MAX_VALUE - (1 << 18)) {
      throw new IllegalArgumentException(
          "embedded-kms: a message of "
              + length
              + " bytes does not fit in an array; seal it as a stream");
    }
  }

  private interface ReadAction<T> {
    T read() throws IOException;
  }

  private static <T> T fromMemory(ReadAction<T> reading) {
    try {
      return reading.read();
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory cannot fail", e);
    }
  }
}
