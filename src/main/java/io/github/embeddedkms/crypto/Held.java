package io.github.embeddedkms.crypto;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds secrets throughout their life cycle: deferred (optionally), then opened, and finally
 * closed.
 *
 * <p>Deferred secrets are loaded on first use. No lock is held during loading: several threads may
 * load them at once, and all but one of the results are closed. If loading fails, the next use
 * tries again.
 *
 * <p>Safe for use by several threads.
 *
 * @param <T> the type of the secrets
 */
final class Held<T extends Held.Secrets> {

  /**
   * Secrets that can be wiped. A use that overlaps with close throws IllegalStateException or
   * completes.
   */
  interface Secrets {
    void close();
  }

  /** Works with the secrets. */
  interface Borrower<T, R extends @Nullable Object, E extends Exception> {
    R borrow(T secrets) throws E;
  }

  private sealed interface State<T extends Secrets> permits Deferred, Opened, Closed {}

  private record Deferred<T extends Secrets>(Supplier<T> source) implements State<T> {}

  private record Opened<T extends Secrets>(T secrets) implements State<T> {

    /** Prints no part of a secret. */
    @Override
    public String toString() {
      return "Opened";
    }
  }

  /** Keeps the opened secrets, so that a second close() also waits until they are wiped. */
  private record Closed<T extends Secrets>(@Nullable T secrets) implements State<T> {

    @Override
    public String toString() {
      return "Closed";
    }
  }

  private final AtomicReference<State<T>> state;

  private Held(State<T> state) {
    this.state = new AtomicReference<>(state);
  }

  static <T extends Secrets> Held<T> opened(T secrets) {
    return new Held<>(new Opened<>(secrets));
  }

  /**
   * Holds secrets that are loaded when they are first used.
   *
   * @param source returns new secrets each time it is called; may throw any exception
   */
  static <T extends Secrets> Held<T> deferred(Supplier<T> source) {
    return new Held<>(new Deferred<>(source));
  }

  /**
   * Lends the secrets.
   *
   * @throws Material.ClosedException if they are closed, or closed during the use
   */
  <R extends @Nullable Object, E extends Exception> R lend(Borrower<T, R, E> borrower) throws E {
    T secrets = get();
    try {
      return borrower.borrow(secrets);
    } catch (IllegalStateException e) {
      // A secret was closed: one of these if close() was called meanwhile, otherwise one of the
      // caller's.
      throw state.get() instanceof Closed ? new Material.ClosedException() : e;
    }
  }

  /**
   * Returns the secrets, and loads them if necessary.
   *
   * @throws Material.ClosedException if they are closed
   */
  T get() {
    State<T> now = state.get();
    if (now instanceof Opened<T> opened) {
      return opened.secrets();
    }
    if (now instanceof Deferred<T> deferred) {
      return load(deferred);
    }
    throw new Material.ClosedException();
  }

  private T load(Deferred<T> deferred) {
    T loaded;
    try {
      loaded = deferred.source().get();
    } catch (RuntimeException e) {
      // If this has been closed meanwhile, report that rather than the failure: the row may be
      // missing.
      if (state.get() instanceof Closed) {
        throw new Material.ClosedException();
      }
      throw e;
    }
    if (state.compareAndSet(deferred, new Opened<>(loaded))) {
      return loaded;
    }
    // Another thread has loaded them first, or close() has been called.
    loaded.close();
    return get();
  }

  /** Wipes the secrets. Closing again only waits until the first close has finished. */
  void close() {
    State<T> before = state.getAndUpdate(Held::closed);
    T secrets = closed(before).secrets();
    if (secrets != null) {
      secrets.close();
    }
  }

  private static <T extends Secrets> Closed<T> closed(State<T> state) {
    if (state instanceof Closed<T> closed) {
      return closed;
    }
    return new Closed<>(state instanceof Opened<T> opened ? opened.secrets() : null);
  }
}
