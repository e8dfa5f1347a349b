package io.github.embeddedkms.crypto;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds secrets through their life: they may be deferred first, are opened, and are closed in the
 * end.
 *
 * <p>Deferred secrets are loaded by their first use. No lock is held meanwhile: several threads at
 * once may load them, and all but one of the results are closed. If loading fails, the next use
 * tries again.
 *
 * <p>Safe for use by several threads.
 *
 * @param <T> the type of the secrets
 */
final class Held<T extends Held.Secrets> {

  /** Secrets that can be wiped. A use that overlaps this throws IllegalStateException or ends. */
  interface Secrets {
    void close();
  }

  /** What is done with the secrets. */
  interface Borrower<T, R extends @Nullable Object, E extends Exception> {
    R borrow(T secrets) throws E;
  }

  private sealed interface State<T extends Secrets> permits Deferred, Opened, Closed {}

  private record Deferred<T extends Secrets>(Supplier<T> source) implements State<T> {}

  private record Opened<T extends Secrets>(T secrets) implements State<T> {

    /** No part of a secret is for printing. */
    @Override
    public String toString() {
      return "Opened";
    }
  }

  /** Keeps what was opened, so that a second close() also waits until it is wiped. */
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
   * @param source gives new secrets each time it is called; may throw anything
   */
  static <T extends Secrets> Held<T> deferred(Supplier<T> source) {
    return new Held<>(new Deferred<>(source));
  }

  /**
   * Lends the secrets.
   *
   * @throws Material.ClosedException if they are closed, or are being closed meanwhile
   */
  <R extends @Nullable Object, E extends Exception> R lend(Borrower<T, R, E> borrower) throws E {
    T secrets = get();
    try {
      return borrower.borrow(secrets);
    } catch (IllegalStateException e) {
      // A secret was closed: ours, if close() came in between, or else the caller's.
      throw state.get() instanceof Closed ? new Material.ClosedException() : e;
    }
  }

  /**
   * The secrets, loaded if need be.
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
      // Once this is closed, its row may be gone: then that is what is wrong, and nothing else.
      if (state.get() instanceof Closed) {
        throw new Material.ClosedException();
      }
      throw e;
    }
    if (state.compareAndSet(deferred, new Opened<>(loaded))) {
      return loaded;
    }
    // Another thread was faster, or close() was.
    loaded.close();
    return get();
  }

  /** Wipes the secrets. Closing again waits for the first time to end, and does nothing more. */
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
