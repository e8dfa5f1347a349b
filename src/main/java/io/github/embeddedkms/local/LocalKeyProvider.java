package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.store.AlteredStoreException;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.KeyStorageException;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.SealedKeyStorageBuilder;
import io.github.embeddedkms.store.StoreUnavailableException;
import io.github.embeddedkms.store.WrongRootKeyException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * AWS KMS in this process: keys are made, kept and used here, and nothing is sent anywhere.
 *
 * <p>It is a {@link KmsClient} of its own default caller and a {@link KmsService} that has clients
 * for every other Region and account over the same state. What a caller sees is what AWS KMS would
 * show it: keys of its Region and its account.
 *
 * <p>Keys that were scheduled for deletion are deleted, with their aliases and material, at the
 * first call after their deletion date, or by {@link #purge()}; there is no background thread.
 * {@link Builder#clock} says which clock decides.
 *
 * <p>Where the keys are in a database and it fails, calls answer a {@code KMSInternalException}, or
 * a {@code KeyUnavailableException} if it was for the material of the key that they use. Both tell
 * the AWS SDKs to try again, which helps once the database is back. What is wrong with it stands in
 * the message, and the {@linkplain Builder#failureListener(FailureListener) listener} is told the
 * failure itself.
 *
 * <p>A provider shares nothing with other providers: there is no global state and no thread of its
 * own. Safe for use by several threads. {@link #close()} wipes the key material; every call after
 * that throws {@link IllegalStateException}. Callers of one process are not walls between each
 * other: whoever holds the provider can act as any account.
 */
public final class LocalKeyProvider implements KmsClient, KmsService, AutoCloseable {

  /** The Region of a provider for which none is chosen. */
  public static final String DEFAULT_REGION = "us-east-1";

  /** The account of a provider for which none is chosen. */
  public static final String DEFAULT_ACCOUNT = "000000000000";

  private final Caller defaultCaller;

  /** Makes the engine to begin with, and for every reset. */
  private final Supplier<Engine> engines;

  private final boolean resettable;

  /**
   * Held by close() and reset(), each of which must see what the other has done; not held by calls.
   */
  private final Object ending = new Object();

  private volatile Engine engine;
  private boolean closed;

  private LocalKeyProvider(Caller defaultCaller, Supplier<Engine> engines, boolean resettable) {
    this.defaultCaller = defaultCaller;
    this.engines = engines;
    this.resettable = resettable;
    this.engine = engines.get();
  }

  /**
   * A provider that keeps its keys in memory and forgets them when it is closed, in the default
   * Region and account.
   *
   * @return a new provider without keys
   */
  public static LocalKeyProvider inMemory() {
    return builder().build();
  }

  /**
   * A provider that keeps its keys in a file, sealed under a root key, in the default Region and
   * account. The file is made if there is none, readable by its owner only; several processes of
   * one machine may have it open at once. When a call returns, what it has changed is on the disk.
   * It needs SQLite's driver ({@code org.xerial:sqlite-jdbc}) on the class path.
   *
   * <p>For other settings, or PostgreSQL, give the builder a {@link SealedKeyStorage}.
   *
   * @param file the file; SQLite keeps two more beside it
   * @param rootKey what the keys are sealed under; remains the caller's to close, as soon as this
   *     returns
   * @return a provider over the keys of the file
   * @throws WrongRootKeyException if the file is sealed under another root key; nothing was written
   * @throws AlteredStoreException if what the file holds is not what was written there
   * @throws StoreUnavailableException if the file cannot be used
   * @throws KeyStorageException if a newer version of this library has made it
   */
  public static LocalKeyProvider open(Path file, RootKey rootKey) {
    return builder().storage(SealedKeyStorage.builder(file).rootKey(rootKey).open()).build();
  }

  /**
   * A provider over the keys of a file that can be read, in the default Region and account: on a
   * read-only mount, for example, or one that this process may not write. Keys are used and listed
   * as with {@link #open}; calls that would change a key or alias throw {@link
   * ReadOnlyStoreException}. Keys whose deletion date is past are answered as deleted. Nothing is
   * written, and no process may change the file meanwhile: see {@link
   * SealedKeyStorageBuilder#readOnly()}.
   *
   * @param file the file of a store that exists
   * @param rootKey what the keys are sealed under; remains the caller's to close, as soon as this
   *     returns
   * @return a provider over the keys of the file
   * @throws WrongRootKeyException if the file is sealed under another root key
   * @throws AlteredStoreException if what the file holds is not what was written there
   * @throws StoreUnavailableException if the file cannot be read
   * @throws KeyStorageException if there is no store, changes to it wait in a write-ahead log
   *     beside it, or another version of this library must open it for writing first
   */
  public static LocalKeyProvider openReadOnly(Path file, RootKey rootKey) {
    return builder()
        .storage(SealedKeyStorage.builder(file).rootKey(rootKey).readOnly().open())
        .build();
  }

  /**
   * A provider with settings of one's own.
   *
   * @return a builder that starts from the settings of {@link #inMemory()}
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public <R> R call(KmsRequest<R> request) {
    return engine.call(defaultCaller, request);
  }

  @Override
  public KmsClient client(Caller caller) {
    return new LocalClient(this, Objects.requireNonNull(caller, "caller"));
  }

  @Override
  public Caller defaultCaller() {
    return defaultCaller;
  }

  /**
   * A client of the default caller in another Region, over the same state.
   *
   * @param region a Region, {@code eu-central-1} for example
   * @return a client
   * @throws IllegalArgumentException if it is not of the form of a Region
   */
  public KmsClient inRegion(String region) {
    return client(defaultCaller.inRegion(region));
  }

  /**
   * A client of another account in the same Region, over the same state.
   *
   * @param account twelve digits
   * @return a client
   * @throws IllegalArgumentException if it is not of the form of an account id
   */
  public KmsClient inAccount(String account) {
    return client(defaultCaller.inAccount(account));
  }

  /**
   * Deletes the keys whose waiting period is over, with their aliases and their key material. Every
   * call does the same before anything else, so that a due key is never found; this is for wiping
   * the material when there are no calls.
   *
   * <p>It also confirms the system's clock to a SQLite store, if that has held deletions back
   * because the clock was further ahead than {@link
   * io.github.embeddedkms.store.SealedKeyStorageBuilder#maximumClockJump} allows, after a long time
   * without any change for example. Check the clock first: the deletions cannot be undone.
   *
   * @return how many keys were deleted by this call; 0 if the storage was opened for reading only
   * @throws IllegalStateException if the provider is closed
   */
  public int purge() {
    return engine.purge();
  }

  /**
   * Forgets all keys and aliases, of every Region and account, and wipes their material: the
   * provider is as it was when it was built, with its seed made anew. Clients that were made before
   * go on working, over the new state; so does everything that was put over this provider, AWS SDK
   * clients for example. Calls that have begun finish or fail, as with {@link #close()}.
   *
   * <p>The state is exchanged at once; what takes time is making the keys of the seed and wiping
   * those that are forgotten, no more than making them took.
   *
   * @throws UnsupportedOperationException if the storage was given to the builder: only what the
   *     provider made is its own to throw away
   * @throws IllegalStateException if the provider is closed
   */
  public void reset() {
    synchronized (ending) {
      if (closed) {
        throw new IllegalStateException(Engine.CLOSED);
      }
      if (!resettable) {
        throw new UnsupportedOperationException(
            "embedded-kms: a provider over a storage that was given to it cannot be reset");
      }
      Engine old = engine;
      engine = engines.get();
      old.retire();
    }
  }

  /**
   * Wipes the key material and closes the storage. Calls that have begun finish or fail; later ones
   * fail. Closing again does nothing. What wiping cannot reach: the JDK's ciphers have copies of
   * the keys derived for sealing; they are dropped, and go with the next garbage collection.
   */
  @Override
  public void close() {
    synchronized (ending) {
      closed = true;
      engine.close();
    }
  }

  /** Region and account; nothing of the keys. */
  @Override
  public String toString() {
    return "LocalKeyProvider[" + defaultCaller.region() + ", " + defaultCaller.account() + "]";
  }

  /** A client of one caller. */
  private record LocalClient(LocalKeyProvider provider, Caller caller) implements KmsClient {

    @Override
    public <R> R call(KmsRequest<R> request) {
      // Asked for anew with each call: a reset puts another in its place.
      return provider.engine.call(caller, request);
    }
  }

  /** Settings of a provider. Not safe for use by several threads. */
  public static final class Builder {

    private String region = DEFAULT_REGION;
    private String account = DEFAULT_ACCOUNT;
    private @Nullable String partition;
    private @Nullable InstantSource clock;
    private @Nullable SecureRandom random;
    private @Nullable KeyStorage storage;
    private @Nullable Seed seed;
    private FailureListener failureListener = FailureListener.none();

    private Builder() {}

    /**
     * The Region of the default caller.
     *
     * @param region a Region; {@value #DEFAULT_REGION} if not set
     * @return this builder
     */
    public Builder region(String region) {
      this.region = region;
      return this;
    }

    /**
     * The account of the default caller.
     *
     * @param account twelve digits; {@value #DEFAULT_ACCOUNT} if not set
     * @return this builder
     */
    public Builder account(String account) {
      this.account = account;
      return this;
    }

    /**
     * The partition that stands in ARNs.
     *
     * @param partition a partition, {@code aws-us-gov} for example; the Region's own if not set
     * @return this builder
     */
    public Builder partition(String partition) {
      this.partition = partition;
      return this;
    }

    /**
     * Where the time comes from. A clock that is set here decides everything, on every storage and
     * unchecked: turned forward, it lets keys be deleted at once. Tests turn it.
     *
     * <p>Without one, dates come from the system's clock; but when a key is deleted is decided by
     * the storage's clock: that of the PostgreSQL server, or, over SQLite, the system's as long as
     * it is not {@linkplain io.github.embeddedkms.store.SealedKeyStorageBuilder#maximumClockJump
     * too far ahead} of what the store has confirmed.
     *
     * @param clock any source of instants; see above if not set
     * @return this builder
     */
    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Where key ids, key material and data keys come from. It must be real randomness: anyone who
     * can guess it can guess every key. Nonces and salts always come from the operating system,
     * whatever is set here: a source that repeats itself would give plaintexts away.
     *
     * @param random a source of randomness; the operating system's if not set
     * @return this builder
     */
    public Builder random(SecureRandom random) {
      this.random = random;
      return this;
    }

    /**
     * The keys and aliases to begin with, in the default caller's Region and account, created when
     * the provider is.
     *
     * <p>A {@linkplain #storage(KeyStorage) storage} that was given may have them from an earlier
     * start. A key counts as already present if the storage has its id and every backing key in the
     * seed (if there is none, the id suffices); it may have further materials. Such a key is left
     * unchanged: its state, tags and description, and its aliases. An alias that has been deleted
     * since stays deleted, and an alias that has been added to the seed since is not created. Other
     * material under the id of a key, or an alias of the seed that points to another key, is
     * refused. A key whose deletion was carried out is created again, as is its alias; without
     * given material it then has new material, which does not open what the deleted one sealed.
     *
     * @param seed any seed; nothing if not set
     * @return this builder
     */
    public Builder seed(Seed seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Where keys and aliases are kept. The provider closes it, even if it cannot be built because
     * the seed does not fit; and it cannot be reset.
     *
     * @param storage a storage that no other provider uses; a new one in memory if not set
     * @return this builder
     */
    public Builder storage(KeyStorage storage) {
      this.storage = storage;
      return this;
    }

    /**
     * Who is told of failures that are no answer of the service, and of those of the storage.
     *
     * @param failureListener a listener; nobody is told if not set
     * @return this builder
     */
    public Builder failureListener(FailureListener failureListener) {
      this.failureListener = failureListener;
      return this;
    }

    /**
     * Makes the provider.
     *
     * @return a new provider
     * @throws IllegalArgumentException if Region, account or partition is not of its form, or the
     *     source of randomness gives the same bytes twice, or the storage has a key of the seed
     *     with other material or an alias of it for another key, or material of the seed is not of
     *     the length that the Region's keys have; the message names the key or alias
     */
    public LocalKeyProvider build() {
      Caller caller =
          partition == null ? Caller.of(region, account) : Caller.of(partition, region, account);
      SecureRandom chosenRandom = random == null ? SystemRandom.create() : random;
      SystemRandom.requireRandomness(chosenRandom);
      return new LocalKeyProvider(caller, engines(caller, chosenRandom), storage == null);
    }

    /** Takes the settings as they are now, whatever becomes of this builder. */
    private Supplier<Engine> engines(Caller caller, SecureRandom chosenRandom) {
      KeyStorage given = storage;
      @Nullable InstantSource chosenClock = clock;
      FailureListener listener = failureListener;
      Seed chosenSeed = seed;
      return () -> {
        KeyStorage own = given == null ? KeyStorage.inMemory() : given;
        Engine engine = new Engine(own, chosenClock, chosenRandom, listener);
        return chosenSeed == null ? engine : planted(engine, chosenSeed, caller);
      };
    }

    private static Engine planted(Engine engine, Seed seed, Caller caller) {
      try {
        engine.plant(seed, caller);
        return engine;
      } catch (RuntimeException | Error e) {
        engine.close();
        throw e;
      }
    }
  }
}
