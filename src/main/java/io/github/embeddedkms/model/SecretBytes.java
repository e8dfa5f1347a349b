package io.github.embeddedkms.model;

import java.nio.CharBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that nobody else should see: a plaintext key, a private key, a message to encrypt.
 *
 * <p>Bytes are copied on the way in and on the way out, and lent without a copy by {@link #lend}.
 * {@link #close()} overwrites them with zeros, once no borrower uses them, so that no cipher ever
 * runs under a half-wiped key; every use after it fails. {@link #toString()} shows the length only,
 * equality takes constant time, and {@link #hashCode()} depends on the length alone, because a hash
 * of the content would be a fingerprint of the secret in every heap dump.
 *
 * <p>Wiping shortens the time for which a secret lies in memory. It promises no more: the garbage
 * collector may have moved the array before and left a copy behind.
 *
 * <p>Safe for use by several threads.
 */
public final class SecretBytes implements AutoCloseable {

  private static final long MOST_SECONDS_TO_WAIT = 10;

  /** How long close() waits before it looks again: the last borrower may fail to notify it. */
  private static final long WAIT_MILLIS = 100;

  /** A use that has not ended yet. */
  private static final class Loan {
    private final Thread borrower = Thread.currentThread();
    private @Nullable Loan previous;
    private @Nullable Loan next;
  }

  // A monitor, because a thread that runs out of memory or stack always leaves it. The locks of
  // java.util.concurrent can stay held then: locking allocates after it has counted the holder, and
  // unlock() may need more stack than lock(). For the same reason ending a loan calls no method.
  private final Object monitor = new Object();
  private final byte[] content;

  // Guarded by the monitor.
  private @Nullable Loan loans;
  private boolean closed;

  private SecretBytes(byte[] content) {
    this.content = content;
  }

  /**
   * What is done with lent bytes.
   *
   * @param <T> its result
   * @param <E> the checked exception it may throw
   */
  @FunctionalInterface
  public interface Borrower<T extends @Nullable Object, E extends Exception> {

    /**
     * Works with the bytes, without changing them and without keeping the array.
     *
     * @param bytes the secret itself, not a copy
     * @return any result
     * @throws E as the work requires
     */
    T borrow(byte[] bytes) throws E;
  }

  /**
   * Takes a copy of an array. Wiping the array given remains the caller's part.
   *
   * @param bytes any number of bytes
   * @return the same bytes
   */
  public static SecretBytes fromByteArray(byte[] bytes) {
    return new SecretBytes(bytes.clone());
  }

  /**
   * Encodes a text in UTF-8. A {@code String} cannot be wiped: use this where the text is in memory
   * anyway.
   *
   * @param text a text without unpaired surrogates
   * @return its bytes
   * @throws IllegalArgumentException if the text has an unpaired surrogate
   */
  public static SecretBytes fromUtf8String(String text) {
    return new SecretBytes(Utf8.encode(text));
  }

  /**
   * Encodes characters in UTF-8; a passphrase, for example. Wiping the array given remains the
   * caller's part.
   *
   * @param text a text without unpaired surrogates
   * @return its bytes
   * @throws IllegalArgumentException if the text has an unpaired surrogate
   */
  public static SecretBytes fromUtf8CharArray(char[] text) {
    return new SecretBytes(Utf8.encode(CharBuffer.wrap(text)));
  }

  /**
   * Makes a secret in place, so that no copy of it needs wiping.
   *
   * @param length how many bytes, 0 or more
   * @param filler writes the secret into the array it is given, and does not keep the array; {@code
   *     random::nextBytes}, for example
   * @return the bytes as the filler left them
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
   * Lends the bytes without copying them. The bytes stay whole until the borrower returns, even if
   * another thread closes this object meanwhile.
   *
   * @param borrower works with the bytes; must neither change nor keep them, nor close this object
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
   * A copy of the bytes, which the caller should wipe.
   *
   * @return a new array
   * @throws IllegalStateException if this object is closed
   */
  public byte[] asByteArray() {
    return lend(byte[]::clone);
  }

  /**
   * The bytes read as UTF-8, as a {@code String}, which cannot be wiped.
   *
   * @return the text
   * @throws IllegalArgumentException if the bytes are not valid UTF-8
   * @throws IllegalStateException if this object is closed
   */
  public String asUtf8String() {
    return lend(Utf8::decode);
  }

  /**
   * A key for the Java Cryptography Architecture. It holds a copy that can never be wiped (the
   * JDK's keys do not support it), so keep it as short as its cipher.
   *
   * @param algorithm the name of the cipher it is for, {@code "AES"} for example
   * @return a new key
   * @throws IllegalArgumentException if these are no bytes at all
   * @throws IllegalStateException if this object is closed
   */
  public SecretKey toSecretKey(String algorithm) {
    return lend(bytes -> new SecretKeySpec(bytes, algorithm));
  }

  /**
   * How many bytes these are; known even after closing.
   *
   * @return the length in bytes, 0 or more
   */
  public int length() {
    return content.length;
  }

  /**
   * Overwrites the bytes with zeros. From now on they are not lent any more. This waits up to 10
   * seconds for borrowers; if one still uses the bytes then, or if the thread is interrupted while
   * it waits (it stays interrupted), this returns, and the last borrower wipes the bytes when it
   * returns. Closing again wipes nothing new, but waits in the same way.
   *
   * @throws IllegalStateException if called by a borrower, which would wait for itself
   */
  @Override
  public void close() {
    close(MOST_SECONDS_TO_WAIT, TimeUnit.SECONDS);
  }

  /** With a bound of the test's own. */
  void close(long timeout, TimeUnit unit) {
    long began = System.nanoTime();
    synchronized (monitor) {
      if (isLentTo(Thread.currentThread())) {
        throw new IllegalStateException("a secret cannot be closed inside its own use");
      }
      closed = true;
      while (loans != null) {
        long left = unit.toMillis(timeout) - (System.nanoTime() - began) / 1_000_000;
        if (left <= 0) {
          return;
        }
        try {
          monitor.wait(Math.min(left, WAIT_MILLIS));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
      Arrays.fill(content, (byte) 0);
    }
  }

  /**
   * Compares the content in a time that depends on the lengths only. A closed secret equals nothing
   * but itself.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof SecretBytes that)) {
      return false;
    }
    // A copy of the one, then the monitor of the other: two at once could wait for each other.
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
