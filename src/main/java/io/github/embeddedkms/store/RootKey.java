package io.github.embeddedkms.store;

import com.google.crypto.tink.Aead;
import io.github.embeddedkms.model.SecretBytes;
import java.io.UncheckedIOException;
import java.nio.CharBuffer;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The key that seals a key store: who has it and the store has every key in it, and who has lost it
 * has lost them all. It is kept outside of the store: in a file ({@link #fromFile}, the first
 * choice where nobody can type), in somebody's head ({@link #ofPassphrase}) or in another key
 * management ({@link #ofAead}).
 *
 * <p>It is needed while a store is being opened or its root key changed, and may be closed
 * afterwards. Using it after that is an {@link IllegalStateException}.
 *
 * <p>Safe for use by several threads.
 */
public final class RootKey implements AutoCloseable {

  /** What root keys there are, by the number that stands for them in a store. */
  enum Kind {
    RAW(1, "32 raw bytes"),
    PASSPHRASE(2, "a passphrase"),
    AEAD(3, "an Aead");

    private final int code;
    private final String description;

    Kind(int code, String description) {
      this.code = code;
      this.description = description;
    }

    int code() {
      return code;
    }

    static String describe(int code) {
      return Arrays.stream(values())
          .filter(kind -> kind.code == code)
          .map(kind -> kind.description)
          .findFirst()
          .orElse("a root key of the unknown kind " + code);
    }

    @Override
    public String toString() {
      return description;
    }
  }

  static final int KEY_BYTES = 32;

  // RFC 9106's second recommended option.
  private static final int MEMORY = 64 << 10;
  private static final int PASSES = 3;
  private static final int LANES = 4;

  /** All characters below this one are in normal form C, whatever stands around them. */
  private static final char FIRST_COMBINING_CHARACTER = '\u0300';

  /** What the user gave. */
  private sealed interface Secret permits RawKey, Passphrase, ForeignKey {}

  private record RawKey(SecretBytes key) implements Secret {}

  /** Memory in KiB, passes and lanes are those of new stores; a store's row says its own. */
  private record Passphrase(SecretBytes text, int memory, int passes, int lanes)
      implements Secret {}

  private record ForeignKey(Aead aead) implements Secret {}

  private final Kind kind;
  private final Secret secret;
  private volatile boolean closed;

  private RootKey(Kind kind, Secret secret) {
    this.kind = kind;
    this.secret = secret;
  }

  /**
   * A root key of random bytes. They are copied; wiping the array given remains the caller's part.
   *
   * @param key 32 bytes, from a good random source
   * @return the root key
   * @throws IllegalArgumentException if the key has another length
   */
  public static RootKey ofBytes(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "embedded-kms: a root key has 32 bytes, not " + key.length);
    }
    return ofKey(SecretBytes.fromByteArray(key));
  }

  /**
   * Reads a root key from a file, such as {@link #createFile} creates. On Unix, these are read:
   *
   * <ul>
   *   <li>a file of this process's user that no one else may read or write (mode 0600 or 0400);
   *   <li>a file of root's that besides root only a group may read (mode 0440), if this process
   *       runs as another user: Kubernetes' secrets with {@code fsGroup};
   *   <li>a file of any owner that not all users may write, on a read-only mount that is in memory
   *       or is of this one file: secrets of Kubernetes, Docker Swarm and Compose. Every process of
   *       the container can read a secret of mode 0444; give it the mode 0400 and the process's
   *       user where the platform can do that;
   *   <li>a pipe that this process was started with, {@code /dev/fd/63} of a shell's {@code
   *       <(command)} for example. The command has 60 seconds.
   * </ul>
   *
   * <p>Every other file is refused, with what to do about it: others could read the root key, or
   * replace it and so choose the one that new stores are sealed under. For the same reason, a
   * directory of this process's user that all users may write needs the sticky bit, unless it is
   * the top of a mount. Directories of other owners are not examined. Elsewhere, on Windows for
   * example, owners and modes are not looked at.
   *
   * @param file a regular file, or a link to one, or a pipe, of exactly 32 raw bytes
   * @return the root key
   * @throws IllegalArgumentException if the file is of another kind or length, or others can read,
   *     write or replace it
   * @throws UncheckedIOException if it cannot be read
   */
  public static RootKey fromFile(Path file) {
    return ofKey(RootKeyFile.read(file));
  }

  /**
   * Draws a root key and writes it to a new file, which only its owner may read, and to the disk
   * below it before this returns. Keep a copy of the file where the store's backups are not.
   *
   * @param file where no file is yet
   * @throws UncheckedIOException if there is one, or it cannot be written
   */
  public static void createFile(Path file) {
    RootKeyFile.create(file);
  }

  /**
   * Reads a root key from an environment variable. This is the third choice, after a file and
   * {@link #ofAead}: the variable can be seen in {@code /proc}, is handed to every child process,
   * and stays in memory as a {@code String} for as long as the process runs.
   *
   * @param variable the name of a variable that holds 32 bytes in Base64; spaces and line breaks
   *     before and after them are passed over
   * @return the root key
   * @throws IllegalArgumentException if the variable is not set or holds anything else
   */
  public static RootKey fromEnvironment(String variable) {
    return fromEnvironment(variable, System::getenv);
  }

  /** With an environment of the test's own. */
  static RootKey fromEnvironment(String variable, Function<String, @Nullable String> environment) {
    String value = environment.apply(variable);
    if (value == null) {
      throw new IllegalArgumentException(
          "embedded-kms: the environment variable " + variable + " is not set");
    }
    byte[] key = {};
    try {
      key = Base64.getDecoder().decode(value.strip());
    } catch (IllegalArgumentException e) {
      // Left empty, which is refused below: the decoder's own message quotes from the secret.
    }
    try {
      if (key.length != KEY_BYTES) {
        throw new IllegalArgumentException(
            "embedded-kms: the environment variable "
                + variable
                + " does not hold 32 bytes in Base64");
      }
      return ofBytes(key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * A root key from a passphrase, by Argon2id with 64 MiB, 3 passes and 4 lanes (RFC 9106), or with
   * what the store says that it was made with. That takes the memory, and about half a second, each
   * time a store is opened: it is what a thief of the store pays for each guess.
   *
   * <p>The characters are copied; wiping the array given remains the caller's part. Characters that
   * can be composed in several ways count as one (Unicode's normal form C). The JDK can normalise a
   * {@code String} only, which cannot be wiped: a passphrase without combining characters, Greek,
   * Cyrillic or what else lies above U+02FF never becomes one.
   *
   * @param passphrase one character or more, of any script; better six random words
   * @return the root key
   * @throws IllegalArgumentException if the passphrase is empty or has an unpaired surrogate
   */
  public static RootKey ofPassphrase(char[] passphrase) {
    return ofPassphrase(passphrase, MEMORY, PASSES, LANES);
  }

  /** With less memory, in KiB, and fewer passes for new stores, for tests that make many. */
  static RootKey ofPassphrase(char[] passphrase, int memory, int passes, int lanes) {
    if (passphrase.length == 0) {
      throw new IllegalArgumentException("embedded-kms: the passphrase is empty");
    }
    SecretBytes text;
    try {
      text = encode(passphrase);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "embedded-kms: the passphrase has an unpaired surrogate", e);
    }
    return new RootKey(Kind.PASSPHRASE, new Passphrase(text, memory, passes, lanes));
  }

  /**
   * A root key that is somebody else's: an {@code Aead} of Tink, which a key management or a
   * hardware module may be behind. It is called when a store is made or opened and when its root
   * key is changed, and when this or another node begins a new epoch; never for a data key. It must
   * bind the associated data, as every {@code Aead} does. Closing the root key does nothing to it.
   *
   * <p>It must not be one that this very key provider serves: to open the store that would take the
   * keys in the store.
   *
   * @param aead seals 32 bytes; safe for use by several threads
   * @return the root key
   */
  public static RootKey ofAead(Aead aead) {
    return new RootKey(Kind.AEAD, new ForeignKey(aead));
  }

  /**
   * A root key that everybody knows, 32 zero bytes: what is sealed under it is as good as unsealed.
   * For tests that need a store and no secret.
   *
   * @return the root key
   */
  public static RootKey unsealedForTests() {
    return ofBytes(new byte[KEY_BYTES]);
  }

  private static RootKey ofKey(SecretBytes key) {
    return new RootKey(Kind.RAW, new RawKey(key));
  }

  /** For a store that has no row yet. Takes a passphrase's time. */
  OpenedRoot forNewStore() {
    requireOpen();
    if (secret instanceof RawKey raw) {
      return OpenedRoot.ofKey(copy(raw.key()));
    }
    if (secret instanceof Passphrase passphrase) {
      return OpenedRoot.ofPassphrase(
          passphrase.text(),
          PassphraseParameters.generate(
              passphrase.memory(), passphrase.passes(), passphrase.lanes()));
    }
    return OpenedRoot.ofAead(((ForeignKey) secret).aead());
  }

  /**
   * For a store that has this row, whose parameters it takes. Takes a passphrase's time.
   *
   * @throws WrongRootKeyException if the row was sealed under a root key of another kind
   * @throws AlteredStoreException if the parameters are not what this library writes
   */
  OpenedRoot forRow(StoreKeyRow row) {
    requireOpen();
    if (row.kind() != kind.code()) {
      throw new WrongRootKeyException(
          "the store is sealed under " + Kind.describe(row.kind()) + ", not under " + kind);
    }
    if (secret instanceof Passphrase passphrase) {
      return OpenedRoot.ofPassphrase(
          passphrase.text(), PassphraseParameters.read(row.parameters()));
    }
    if (row.parameters().length() != 0) {
      throw new AlteredStoreException("the store's root key has parameters, but needs none");
    }
    return secret instanceof RawKey raw
        ? OpenedRoot.ofKey(copy(raw.key()))
        : OpenedRoot.ofAead(((ForeignKey) secret).aead());
  }

  /** Wipes the key or the passphrase; an {@code Aead} remains its owner's. */
  @Override
  public void close() {
    closed = true;
    if (secret instanceof RawKey raw) {
      raw.key().close();
    } else if (secret instanceof Passphrase passphrase) {
      passphrase.text().close();
    }
  }

  /** The kind only. */
  @Override
  public String toString() {
    return "RootKey[" + kind + "]";
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("embedded-kms: the root key is closed");
    }
  }

  private static SecretBytes copy(SecretBytes key) {
    return key.lend(SecretBytes::fromByteArray);
  }

  private static SecretBytes encode(char[] passphrase) {
    for (char character : passphrase) {
      if (character >= FIRST_COMBINING_CHARACTER) {
        return SecretBytes.fromUtf8String(
            Normalizer.normalize(CharBuffer.wrap(passphrase), Normalizer.Form.NFC));
      }
    }
    return SecretBytes.fromUtf8CharArray(passphrase);
  }
}
