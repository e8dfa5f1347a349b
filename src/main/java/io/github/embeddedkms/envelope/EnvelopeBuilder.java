package io.github.embeddedkms.envelope;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.model.Bytes;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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

  private static final int FINGERPRINT_BYTES = 32;

  final @Nullable KmsClient kms;
  final Set<String> keys = new LinkedHashSet<>();
  final Set<String> alsoOpens = new LinkedHashSet<>();
  final List<OfflineTarget> targets = new ArrayList<>();
  final List<OfflineTrust> opensOffline = new ArrayList<>();
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

  /** Without a client, the envelope seals offline only. */
  EnvelopeBuilder(@Nullable KmsClient kms) {
    this.kms = kms;
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
    requireRoom();
    return this;
  }

  private void requireRoom() {
    if (keys.size() + targets.size() > Prefix.MAX_RECIPIENTS) {
      throw new IllegalArgumentException("embedded-kms: a message is sealed for at most 16 keys");
    }
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
   * <b>Anyone who has the public key can seal such a message, with any context: its opening proves
   * nothing about who made it.</b> Adds a public key to seal to, without any call of the service.
   *
   * <p>{@code GetPublicKey} counts as public. If the origin of a message matters, sign it inside:
   * over its recipient, its context and its text. Policies and grants that depend on the encryption
   * context do not apply to offline recipients, because the service never sees the context;
   * separate tenants by keys. A key that is disabled or deleted still seals, and only stops
   * opening. A reader who can open a message that is sealed for other keys too can also write other
   * messages in the name of its online keys.
   *
   * <p><b>The public key is a root of trust</b>: who exchanges the file reads everything that is
   * sealed after that. Get it by {@code GetPublicKey}, compare its fingerprint (see {@link
   * #sealTo(Bytes, String, Bytes)}), and {@link Envelope#verify} the first message that is sealed
   * to it. Use the key for nothing else.
   *
   * <p>RSA is not post-quantum, and cannot be combined with ML-KEM in one message: the weakest
   * recipient decides.
   *
   * @param publicKey X.509 SubjectPublicKeyInfo in DER, as {@code GetPublicKey} returns it, of
   *     ML_KEM_768, ML_KEM_1024, RSA_3072 or RSA_4096
   * @param keyArn the key ARN of its KMS key, which readers compare; not an alias
   * @return this builder
   * @throws IllegalArgumentException if the public key is unusable or of another spec, the ARN is
   *     not a key ARN, was named before, or is of a China Region for ML-KEM; or if RSA and ML-KEM
   *     are combined, or there are more than 16 keys
   */
  public EnvelopeBuilder sealTo(Bytes publicKey, String keyArn) {
    return add(OfflineTarget.of(publicKey, keyArn, null, null));
  }

  /**
   * Adds a public key to seal to, if it has the expected fingerprint. See {@link #sealTo(Bytes,
   * String)}.
   *
   * @param publicKey X.509 SubjectPublicKeyInfo in DER
   * @param keyArn the key ARN of its KMS key
   * @param fingerprint SHA-256 of the public key as it should be, 32 bytes
   * @return this builder
   * @throws IllegalArgumentException in the same cases, and if the fingerprint is another one
   */
  public EnvelopeBuilder sealTo(Bytes publicKey, String keyArn, Bytes fingerprint) {
    OfflineTarget target = OfflineTarget.of(publicKey, keyArn, null, null);
    requireFingerprints(target, List.of(fingerprint));
    return add(target);
  }

  /**
   * Adds a pair of public keys to seal to: the message stays secret as long as ML-KEM or ECDH is
   * secure, and opening it takes both KMS keys. See {@link #sealTo(Bytes, String)}.
   *
   * @param publicKey the public key of ML_KEM_768 or ML_KEM_1024
   * @param keyArn the key ARN of its KMS key
   * @param curvePublicKey the public key of ECC_NIST_P256, for ML_KEM_768, or ECC_NIST_P384, for
   *     ML_KEM_1024, whose KMS key has the usage KEY_AGREEMENT
   * @param curveKeyArn the key ARN of its KMS key
   * @return this builder
   * @throws IllegalArgumentException as for one key, or if the two do not belong together
   */
  public EnvelopeBuilder sealTo(
      Bytes publicKey, String keyArn, Bytes curvePublicKey, String curveKeyArn) {
    return add(OfflineTarget.of(publicKey, keyArn, curvePublicKey, curveKeyArn));
  }

  /**
   * Adds a pair of public keys to seal to, if they have the expected fingerprints. See {@link
   * #sealTo(Bytes, String, Bytes, String)}.
   *
   * @param publicKey the public key of ML-KEM
   * @param keyArn the key ARN of its KMS key
   * @param curvePublicKey the public key of the curve
   * @param curveKeyArn the key ARN of its KMS key
   * @param fingerprints SHA-256 of both public keys as they should be, in this order, 32 bytes each
   * @return this builder
   * @throws IllegalArgumentException in the same cases, and if a fingerprint is another one
   */
  public EnvelopeBuilder sealTo(
      Bytes publicKey,
      String keyArn,
      Bytes curvePublicKey,
      String curveKeyArn,
      List<Bytes> fingerprints) {
    OfflineTarget target = OfflineTarget.of(publicKey, keyArn, curvePublicKey, curveKeyArn);
    requireFingerprints(target, fingerprints);
    return add(target);
  }

  private EnvelopeBuilder add(OfflineTarget target) {
    OfflineTarget.requireCombinable(targets, target);
    targets.add(target);
    requireRoom();
    return this;
  }

  private static void requireFingerprints(OfflineTarget target, List<Bytes> expected) {
    if (!target.fingerprints().equals(expected)) {
      throw new IllegalArgumentException(
          "embedded-kms: the public key has another fingerprint than the expected one; get it again"
              + " with GetPublicKey");
    }
  }

  /**
   * Opens messages that were sealed to the public key of a KMS key. <b>Anyone who has the public
   * key can make them, so a reader that opens them knows the origin of no message</b>, not even of
   * messages that were sealed for other keys too. If you need both, build two envelopes. Neither
   * {@link #key}, {@link #alsoOpens} nor {@link #discovery} opens such messages.
   *
   * @param keyId a key of ML-KEM for encapsulation, or of RSA for encryption: key id, key ARN,
   *     alias name or alias ARN
   * @return this builder
   * @throws IllegalArgumentException if it is empty
   */
  public EnvelopeBuilder opensOffline(String keyId) {
    opensOffline.add(new OfflineTrust(requireKey(keyId), null, List.of()));
    return this;
  }

  /**
   * Opens messages that were sealed to one certain public key. See {@link #opensOffline(String)}.
   *
   * @param keyId key id, key ARN, alias name or alias ARN
   * @param fingerprint SHA-256 of the public key, 32 bytes; for messages of this KMS key with
   *     another fingerprint, the service is not called
   * @return this builder
   * @throws IllegalArgumentException if the key id is empty, or the fingerprint does not have 32
   *     bytes
   */
  public EnvelopeBuilder opensOffline(String keyId, Bytes fingerprint) {
    opensOffline.add(
        new OfflineTrust(requireKey(keyId), null, requireLengths(List.of(fingerprint))));
    return this;
  }

  /**
   * Opens messages that were sealed to a pair of public keys. It opens no message that was sealed
   * to one of them alone. See {@link #opensOffline(String)}.
   *
   * @param keyId a key of ML-KEM for encapsulation
   * @param curveKeyId a key of a curve for key agreements
   * @return this builder
   * @throws IllegalArgumentException if one of them is empty
   */
  public EnvelopeBuilder opensOffline(String keyId, String curveKeyId) {
    opensOffline.add(new OfflineTrust(requireKey(keyId), requireKey(curveKeyId), List.of()));
    return this;
  }

  /**
   * Opens messages that were sealed to a certain pair of public keys. See {@link
   * #opensOffline(String, String)}.
   *
   * @param keyId a key of ML-KEM for encapsulation
   * @param curveKeyId a key of a curve for key agreements
   * @param fingerprints SHA-256 of both public keys, in this order, 32 bytes each
   * @return this builder
   * @throws IllegalArgumentException if a key id is empty, or there are not two fingerprints of 32
   *     bytes
   */
  public EnvelopeBuilder opensOffline(String keyId, String curveKeyId, List<Bytes> fingerprints) {
    if (fingerprints.size() != 2) {
      throw new IllegalArgumentException("embedded-kms: a pair of keys has two fingerprints");
    }
    opensOffline.add(
        new OfflineTrust(requireKey(keyId), requireKey(curveKeyId), requireLengths(fingerprints)));
    return this;
  }

  private static List<Bytes> requireLengths(List<Bytes> fingerprints) {
    for (Bytes fingerprint : fingerprints) {
      if (fingerprint.length() != FINGERPRINT_BYTES) {
        throw new IllegalArgumentException(
            "embedded-kms: a fingerprint has 32 bytes, not " + fingerprint.length());
      }
    }
    return fingerprints;
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
   * pool. Without this method, no other thread is used. This is worthwhile for messages of 1 MiB or
   * more. With a stream, the other threads seal what has been written before, or open what has been
   * read ahead, while the caller's thread reads and writes. Only the caller's thread uses the
   * streams. An opening stream reads ahead of what it returns: one segment of 64 KiB at first, and
   * up to 1 MiB for each thread, which is also the memory that a stream takes. If reading and
   * writing take longer than sealing, there is less to gain.
   *
   * <p>The other threads do not wait for the caller: a stream that is neither read nor closed keeps
   * none of them. Closing a stream waits until they have finished their segments.
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
   * @throws IllegalStateException if no key was named, or one that needs a client and there is none
   */
  public Envelope build() {
    boolean calls =
        !keys.isEmpty()
            || !alsoOpens.isEmpty()
            || !discoveryAccounts.isEmpty()
            || !opensOffline.isEmpty();
    if (!calls && targets.isEmpty()) {
      throw new IllegalStateException(
          "embedded-kms: an envelope needs a key: name one with key, alsoOpens, discovery, sealTo or"
              + " opensOffline");
    }
    if (calls && kms == null) {
      throw new IllegalStateException(
          "embedded-kms: an envelope without a client only seals to public keys; pass a client to"
              + " Envelope.builder");
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
