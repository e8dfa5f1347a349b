package io.github.embeddedkms.envelope;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.crypto.SystemRandom;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link Envelope}. At least one key, or {@link #discovery}, is required. Not safe for
 * use by several threads.
 */
public final class EnvelopeBuilder {

  private static final int MAX_THREADS = 64;
  private static final int MAX_ATTEMPTS = 1_000;
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(1);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  final KmsClient kms;
  final Set<String> keys = new LinkedHashSet<>();
  final Set<String> alsoOpens = new LinkedHashSet<>();
  final Set<String> discoveryAccounts = new LinkedHashSet<>();
  String discoveryPartition = "";
  int maxAttempts = 4;
  int parallelism = 1;
  Executor executor = ForkJoinPool.commonPool();
  Duration waitTimeout = Duration.ofSeconds(10);
  boolean storesContext;
  SecureRandom salts = SystemRandom.create();
  @Nullable CacheLimits cacheLimits;
  @Nullable Executor cacheRenewer;
  LongSupplier nanoTime = System::nanoTime;

  EnvelopeBuilder(KmsClient kms) {
    this.kms = Objects.requireNonNull(kms, "kms");
  }

  /**
   * Adds a KMS key to seal for; messages for it are opened too. With several keys, each message is
   * sealed for all of them and any one of them opens it: keys of several Regions or accounts, for
   * example, or a recovery key.
   *
   * @param keyId a symmetric encryption key: key id, key ARN, alias name or alias ARN. A reader
   *     should name key ARNs if messages have several recipients: an alias has to be tried on each
   *     of them, and a recipient that does not belong to the alias hides why another one could not
   *     be opened
   * @return this builder
   * @throws IllegalArgumentException if it is empty, or the seventeenth key
   */
  public EnvelopeBuilder key(String keyId) {
    keys.add(requireKey(keyId));
    if (keys.size() > Prefix.MAX_RECIPIENTS) {
      throw new IllegalArgumentException("embedded-kms: a message is sealed for at most 16 keys");
    }
    return this;
  }

  /**
   * Adds a KMS key that only opens messages, such as a previous key. Nothing is sealed for it.
   *
   * @param keyId key id, key ARN, alias name or alias ARN
   * @return this builder
   * @throws IllegalArgumentException if it is empty
   */
  public EnvelopeBuilder alsoOpens(String keyId) {
    alsoOpens.add(requireKey(keyId));
    return this;
  }

  /**
   * Opens messages of <em>any</em> key in these accounts. The message then determines which key is
   * used, and every principal that may encrypt under any key there can create messages that open.
   * If the keys are known, {@link #alsoOpens} is safer.
   *
   * @param partition the partition of the accounts, for example {@code aws} or {@code aws-cn}
   * @param accounts one or more account ids of twelve digits
   * @return this builder
   * @throws IllegalArgumentException if the partition or the set is empty, or an account id does
   *     not have twelve digits
   */
  public EnvelopeBuilder discovery(String partition, Set<String> accounts) {
    if (partition.isEmpty() || accounts.isEmpty()) {
      throw new IllegalArgumentException(
          "embedded-kms: discovery needs a partition and at least one account");
    }
    for (String account : accounts) {
      if (!account.matches("[0-9]{12}")) {
        throw new IllegalArgumentException("embedded-kms: an account id must have twelve digits");
      }
    }
    discoveryPartition = partition;
    discoveryAccounts.clear();
    discoveryAccounts.addAll(accounts);
    return this;
  }

  /**
   * Sets the maximum number of recipients of a message that are tried; each may cost a call of
   * Decrypt. Without a limit, the author of a message could make the reader call the service
   * sixteen times for each of its keys.
   *
   * @param maxAttempts 1 to 1000; 4 if not set
   * @return this builder
   * @throws IllegalArgumentException if it is out of range
   */
  public EnvelopeBuilder maxAttempts(int maxAttempts) {
    this.maxAttempts = requireRange("attempts", maxAttempts, MAX_ATTEMPTS);
    return this;
  }

  /**
   * Stores the context in the message, where it can be read without any key, with {@link
   * Envelope#inspect}. Opening the message still requires the context.
   *
   * @return this builder
   */
  public EnvelopeBuilder storeContext() {
    storesContext = true;
    return this;
  }

  /**
   * Sets how many threads work on one message: the caller's thread, and others of the JVM's common
   * pool. This is worthwhile for long messages that are passed as bytes. With a stream, a batch of
   * 512 KiB for each thread is sealed or opened while the next batch is read, so an opening stream
   * reads ahead of what it returns. If reading and writing take as long as sealing, there is little
   * to gain.
   *
   * @param threads 1 to 64; 1 if not set
   * @return this builder
   * @throws IllegalArgumentException if it is out of range
   */
  public EnvelopeBuilder parallelism(int threads) {
    return parallelism(threads, ForkJoinPool.commonPool());
  }

  /**
   * Sets how many threads work on one message: the caller's thread, and others of an executor. If
   * the executor rejects tasks or is busy, the caller's thread does the work.
   *
   * @param threads 1 to 64
   * @param executor runs the tasks; the caller shuts it down
   * @return this builder
   * @throws IllegalArgumentException if it is out of range
   */
  public EnvelopeBuilder parallelism(int threads, Executor executor) {
    this.parallelism = requireRange("threads", threads, MAX_THREADS);
    this.executor = Objects.requireNonNull(executor, "executor");
    return this;
  }

  /**
   * Caches data keys and uses each for several messages, within limits. Without a cache, the
   * service is called for a new data key for each message.
   *
   * @param limits how long and how often a data key is used; the maximum age has no default
   * @return this builder
   */
  public EnvelopeBuilder cache(CacheLimits limits) {
    this.cacheLimits = Objects.requireNonNull(limits, "limits");
    this.cacheRenewer = null;
    return this;
  }

  /**
   * Caches data keys as {@link #cache(CacheLimits)} does, and renews them on an executor, so that
   * not even the call that notices the age of a data key waits for the service. If the executor
   * rejects a task, the renewal is attempted again later.
   *
   * @param limits how long and how often a data key is used, with {@link
   *     CacheLimits#withRefreshAfter}
   * @param renewer runs the renewals; the caller shuts it down
   * @return this builder
   * @throws IllegalArgumentException if the limits do not say when to renew
   */
  public EnvelopeBuilder cache(CacheLimits limits, Executor renewer) {
    Objects.requireNonNull(renewer, "renewer");
    if (!limits.renews()) {
      throw new IllegalArgumentException(
          "embedded-kms: an executor for renewals requires limits with refreshAfter less than the"
              + " maximum age");
    }
    this.cacheLimits = limits;
    this.cacheRenewer = renewer;
    return this;
  }

  /**
   * Sets the source of salts, for tests with fixed messages. Everywhere else salts come from the
   * operating system: under a cached data key, a source that repeats itself would repeat the key
   * and nonce of a segment.
   */
  EnvelopeBuilder salts(SecureRandom random) {
    this.salts = random;
    return this;
  }

  /**
   * Sets how long a thread waits for another thread: for a data key that the other thread has
   * requested from the service, for its last segment of a message that both work on, or for its
   * read of a channel. After that time the call fails with a {@code KmsInternalException}, which
   * can be retried; a channel fails with an {@code IOException}. A call that is interrupted while
   * it waits fails in the same way, unless it waits for a segment: the other thread writes into the
   * caller's buffers, so the call continues to wait and its thread remains interrupted. The {@link
   * KmsClient} has to bound the duration of a call of the service.
   *
   * @param timeout 1 millisecond to 60 seconds; 10 seconds if not set
   * @return this builder
   * @throws IllegalArgumentException if it is out of range
   */
  public EnvelopeBuilder waitTimeout(Duration timeout) {
    if (timeout.compareTo(SHORTEST_WAIT) < 0 || timeout.compareTo(LONGEST_WAIT) > 0) {
      throw new IllegalArgumentException(
          "embedded-kms: the wait timeout must be 1 millisecond to 60 seconds, not " + timeout);
    }
    this.waitTimeout = timeout;
    return this;
  }

  /** Sets the clock, in nanoseconds from any origin, for tests. */
  EnvelopeBuilder nanoTime(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    return this;
  }

  /**
   * Creates the envelope. The keys are not looked up yet.
   *
   * @return a new envelope
   * @throws IllegalStateException if neither a key nor discovery was named
   */
  public Envelope build() {
    if (keys.isEmpty() && alsoOpens.isEmpty() && discoveryAccounts.isEmpty()) {
      throw new IllegalStateException(
          "embedded-kms: an envelope needs a key: name one with key, alsoOpens or discovery");
    }
    return new Envelope(this);
  }

  private static String requireKey(String keyId) {
    if (keyId.isEmpty()) {
      throw new IllegalArgumentException("embedded-kms: a key id must not be empty");
    }
    return keyId;
  }

  private static int requireRange(String what, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "embedded-kms: 1 to " + most + " " + what + ", not " + value);
    }
    return value;
  }
}
