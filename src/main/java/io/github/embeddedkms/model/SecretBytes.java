package io.github.embeddedkms.model;

import java.nio.CharBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Secret bytes, for example a plaintext data key, a private key, or a message to encrypt.
 *
 * <p>Arrays are copied when they are passed in and when they are returned; {@link #lend} lends the
 * bytes without a copy. {@link #close()} overwrites the bytes with zeros as soon as no borrower
 * uses them, so that no cipher ever runs under a half-wiped key; every later use fails. {@link
 * #toString()} shows the length only, equality takes constant time, and {@link #hashCode()} depends
 * on the length alone, because a hash of the content would be a fingerprint of the secret in every
 * heap dump.
 *
 * <p>Wiping shortens the time that a secret is in memory. It guarantees no more than that: the
 * garbage collector may have moved the array earlier and left a copy.
 *
 * <p>Safe for use by several threads.
 */
public final class SecretBytes implements AutoCloseable {

  private static final long MAX_WAIT_SECONDS = 10;

  /**
   * The interval at which close() checks again, because the last borrower may fail to notify it.
   */
  private static final long WAIT_MILLIS = 100;

  /** A use of the bytes that has not ended yet. */
  private static final class Loan {
    private final Thread borrower = Thread.currentThread();
    private @Nullable Loan previous;
    private @Nullable Loan next;
  }

  // This is a monitor, because a thread that runs out of memory or stack always leaves it. A lock
  // of java.util.concurrent can then stay held: locking allocates after it has counted the holder,
  // and unlock() may need more stack than lock(). For the same reason, no method is called to end a
  // loan.
  private final Object monitor = new Object();
  private final byte[] content;

  // Guarded by the monitor.
  private @Nullable Loan loans;
  private boolean closed;

  private SecretBytes(byte[] content) {
    this.content = content;
  }

  /**
   * An action that uses lent bytes.
   *
   * @param <T> the type of its result
   * @param <E> the checked exception it may throw
   */
  @FunctionalInterface
  public interface Borrower<T extends @Nullable Object, E extends Exception> {

    /**
     * Uses the bytes, without changing them and without keeping the array.
     *
     * @param bytes the secret itself, not a copy
     * @return any result
     * @throws E if the action fails
     */
    T borrow(byte[] bytes) throws E;
  }

  /**
   * Copies an array. The caller remains responsible for wiping it.
   *
   * @param bytes an array of any length
   * @return the same bytes
   */
  public static SecretBytes fromByteArray(byte[] bytes) {
    return new SecretBytes(bytes.clone());
  }

  /**
   * Encodes a string in UTF-8. A {@code String} cannot be wiped: use this method only if the string
   * is in memory anyway.
   *
   * @param text a string without unpaired surrogates
   * @return its bytes
   * @throws IllegalArgumentException if the string has an unpaired surrogate
   */
  public static SecretBytes fromUtf8String(String text) {
    return new SecretBytes(Utf8.encode(text));
  }

  /**
   * Encodes characters in UTF-8, for example a passphrase. The caller remains responsible for
   * wiping the array.
   *
   * @param text characters without unpaired surrogates
   * @return their bytes
   * @throws IllegalArgumentException if there is an unpaired surrogate
   */
  public static SecretBytes fromUtf8CharArray(char[] text) {
    return new SecretBytes(Utf8.encode(CharBuffer.wrap(text)));
  }

  /**
   * Creates a secret in place, so that there is no copy to wipe.
   *
   * @param length the number of bytes, 0 or more
   * @param filler writes the secret into its argument and does not keep the array, for example
   *     {@code random::nextBytes}
   * @return the bytes that the filler wrote
   */
  public static SecretBytes filledBy(int length, Consumer<byte[]> filler) {
    byte[] bytes = new byte[length];
    try {
      filler.accept(bytes);
    } catch (RuntimeException | Error e) {
      Arrays.fill(bytes, (byte) 0);
      throw e;
    }
    return new SecretBytes(bytes);
  }

  /**
   * Lends the bytes without copying them. The bytes stay intact until the borrower returns, even if
   * another thread closes this object in the meantime.
   *
   * @param borrower uses the bytes; must neither change nor keep them, nor close this object
   * @param <T> the result's type
   * @param <E> the borrower's checked exception
   * @return what the borrower returns
   * @throws E what the borrower throws
   * @throws IllegalStateException if this object is closed
   */
  public <T extends @Nullable Object, E extends Exception> T lend(Borrower<T, E> borrower)
      throws E {
    Loan loan = new Loan();
    synchronized (monitor) {
      if (closed && !isLentTo(loan.borrower)) {
        throw new IllegalStateException("the secret is closed");
      }
      Loan after = loans;
      loan.next = after;
      if (after != null) {
        after.previous = loan;
      }
      loans = loan;
    }
    try {
      return borrower.borrow(content);
    } finally {
      synchronized (monitor) {
        Loan before = loan.previous;
        Loan after = loan.next;
        if (before == null) {
          loans = after;
        } else {
          before.next = after;
        }
        if (after != null) {
          after.previous = before;
        }
        if (closed && loans == null) {
          // close() may have given up waiting for this borrower.
          for (int i = 0; i < content.length; i++) {
            content[i] = 0;
          }
          // Last, since this call can fail.
          monitor.notifyAll();
        }
      }
    }
  }

  private boolean isLentTo(Thread thread) {
    for (Loan loan = loans; loan != null; loan = loan.next) {
      if (loan.borrower == thread) {
        return true;
      }
    }
    return false;
  }

  /**
   * Lends the bytes to a function, as {@link #lend} does. This method is for languages that cannot
   * infer the checked exception of a {@link Borrower}, Kotlin for example.
   *
   * @param function uses the bytes; must neither change nor keep them, nor close this object
   * @param <T> the result's type
   * @return what the function returns
   * @throws IllegalStateException if this object is closed
   */
  public <T extends @Nullable Object> T lendTo(Function<? super byte[], ? extends T> function) {
    return this.<T, RuntimeException>lend(function::apply);
  }

  /**
   * Returns a copy of the bytes, which the caller should wipe.
   *
   * @return a new array
   * @throws IllegalStateException if this object is closed
   */
  public byte[] asByteArray() {
    return lend(byte[]::clone);
  }

  /**
   * Decodes the bytes as UTF-8, to a {@code String}, which cannot be wiped.
   *
   * @return the string
   * @throws IllegalArgumentException if the bytes are not valid UTF-8
   * @throws IllegalStateException if this object is closed
   */
  public String asUtf8String() {
    return lend(Utf8::decode);
  }

  /**
   * Returns a key for the Java Cryptography Architecture. It holds a copy that cannot be wiped,
   * because the JDK's keys do not support that. Do not keep it longer than its cipher.
   *
   * @param algorithm the name of the key's cipher, for example {@code "AES"}
   * @return a new key
   * @throws IllegalArgumentException if the length is 0
   * @throws IllegalStateException if this object is closed
   */
  public SecretKey toSecretKey(String algorithm) {
    return lend(bytes -> new SecretKeySpec(bytes, algorithm));
  }

  /**
   * Returns the number of bytes, even after closing.
   *
   * @return the length in bytes, 0 or more
   */
  public int length() {
    return content.length;
  }

  /**
   * Overwrites the bytes with zeros. They are no longer lent. This method waits up to 10 seconds
   * for borrowers. If a borrower still uses the bytes then, or if the thread is interrupted while
   * it waits (it stays interrupted), this method returns, and the bytes are wiped when the last
   * borrower returns. Closing again wipes nothing more, but waits in the same way.
   *
   * @throws IllegalStateException if a borrower calls this method, because it would wait for itself
   */
  @Override
  public void close() {
    close(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
  }

  /** Closes with a different maximum waiting time, for tests. */
  void close(long timeout, TimeUnit unit) {
    synchronized (monitor) {
      if (isLentTo(Thread.currentThread())) {
        throw new IllegalStateException("a secret cannot be closed inside its own use");
      }
      closed = true;
      if (loans == null || awaitEndOfLoans(unit.toMillis(timeout))) {
        Arrays.fill(content, (byte) 0);
      }
    }
  }

  /** Returns false if a borrower still uses the bytes. Called with the monitor held. */
  private boolean awaitEndOfLoans(long millis) {
    long began = System.nanoTime();
    while (loans != null) {
      long left = millis - (System.nanoTime() - began) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      try {
        monitor.wait(Math.min(left, WAIT_MILLIS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /**
   * Compares the content, in a time that depends only on the lengths. A closed secret is equal only
   * to itself.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof SecretBytes that)) {
      return false;
    }
    // Copies one secret before entering the monitor of the other: holding both could deadlock.
    byte[] copy = that.copyUnlessClosed();
    if (copy == null) {
      return false;
    }
    try {
      return equalsUnlessClosed(copy);
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  private byte @Nullable [] copyUnlessClosed() {
    synchronized (monitor) {
      return closed ? null : content.clone();
    }
  }

  private boolean equalsUnlessClosed(byte[] bytes) {
    synchronized (monitor) {
      return !closed && MessageDigest.isEqual(content, bytes);
    }
  }

  @Override
  public int hashCode() {
    return content.length;
  }

  @Override
  public String toString() {
    return "SecretBytes[" + content.length + " bytes]";
  }
}
