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
 * Encrypts and decrypts data with data keys of any {@link KmsClient}: each message carries its data
 * key, sealed under one KMS key or several.
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
 * <p>Errors: an {@link EnvelopeException} says that a message does not open; a {@code KmsException}
 * is the service's own error (key disabled, access denied). A context that is null is a {@link
 * NullPointerException}.
 *
 * <p>Safe for use by several threads, and meant to be kept. It should be closed if it has a cache,
 * which wipes the data keys in it; until then those of an idle envelope stay in memory, since
 * nothing runs in the background.
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
            : new DataKeyCache(builder.cacheLimits, builder.waitTimeout, builder.nanoTime);
    this.keys = new MessageKeys(builder, cache);
  }

  /**
   * Begins the settings of an envelope.
   *
   * @param kms asked for data keys; remains the caller's to close. The plaintext data keys that it
   *     returns are wiped, so a stub must return a new response each time
   * @return a new builder
   */
  public static EnvelopeBuilder builder(KmsClient kms) {
    return new EnvelopeBuilder(kms);
  }

  /**
   * Seals bytes.
   *
   * @param plaintext any number of bytes whose message fits an array
   * @param context what the message is bound to; {@link EncryptionContext#none()} for nothing
   * @return the message
   * @throws IllegalArgumentException if it is too long for an array
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
    try {
      segments(key).open(0, sealed, in.count(), length, true, plaintext, 0);
      return plaintext;
    } catch (RuntimeException | Error e) {
      // The segments before the one that failed.
      Arrays.fill(plaintext, (byte) 0);
      throw e;
    }
  }

  /**
   * Seals a stream. If reading or writing fails, what was written never looks complete.
   *
   * @param plaintext read to its end; remains the caller's to close
   * @param sealed where the message goes; remains the caller's to close
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
   * discard what was written; {@link AtomicFile} does so.
   *
   * @param sealed a message, read to its end; remains the caller's to close
   * @param plaintext where the plaintext goes; remains the caller's to close
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
   * #seal(InputStream, OutputStream, EncryptionContext)} is safer: see {@link SealingOutputStream}
   * about closing.
   *
   * @param sealed where the message goes, its header at once; closed by the stream that is returned
   * @param context what the message is bound to; {@link EncryptionContext#none()} for nothing
   * @return takes the plaintext, and finishes the message when it is closed
   * @throws IOException if the header cannot be written
   */
  public SealingOutputStream sealing(OutputStream sealed, EncryptionContext context)
      throws IOException {
    Objects.requireNonNull(sealed, "sealed");
    return sealing(keys.begin(require(context), MessageKeys.UNKNOWN), sealed);
  }

  /**
   * Opens a message while it is read. <b>The message is complete only when the stream has returned
   * -1</b>: before, truncation has not been detected, and closing verifies nothing.
   *
   * @param sealed a message; closed by the stream that is returned
   * @param context the context that it was sealed with
   * @return a stream of the plaintext, each byte authentic; throws an {@link EnvelopeException}
   *     where the message was altered or truncated, and then at every call. Not safe for use by
   *     several threads
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
   *     does. Safe for use by several threads, one at a time
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
   * Returns a view that works on other threads.
   *
   * @param executor runs the work; remains the caller's to shut down
   * @return a view of this envelope
   */
  public AsyncEnvelope async(Executor executor) {
    return new AsyncEnvelope(this, Objects.requireNonNull(executor, "executor"));
  }

  /**
   * Reads what can be read of a message without any key.
   *
   * @param sealed a message, or its first bytes
   * @return what it claims
   * @throws EnvelopeException if it does not begin as a message
   */
  public static EnvelopeHeader inspect(byte[] sealed) {
    return fromMemory(() -> inspect(new ByteArrayInputStream(sealed)));
  }

  /**
   * Reads what can be read of a message without any key.
   *
   * @param sealed a message, of which only the header is read; remains the caller's to close
   * @return what it claims
   * @throws IOException if reading fails
   * @throws EnvelopeException if it does not begin as a message
   */
  public static EnvelopeHeader inspect(InputStream sealed) throws IOException {
    return EnvelopeHeader.read(new HeaderInput(sealed));
  }

  /**
   * Replaces the recipients of a message within the service: its data key is never seen here, and
   * its body stays as it is.
   *
   * <p><b>Open the new message once, with {@link #verify}, before you delete the old one or the old
   * key.</b> Nothing binds a recipient to the body without the data key, so an attacker who swapped
   * the recipients beforehand is not detected here. A reader with the old message, or who once had
   * the data key, can still read the data: a rewrap limits future access to the new message only.
   *
   * @param message a whole message for one of this envelope's keys; left as it is
   * @param context the context that it was sealed with
   * @param newKeys 1 to 16 keys to seal for: key id, key ARN, alias name or alias ARN
   * @return the new message
   * @throws EnvelopeException if the message is not for this envelope's keys, or not whole
   * @throws IllegalArgumentException if there are no new keys, or more than 16
   */
  public byte[] rewrap(byte[] message, EncryptionContext context, List<String> newKeys) {
    ByteArrayOutputStream rewrapped = new ByteArrayOutputStream(message.length);
    fromMemory(
        () -> {
          rewrap(new ByteArrayInputStream(message), rewrapped, context, newKeys);
          return rewrapped;
        });
    return rewrapped.toByteArray();
  }

  /**
   * Replaces the recipients of a message that is a stream, see {@link #rewrap(byte[],
   * EncryptionContext, List)}. Never write over the message that is read: its header may be the
   * only copy of its data key.
   *
   * @param message read to its end; remains the caller's to close
   * @param rewrapped where the new message goes, to be thrown away if this throws; remains the
   *     caller's to close
   * @param context the context that it was sealed with
   * @param newKeys 1 to 16 keys to seal for
   * @throws IOException if reading or writing fails
   */
  public void rewrap(
      InputStream message, OutputStream rewrapped, EncryptionContext context, List<String> newKeys)
      throws IOException {
    Rewrap.run(keys, message, rewrapped, require(context), List.copyOf(newKeys));
  }

  /**
   * Replaces the recipients of a message in a file, see {@link #rewrap(byte[], EncryptionContext,
   * List)}. The new file appears under its name when it is complete and on the disk, never before.
   *
   * @param message a file, left as it is
   * @param rewrapped another file; replaced if it is there
   * @param context the context that it was sealed with
   * @param newKeys 1 to 16 keys to seal for
   * @throws IOException if reading or writing fails
   * @throws IllegalArgumentException if both are one file
   */
  public void rewrap(Path message, Path rewrapped, EncryptionContext context, List<String> newKeys)
      throws IOException {
    if (Files.exists(rewrapped) && Files.isSameFile(message, rewrapped)) {
      throw new IllegalArgumentException(
          "embedded-kms: a message is rewrapped into another file, never in place");
    }
    try (InputStream in = Files.newInputStream(message);
        AtomicFile out = AtomicFile.create(rewrapped)) {
      rewrap(in, out, context, newKeys);
      out.commit();
    }
  }

  /**
   * Verifies that a message opens to its end, and by which recipients. Each of them is tried by
   * itself, with one call of Decrypt for each of this envelope's keys that it may be for, up to
   * {@link EnvelopeBuilder#maxAttempts}: with the default at most 4 calls for each of up to 16
   * recipients. One whose key cannot be used now is left out; only if none opens the message, the
   * service's error is thrown.
   *
   * @param sealed a message, read to its end; remains the caller's to close
   * @param context the context that it was sealed with
   * @return the key ARNs of all recipients that are for this envelope's keys and open this very
   *     message, at least one; after a rewrap, check that all of the new keys are among them
   * @throws IOException if reading fails
   * @throws EnvelopeException if the message does not open
   */
  public List<String> verify(InputStream sealed, EncryptionContext context) throws IOException {
    require(context);
    MessageKeys.Verified verified = keys.verify(Header.read(new HeaderInput(sealed)), context);
    OpeningInputStream in = new OpeningInputStream(sealed, segments(verified.key()));
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } finally {
      in.discard();
    }
    return verified.keyArns();
  }

  /**
   * Prepares a container that another component fills, which may call Decrypt as this one need not.
   * The data key is never seen here.
   *
   * <p>The component that fills it trusts that the data key was not chosen by the one that prepares
   * it: grant the component that prepares {@code kms:GenerateDataKeyWithoutPlaintext} only (and
   * {@code kms:ReEncrypt*} for several keys), since with {@code kms:Encrypt} or {@code
   * kms:GenerateDataKey} it could make one that it knows.
   *
   * @param context what the message will be bound to
   * @return the container, with which the message will begin
   */
  public byte[] prepare(EncryptionContext context) {
    return keys.prepare(require(context)).toByteArray();
  }

  /**
   * Seals bytes into a prepared container. A container that is filled twice gives two valid
   * messages.
   *
   * @param container what {@link #prepare} returned
   * @param plaintext any number of bytes whose message fits an array
   * @param context the context that it was prepared with
   * @return the message
   * @throws EnvelopeException if it is no empty container, or not for this envelope's keys
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
   * @param plaintext read to its end; remains the caller's to close
   * @param sealed where the whole message goes; remains the caller's to close
   * @param context the context that it was prepared with
   * @throws IOException if reading or writing fails
   * @throws EnvelopeException if it is no empty container, or not for this envelope's keys
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
   * @return takes the plaintext, and finishes the message when it is closed
   * @throws IOException if the header cannot be written
   * @throws EnvelopeException if it is no empty container, or not for this envelope's keys
   */
  public SealingOutputStream filling(
      byte[] container, OutputStream sealed, EncryptionContext context) throws IOException {
    Objects.requireNonNull(sealed, "sealed");
    return sealing(keys.fill(MessageKeys.container(container), require(context)), sealed);
  }

  /**
   * What the data-key cache has done so far.
   *
   * @return all zeros if there is no cache
   */
  public CacheStatistics cacheStatistics() {
    return cache == null ? new CacheStatistics(0, 0, 0, 0) : cache.statistics();
  }

  /**
   * Wipes the data keys of the cache, after which this envelope cannot be used any more. Existing
   * streams continue to work. Without a cache nothing is wiped.
   */
  @Override
  public void close() {
    closed = true;
    if (cache != null) {
      cache.close();
    }
  }

  private byte[] seal(MessageKeys.Begun begun, byte[] plaintext) {
    byte[] header = begun.header().toByteArray();
    int count = plaintext.length / SegmentCipher.PLAINTEXT_BYTES + 1;
    byte[] sealed =
        Arrays.copyOf(
            header,
            Math.addExact(plaintext.length, header.length + count * SegmentCipher.TAG_BYTES));
    segments(begun.key()).seal(0, plaintext, 0, plaintext.length, true, sealed, header.length);
    return sealed;
  }

  private void sealAll(InputStream plaintext, OutputStream sealed, MessageKeys.Begun begun)
      throws IOException {
    @SuppressWarnings("resource") // its end would be that of the caller's stream
    SealingOutputStream out = sealing(begun, sealed);
    try {
      out.writeAll(plaintext);
      out.finish();
    } finally {
      out.discard();
    }
  }

  private SealingOutputStream sealing(MessageKeys.Begun begun, OutputStream sealed)
      throws IOException {
    return new SealingOutputStream(
        sealed, begun.header().toByteArray(), segments(begun.key()), begun.charge());
  }

  private Segments segments(MessageKey key) {
    return Segments.of(key, parallelism, executor, waitTimeout);
  }

  private EncryptionContext require(EncryptionContext context) {
    if (closed) {
      throw new IllegalStateException("embedded-kms: the envelope is closed");
    }
    return Objects.requireNonNull(
        context, "context; EncryptionContext.none() says that there is none");
  }

  /** Before the service is called. */
  private static void requireStreams(InputStream in, OutputStream out) {
    Objects.requireNonNull(in, "the stream to read");
    Objects.requireNonNull(out, "the stream to write");
  }

  /** Before the service is called, with room for the longest header. */
  private static void requireArray(int length) {
    if (length + 16L * (length / SegmentCipher.PLAINTEXT_BYTES + 1)
        > Integer.MAX_VALUE - (1 << 18)) {
      throw new IllegalArgumentException(
          "embedded-kms: a message of " + length + " bytes fits no array; seal it as a stream");
    }
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  private static <T> T fromMemory(Reading<T> reading) {
    try {
      return reading.read();
    } catch (IOException e) {
      throw new IllegalStateException("memory gives what is read of it", e);
    }
  }
}
