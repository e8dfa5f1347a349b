package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.exception.ServiceClosedException;
import io.github.embeddedkms.model.Bytes;
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
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * AWS KMS in this process: keys are created, stored and used here, and nothing is sent over a
 * network, except to a database that stores the keys.
 *
 * <p>A provider is a {@link KmsClient} of its default caller, and a {@link KmsService} that creates
 * clients for other Regions and accounts over the same state. As in AWS KMS, a caller sees the keys
 * of its own Region and account.
 *
 * <p>Keys that were scheduled for deletion are deleted, with their aliases and material, at the
 * first call after their deletion date, or by {@link #purge()}; there is no background thread. Keys
 * with automatic rotation get their new material in the same way, dated as of the rotation date.
 * {@link Builder#clock} documents which clock decides.
 *
 * <p>If the keys are in a database and it fails, calls throw a {@code KMSInternalException}, or a
 * {@code KeyUnavailableException} if the database failed to return the material of their key. The
 * AWS SDKs retry both errors, which helps as soon as the database is available again. The message
 * describes what failed, and the {@linkplain Builder#failureListener(FailureListener) listener}
 * receives the failure itself.
 *
 * <p>Providers share nothing with each other: there is no global state, and a provider has no
 * thread of its own. Safe for use by several threads. {@link #close()} wipes the key material;
 * every call after that throws {@link IllegalStateException}. Callers of one process are not
 * isolated from each other: code that has the provider can act as any account.
 */
public final class LocalKeyProvider implements KmsClient, KmsService, AutoCloseable {

  /** The default Region of a provider. */
  public static final String DEFAULT_REGION = "us-east-1";

  /** The default account of a provider. */
  public static final String DEFAULT_ACCOUNT = "000000000000";

  private final Caller defaultCaller;

  /** Creates the first engine, and another one for every reset. */
  private final Supplier<Engine> engines;

  private final boolean resettable;

  /**
   * Held by close() and reset(), each of which must see the effects of the other. Not held by
   * calls.
   */
  private final Object lifecycleLock = new Object();

  private volatile Engine engine;
  private boolean closed;

  private LocalKeyProvider(Caller defaultCaller, Supplier<Engine> engines, boolean resettable) {
    this.defaultCaller = defaultCaller;
    this.engines = engines;
    this.resettable = resettable;
    this.engine = engines.get();
  }

  /**
   * Creates a provider that keeps its keys in memory and discards them when it is closed, in the
   * default Region and account.
   *
   * @return a new provider without keys
   */
  public static LocalKeyProvider inMemory() {
    return builder().build();
  }

  /**
   * Opens a provider that keeps its keys in a file, sealed under a root key, in the default Region
   * and account. If the file does not exist, it is created, readable by its owner only. Several
   * processes of one machine may have the file open at the same time. When a call returns, its
   * changes are on the disk. SQLite's driver ({@code org.xerial:sqlite-jdbc}) must be on the class
   * path.
   *
   * <p>For other settings, or PostgreSQL, set a {@link SealedKeyStorage} in the builder.
   *
   * @param file the file; SQLite keeps two more files next to it
   * @param rootKey the root key that seals the keys; the caller can close it as soon as this
   *     returns
   * @return a provider of the keys in the file
   * @throws WrongRootKeyException if the file is sealed under another root key; then nothing was
   *     written
   * @throws AlteredStoreException if the file was altered by other means than this library
   * @throws StoreUnavailableException if the file cannot be used
   * @throws KeyStorageException if a newer version of this library created the file, or if it is a
   *     directory or anything else but a regular file
   * @throws IllegalArgumentException if the name is empty or contains a question mark
   */
  public static LocalKeyProvider open(Path file, RootKey rootKey) {
    return builder().storage(SealedKeyStorage.builder(file).rootKey(rootKey).open()).build();
  }

  /**
   * Opens a provider of the keys in a file that only needs to be readable, in the default Region
   * and account: for example, a file on a read-only mount, or one that this process may not write.
   * Keys are used and listed as with {@link #open}; calls that would change a key or alias throw
   * {@link ReadOnlyStoreException}. Keys whose deletion date is past appear as deleted. Nothing is
   * written, and no process may change the file in the meantime: see {@link
   * SealedKeyStorageBuilder#readOnly()}.
   *
   * @param file the file of an existing store
   * @param rootKey the root key that seals the keys; the caller can close it as soon as this
   *     returns
   * @return a provider of the keys in the file
   * @throws WrongRootKeyException if the file is sealed under another root key
   * @throws AlteredStoreException if the file was altered by other means than this library
   * @throws StoreUnavailableException if the file cannot be read
   * @throws KeyStorageException if there is no store in the file, or the write-ahead log next to
   *     the file contains changes, or another version of this library must first open the file for
   *     writing
   */
  public static LocalKeyProvider openReadOnly(Path file, RootKey rootKey) {
    return builder()
        .storage(SealedKeyStorage.builder(file).rootKey(rootKey).readOnly().open())
        .build();
  }

  /**
   * Returns a builder of a provider with custom settings.
   *
   * @return a builder with the settings of {@link #inMemory()}
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
   * Creates a client of the default caller in another Region, over the same state.
   *
   * @param region a Region, for example {@code eu-central-1}
   * @return a client
   * @throws IllegalArgumentException if it does not have the form of a Region
   */
  public KmsClient inRegion(String region) {
    return client(defaultCaller.inRegion(region));
  }

  /**
   * Creates a client of another account in the same Region, over the same state. This is not a
   * security boundary.
   *
   * @param account twelve digits
   * @return a client
   * @throws IllegalArgumentException if it does not have the form of an account id
   */
  public KmsClient inAccount(String account) {
    return client(defaultCaller.inAccount(account));
  }

  /**
   * Explains whether a caller may do what a request asks: one explanation for each permission that
   * the operation needs, in the order in which they are asked. Nothing is changed and no ciphertext
   * is opened: the request is checked, its keys are found, and policies are evaluated. The
   * operation's other checks, such as that of the key state, are not made.
   *
   * <p>This is for the owner of the keys, who may see every policy. Callers only get the service's
   * own text.
   *
   * @param caller the caller to explain it for
   * @param request any request
   * @return the explanations, at least one; those after a key that does not exist are missing
   * @throws io.github.embeddedkms.exception.KmsException the service's error for a request that is
   *     malformed, or that names a key or alias which the caller's account does not have
   */
  public List<Explanation> explain(Caller caller, KmsRequest<?> request) {
    return engine.explain(Objects.requireNonNull(caller, "caller"), request);
  }

  /** Returns the permissions that a request needs, as far as its checks get. */
  List<UsedPermission> permissions(Caller caller, KmsRequest<?> request) {
    return engine.permissions(caller, request);
  }

  /**
   * Deletes the keys whose waiting period has ended, with their aliases and key material, and
   * rotates the keys whose automatic rotation is due. Every call does the same before anything
   * else, so that no call sees a due key. Call this method to wipe the material when there are no
   * other calls.
   *
   * <p>This method also confirms the system clock to a SQLite store, if the store has held back
   * deletions because the clock was further ahead than {@link
   * io.github.embeddedkms.store.SealedKeyStorageBuilder#maximumClockJump} allows, for example after
   * a long time without any change. Check the clock first: the deletions cannot be undone.
   *
   * @return the number of keys that this call deleted; 0 if the storage was opened for reading only
   * @throws ServiceClosedException if the provider is closed
   */
  public int purge() {
    return engine.purge();
  }

  /**
   * Discards all keys and aliases, of every Region and account, and wipes their material. The
   * provider is then as it was when it was built, and its seed is applied again. Existing clients
   * continue to work, on the new state; so does everything that uses this provider, for example AWS
   * SDK clients. Calls in progress finish or fail, as with {@link #close()}.
   *
   * <p>The state is exchanged at a single point in time. Creating the keys of the seed takes time,
   * and so does wiping the discarded keys, at most as long as creating them took.
   *
   * @throws UnsupportedOperationException if a storage was set in the builder: a provider discards
   *     only a storage that it created itself
   * @throws ServiceClosedException if the provider is closed
   */
  public void reset() {
    synchronized (lifecycleLock) {
      if (closed) {
        throw new ServiceClosedException();
      }
      if (!resettable) {
        throw new UnsupportedOperationException(
            "embedded-kms: a provider that was given a storage cannot be reset");
      }
      Engine old = engine;
      engine = engines.get();
      old.replaceAfterReset();
    }
  }

  /**
   * Wipes the key material and closes the storage. Calls in progress finish or fail; later calls
   * fail. Closing again does nothing. Some copies cannot be wiped: the JDK's ciphers have copies of
   * the keys derived for sealing. They are dropped, and disappear with a later garbage collection.
   */
  @Override
  public void close() {
    synchronized (lifecycleLock) {
      closed = true;
      engine.close();
    }
  }

  /** Returns the Region and account, and nothing about the keys. */
  @Override
  public String toString() {
    return "LocalKeyProvider[" + defaultCaller.region() + ", " + defaultCaller.account() + "]";
  }

  /** A client of one caller. */
  private record LocalClient(LocalKeyProvider provider, Caller caller) implements KmsClient {

    @Override
    public <R> R call(KmsRequest<R> request) {
      // Read again for each call, because a reset replaces the engine.
      return provider.engine.call(caller, request);
    }
  }

  /** Settings of a provider. Not safe for use by several threads. */
  public static final class Builder {

    private String region = DEFAULT_REGION;
    private String account = DEFAULT_ACCOUNT;
    private @Nullable String partition;
    private @Nullable InstantSource clock;
    private Duration multiRegionTransition = Duration.ZERO;
    private @Nullable SecureRandom random;
    private @Nullable Bytes predictableKeysSeed;
    private @Nullable KeyStorage storage;
    private @Nullable Seed seed;
    private List<String> awsManagedKeys = List.of();
    private @Nullable Identities identities;
    private @Nullable Consumer<Explanation> refusalListener;
    private FailureListener failureListener = FailureListener.none();

    private Builder() {}

    /**
     * Sets the Region of the default caller.
     *
     * @param region a Region; {@value #DEFAULT_REGION} if not set
     * @return this builder
     */
    public Builder region(String region) {
      this.region = region;
      return this;
    }

    /**
     * Sets the account of the default caller.
     *
     * @param account twelve digits; {@value #DEFAULT_ACCOUNT} if not set
     * @return this builder
     */
    public Builder account(String account) {
      this.account = account;
      return this;
    }

    /**
     * Sets the partition in ARNs.
     *
     * @param partition a partition, for example {@code aws-us-gov}; the Region's own if not set
     * @return this builder
     */
    public Builder partition(String partition) {
      this.partition = partition;
      return this;
    }

    /**
     * Sets the source of the current time. A clock that is set here decides everything, with every
     * storage and without checks: setting it forward can delete keys immediately. This is meant for
     * tests.
     *
     * <p>Without such a clock, dates come from the system clock, but the storage's clock decides
     * when a key is deleted. This is the clock of the PostgreSQL server or, with SQLite, the system
     * clock as long as it is not {@linkplain
     * io.github.embeddedkms.store.SealedKeyStorageBuilder#maximumClockJump too far ahead} of the
     * time that the store has confirmed. Automatic rotation, which loses nothing, follows the
     * system clock with SQLite however far ahead it is.
     *
     * @param clock any source of instants; see above if not set
     * @return this builder
     */
    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Sets the source of key ids, key material and data keys. It must be unpredictable: an attacker
     * who can guess its output can guess every key. Nonces and salts always come from the operating
     * system, whatever is set here, because a source that repeats itself would reveal plaintexts.
     *
     * @param random a source of randomness; the operating system's if not set
     * @return this builder
     */
    public Builder random(SecureRandom random) {
      this.random = random;
      return this;
    }

    /**
     * Derives key ids and key material from a seed, so that they are the same in every run: for
     * golden files in tests. <b>Anyone who knows the seed has every key.</b> The listener receives
     * a warning when the provider is built.
     *
     * <p>The n-th key or rotation after the provider was built or reset has the n-th id and
     * material: calls that create or rotate keys at the same time make the order undefined. Keys of
     * a {@link #seed(Seed)} without material come first, then {@link #awsManagedKeys}. Key ids, and
     * the material of symmetric, HMAC, ML-DSA and ML-KEM keys, depend on the seed only: they are
     * the same on every machine and in every version of this library. RSA and elliptic-curve keys,
     * which the JDK or Bouncy Castle generates from the derived bytes, can differ between their
     * versions.
     *
     * <p>Everything else stays random: data keys (see {@link #random}), nonces, salts, signatures
     * and therefore ciphertexts.
     *
     * @param seed any bytes, at least one
     * @return this builder
     * @throws IllegalArgumentException if the seed is empty
     */
    public Builder insecurePredictableKeys(Bytes seed) {
      if (seed.length() == 0) {
        throw new IllegalArgumentException("embedded-kms: the seed of predictable keys is empty");
      }
      this.predictableKeysSeed = seed;
      return this;
    }

    /**
     * Sets the initial keys and aliases, in the default caller's Region and account. They are
     * created when the provider is built.
     *
     * <p>A {@linkplain #storage(KeyStorage) storage} that is set may already have them from an
     * earlier start. A key counts as already present if the storage has its id and every backing
     * key in the seed (if there is none, the id suffices); it may have further materials. Such a
     * key is left unchanged: its state, tags, description, policy and grants, and its aliases. An
     * alias or grant that has been deleted since then stays deleted, and one that has been added to
     * the seed since then is not created. Other material under the id of a key, and an alias of the
     * seed that points to another key, are rejected. A key whose deletion was carried out is
     * created again, with its aliases. If the seed has no material for it, it gets new material,
     * which cannot decrypt the ciphertexts of the deleted key.
     *
     * @param seed any seed; no keys and aliases if not set
     * @return this builder
     */
    public Builder seed(Seed seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Sets the services whose AWS managed keys exist from the beginning, in the default caller's
     * Region and account; otherwise such a key is created when it is first described. A storage
     * that has them already keeps them.
     *
     * <p>An account can use and list these keys, but not change or delete them. They are rotated
     * every year.
     *
     * @param services names as after {@code alias/aws/}, for example {@code s3}; none if not set
     * @return this builder
     * @throws IllegalArgumentException if a name is not of lower-case letters, digits and hyphens,
     *     or has more than 63 characters
     */
    public Builder awsManagedKeys(String... services) {
      List<String> named = List.of(services);
      named.forEach(AwsManagedKeys::requireService);
      this.awsManagedKeys = named;
      return this;
    }

    /**
     * Sets how long multi-Region keys remain in transient states, as in AWS KMS, where it takes
     * some seconds: a new replica is Creating and cannot be used, and two keys of which one becomes
     * the primary key are Updating. The states end at the first call after that time.
     *
     * @param duration 0 to 1 day, in milliseconds; fractions are ignored; 0 if not set: the states
     *     are over at once
     * @return this builder
     * @throws IllegalArgumentException if the duration is negative, or longer than a day
     */
    public Builder multiRegionTransition(Duration duration) {
      if (duration.isNegative() || duration.compareTo(Duration.ofDays(1)) > 0) {
        throw new IllegalArgumentException(
            "embedded-kms: multiRegionTransition is 0 to 1 day, not " + duration);
      }
      this.multiRegionTransition = duration.truncatedTo(ChronoUnit.MILLIS);
      return this;
    }

    /**
     * Sets the storage of keys and aliases. The provider closes it, even if the provider cannot be
     * built because the seed does not match the storage. A provider with a storage that was set
     * here cannot be reset.
     *
     * @param storage a storage that no other provider uses; a new storage in memory if not set
     * @return this builder
     */
    public Builder storage(KeyStorage storage) {
      this.storage = storage;
      return this;
    }

    /**
     * Sets the identity policies of users and roles. Key policies decide always; without this
     * setting, every principal is also allowed whatever key policies leave to its account. With it,
     * a principal has the identity policies given here, one that is not listed has none, and only
     * the root users of accounts need none.
     *
     * @param identities the identities, see {@link Identities#of}; if not set, those of the {@link
     *     #seed}; administrators if that has none
     * @return this builder
     */
    public Builder identities(Identities identities) {
      this.identities = identities;
      return this;
    }

    /**
     * Sets a listener that receives the explanation of every refused call. It is called in the
     * thread of the call, before the caller receives its {@code AccessDeniedException}, and must be
     * safe for use by several threads. What it throws goes to the {@linkplain #failureListener
     * failure listener}.
     *
     * @param refusalListener a listener; refusals are not explained if not set
     * @return this builder
     */
    public Builder refusalListener(Consumer<Explanation> refusalListener) {
      this.refusalListener = refusalListener;
      return this;
    }

    /**
     * Sets the listener that receives failures that are not service errors, and those of the
     * storage.
     *
     * @param failureListener a listener; failures are not reported if not set
     * @return this builder
     */
    public Builder failureListener(FailureListener failureListener) {
      this.failureListener = failureListener;
      return this;
    }

    /**
     * Creates the provider.
     *
     * @return a new provider
     * @throws IllegalArgumentException if the Region, account or partition is malformed; if the
     *     source of randomness returns the same bytes twice; if the storage has a key of the seed
     *     with other material, or an alias of the seed that points to another key; if material in
     *     the seed does not have the length of keys in the Region; if a key policy of the seed has
     *     a principal or a condition key that it must not have, or a grant a principal that cannot
     *     exist, in which cases the message names the key or alias; or if both a storage and {@link
     *     #insecurePredictableKeys} are set
     */
    public LocalKeyProvider build() {
      Caller caller =
          partition == null ? Caller.of(region, account) : Caller.of(partition, region, account);
      SystemRandom.requireRandomness(orSystem(random));
      if (predictableKeysSeed != null && storage != null) {
        // They are for tests, and a stored key can outlive its test.
        throw new IllegalArgumentException(
            "embedded-kms: predictable keys cannot be kept in a storage: set either storage or"
                + " insecurePredictableKeys, not both");
      }
      LocalKeyProvider provider = new LocalKeyProvider(caller, engines(caller), storage == null);
      if (predictableKeysSeed != null) {
        provider.engine.report("build", predictableKeysWarning());
      }
      return provider;
    }

    private static SecureRandom orSystem(@Nullable SecureRandom random) {
      return random == null ? SystemRandom.create() : random;
    }

    private static IllegalStateException predictableKeysWarning() {
      return new IllegalStateException(
          "embedded-kms: the keys of this provider are derived from the seed that was given to"
              + " insecurePredictableKeys: they are for tests, and protect nothing");
    }

    /** Returns the identities of this builder, or else those of the seed. */
    private Identities chosenIdentities() {
      Identities chosen = identities == null && seed != null ? seed.identities() : identities;
      return chosen == null ? Identities.administrators() : chosen;
    }

    /** Copies the current settings, so that later changes to this builder have no effect. */
    private Supplier<Engine> engines(Caller caller) {
      KeyStorage given = storage;
      @Nullable InstantSource chosenClock = clock;
      @Nullable SecureRandom chosenRandom = random;
      Duration transition = multiRegionTransition;
      Identities chosenIdentities = chosenIdentities();
      @Nullable Consumer<Explanation> refusals = refusalListener;
      FailureListener listener = failureListener;
      Seed chosenSeed = seed;
      List<String> services = awsManagedKeys;
      Bytes keysSeed = predictableKeysSeed;
      return () -> {
        KeyStorage own = given == null ? KeyStorage.inMemory() : given;
        KeySource keys =
            keysSeed == null
                ? KeySource.of(orSystem(chosenRandom))
                : KeySource.derivedFrom(keysSeed);
        Engine engine =
            new Engine(
                own,
                chosenClock,
                chosenRandom,
                keys,
                transition,
                chosenIdentities,
                refusals,
                listener);
        return withInitialKeys(engine, chosenSeed, services, caller);
      };
    }

    private static Engine withInitialKeys(
        Engine engine, @Nullable Seed seed, List<String> services, Caller caller) {
      try {
        if (seed != null) {
          engine.applySeed(seed, caller);
        }
        engine.createAwsManagedKeys(services, caller);
        return engine;
      } catch (RuntimeException | Error e) {
        engine.close();
        throw e;
      }
    }
  }
}
