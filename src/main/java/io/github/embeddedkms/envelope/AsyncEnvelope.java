package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.EncryptionContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * An {@link Envelope} that runs its work on the threads of an executor. A future completes with the
 * exception that the envelope throws; an {@link IOException} is wrapped in an {@link
 * UncheckedIOException}. Cancelling a future does not stop the work. Safe for use by several
 * threads.
 */
public final class AsyncEnvelope {

  private final Envelope envelope;
  private final Executor executor;

  AsyncEnvelope(Envelope envelope, Executor executor) {
    this.envelope = envelope;
    this.executor = executor;
  }

  /**
   * Seals bytes, see {@link Envelope#seal(byte[], EncryptionContext)}.
   *
   * @param plaintext any number of bytes, not to be changed before the future completes
   * @param context what the message is bound to
   * @return a future of the message
   */
  public CompletableFuture<byte[]> seal(byte[] plaintext, EncryptionContext context) {
    return CompletableFuture.supplyAsync(() -> envelope.seal(plaintext, context), executor);
  }

  /**
   * Opens a message, see {@link Envelope#open(byte[], EncryptionContext)}.
   *
   * @param sealed a whole message, not to be changed before the future completes
   * @param context the context that it was sealed with
   * @return a future of the plaintext
   */
  public CompletableFuture<byte[]> open(byte[] sealed, EncryptionContext context) {
    return CompletableFuture.supplyAsync(() -> envelope.open(sealed, context), executor);
  }

  /**
   * Seals a stream, see {@link Envelope#seal(InputStream, OutputStream, EncryptionContext)}.
   *
   * @param plaintext read to its end
   * @param sealed where the message goes
   * @param context what the message is bound to
   * @return a future that completes when the message is complete
   */
  public CompletableFuture<Void> seal(
      InputStream plaintext, OutputStream sealed, EncryptionContext context) {
    return run(() -> envelope.seal(plaintext, sealed, context));
  }

  /**
   * Opens a stream, see {@link Envelope#open(InputStream, OutputStream, EncryptionContext)}.
   *
   * @param sealed read to its end
   * @param plaintext where the plaintext goes; discard it if the future fails
   * @param context the context that it was sealed with
   * @return a future that completes when the whole plaintext is verified and written
   */
  public CompletableFuture<Void> open(
      InputStream sealed, OutputStream plaintext, EncryptionContext context) {
    return run(() -> envelope.open(sealed, plaintext, context));
  }

  private interface Work {
    void run() throws IOException;
  }

  private CompletableFuture<Void> run(Work work) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            work.run();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        executor);
  }
}
