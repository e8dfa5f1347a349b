package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The secret behind a symmetric encryption key, with what is {@linkplain MaterialDerivation
 * derived} from it: its id, and the key that seals blobs.
 *
 * <p>The id is always computed from the material and never believed from outside; therefore a blob
 * that names a material can have been made by no other.
 *
 * <p>A material that lies sealed in a store is {@linkplain #deferred deferred}: it has its id from
 * the beginning, and its bytes from its first use on.
 *
 * <p>Safe for use by several threads.
 */
public final class KeyMaterial implements AutoCloseable {

  /**
   * A material was used after it was closed: the key that it belonged to is gone, or the provider
   * is.
   */
  public static final class ClosedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    ClosedException() {
      super("the key material is closed");
    }
  }

  /** What becomes of a material: it may be deferred first, is opened, and is closed in the end. */
  private sealed interface State permits Deferred, Opened, Closed {}

  /** Known by its id only. */
  private record Deferred(Supplier<KeyMaterial> source) implements State {}

  /** The bytes, and the cipher under the key derived from them. */
  private record Opened(SecretBytes material, BlobCipher blobCipher) implements State {

    void close() {
      blobCipher.close();
      material.close();
    }
  }

  /** Keeps what was opened, so that whoever closes it a second time waits for its end as well. */
  private record Closed(@Nullable Opened opened) implements State {}

  private final Suite suite;
  private final Bytes id;

  /** Made when it is asked for first, perhaps by several threads: they make the same. */
  private @Nullable String idAsHex;

  private final AtomicReference<State> state;

  private KeyMaterial(Suite suite, Bytes id, State state) {
    this.suite = suite;
    this.id = id;
    this.state = new AtomicReference<>(state);
  }

  /**
   * Draws new material.
   *
   * @param keyId the id of the KMS key that it will belong to
   * @param suite how it will seal
   * @param random where the material comes from; nonces never do
   * @return the material
   */
  public static KeyMaterial generate(String keyId, Suite suite, SecureRandom random) {
    return of(keyId, suite, SecretBytes.filledBy(suite.keyBytes(), random::nextBytes));
  }

  /**
   * Takes material and derives everything from it.
   *
   * @param keyId the id of the KMS key that it belongs to, as in KeyMetadata, not the ARN
   * @param suite how it seals
   * @param material as many bytes as the suite's keys have, owned from now on by the result, which
   *     closes them
   * @return the material
   * @throws IllegalArgumentException if the material has another length
   */
  public static KeyMaterial of(String keyId, Suite suite, SecretBytes material) {
    if (material.length() != suite.keyBytes()) {
      throw new IllegalArgumentException(
          "material for "
              + suite
              + " has "
              + suite.keyBytes()
              + " bytes, not "
              + material.length());
    }
    byte[] id = MaterialDerivation.id(material, keyId);
    byte[] blobKey = MaterialDerivation.blobKey(material, suite, id);
    try {
      BlobCipher cipher =
          switch (suite) {
            case XAES_256_GCM -> XaesGcm.of(blobKey);
            case XSM4_GCM -> new Xsm4Gcm(blobKey);
          };
      return new KeyMaterial(suite, Bytes.fromByteArray(id), new Opened(material, cipher));
    } finally {
      Arrays.fill(blobKey, (byte) 0);
    }
  }

  /**
   * Stands for material that lies elsewhere, sealed, until somebody needs it. Its first use asks
   * the source; what the source throws passes through that use and is not remembered, so that the
   * next use asks again. No lock is held meanwhile: several threads at once may ask, and all but
   * one of the answers are closed.
   *
   * @param id the id of the material
   * @param suite how it seals
   * @param source gives the material of this id and suite, which it has checked: a new object each
   *     time, owned from then on by the result; may be slow, and may throw whatever it likes
   * @return the material, which knows its id only
   */
  public static KeyMaterial deferred(Bytes id, Suite suite, Supplier<KeyMaterial> source) {
    return new KeyMaterial(suite, id, new Deferred(source));
  }

  /**
   * The id that names this material among all, and by which a blob finds it.
   *
   * @return 32 bytes, no secret
   */
  public Bytes id() {
    return id;
  }

  /**
   * The id as the service shows it.
   *
   * @return 64 lower-case hexadecimal digits
   */
  public String idAsHex() {
    String hex = idAsHex;
    if (hex == null) {
      hex = HexFormat.of().formatHex(id.asByteArray());
      idAsHex = hex;
    }
    return hex;
  }

  /**
   * How this material seals.
   *
   * @return the suite
   */
  public Suite suite() {
    return suite;
  }

  /**
   * Seals under the blob key, with a new nonce.
   *
   * @param plaintext what to seal; is only read
   * @param associatedData what it is bound to
   * @return a 24-byte nonce, the ciphertext and a 16-byte tag
   * @throws ClosedException if this material is closed
   */
  public byte[] seal(SecretBytes plaintext, byte[] associatedData) {
    return withCipher(cipher -> plaintext.use(bytes -> cipher.seal(bytes, associatedData)));
  }

  /**
   * Opens what {@link #seal} made.
   *
   * @param nonceAndSealed nonce, ciphertext and tag
   * @param associatedData what it is bound to
   * @return the plaintext, to be closed; empty if it is not authentic, for whatever reason
   * @throws ClosedException if this material is closed
   */
  public Optional<SecretBytes> open(byte[] nonceAndSealed, byte[] associatedData) {
    return withCipher(cipher -> cipher.open(nonceAndSealed, associatedData));
  }

  /**
   * Lends the material itself, for a storage that seals it into its database; nobody else needs it.
   *
   * @param borrower works with the bytes; must neither change nor keep them, nor close this
   *     material
   * @param <T> the result's type
   * @param <E> the borrower's checked exception
   * @return what the borrower returns
   * @throws E what the borrower throws
   * @throws ClosedException if this material is closed
   */
  public <T extends @Nullable Object, E extends Exception> T use(
      SecretBytes.Borrower<T, E> borrower) throws E {
    Opened opened = opened();
    try {
      return opened.material().use(borrower);
    } catch (IllegalStateException e) {
      throw closedOr(e);
    }
  }

  /**
   * Wipes the material and the blob key. A seal or open that has begun finishes, unless it is still
   * loading deferred material; that one and later ones fail. The copies of the blob key in the
   * JDK's ciphers cannot be wiped; no thread and no object of this library refers to them any more.
   */
  @Override
  public void close() {
    State before = state.getAndUpdate(KeyMaterial::closed);
    Opened opened = closed(before).opened();
    if (opened != null) {
      opened.close();
    }
  }

  /** The id, which is no secret; never the material. */
  @Override
  public String toString() {
    return "KeyMaterial[" + idAsHex() + "]";
  }

  private static Closed closed(State state) {
    return state instanceof Closed closed
        ? closed
        : new Closed(state instanceof Opened opened ? opened : null);
  }

  private <T> T withCipher(Function<BlobCipher, T> use) {
    Opened opened = opened();
    try {
      return use.apply(opened.blobCipher());
    } catch (IllegalStateException e) {
      throw closedOr(e);
    }
  }

  /** A secret was closed: ours, if its use was overtaken by close(), or else the caller's. */
  private IllegalStateException closedOr(IllegalStateException e) {
    return state.get() instanceof Closed ? new ClosedException() : e;
  }

  private Opened opened() {
    State now = state.get();
    if (now instanceof Opened opened) {
      return opened;
    }
    if (now instanceof Deferred deferred) {
      return opened(deferred);
    }
    throw new ClosedException();
  }

  private Opened opened(Deferred deferred) {
    Opened opened;
    try {
      opened = taken(deferred.source().get());
    } catch (RuntimeException e) {
      // Once this is closed, its row may be gone: then that is what is wrong, and nothing else.
      if (state.get() instanceof Closed) {
        throw new ClosedException();
      }
      throw e;
    }
    if (state.compareAndSet(deferred, opened)) {
      return opened;
    }
    // Another thread was faster, or close() was.
    opened.close();
    return opened();
  }

  private Opened taken(KeyMaterial given) {
    if (!given.id.equals(id) || given.suite != suite) {
      given.close();
      throw new AssertionError("the source of " + this + " gave " + given);
    }
    return given.opened();
  }
}
