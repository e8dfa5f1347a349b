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
 * The key that seals a key store. Anyone who has it and the store has every key in the store;
 * without it, all of them are lost. It is kept outside of the store: in a file ({@link #fromFile},
 * the first choice for unattended processes), in a person's memory ({@link #ofPassphrase}) or in
 * another key management service ({@link #ofAead}).
 *
 * <p>It is needed while a store is being opened or its root key is being changed, and may be closed
 * afterwards. Using a closed root key throws {@link IllegalStateException}.
 *
 * <p>Safe for use by several threads.
 */
public final class RootKey implements AutoCloseable {

  /** The kinds of root keys, with the number that identifies each in a store. */
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

  /** All characters below this one are in normal form C, in any combination. */
  private static final char FIRST_COMBINING_CHARACTER = '\u0300';

  /** The secret that the user provided. */
  private sealed interface Secret permits RawKey, Passphrase, ForeignKey {}

  private record RawKey(SecretBytes key) implements Secret {}

  /**
   * Memory in KiB, passes and lanes apply to new stores; an existing store has its own in its row.
   */
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
   * Creates a root key from random bytes. They are copied; the caller should wipe the array.
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
   * Reads a root key from a file, such as one that {@link #createFile} has created. On Unix, these
   * are accepted:
   *
   * <ul>
   *   <li>a file of this process's user that no other user may read or write (mode 0600 or 0400);
   *   <li>a file of root that at most a group may also read (mode 0440), if this process does not
   *       run as root: Kubernetes secrets with {@code fsGroup};
   *   <li>a file of any owner that is not writable by all users, on a read-only mount that is in
   *       memory or consists of this one file: secrets of Kubernetes, Docker Swarm and Compose.
   *       Every process of the container can read a secret of mode 0444; if the platform supports
   *       it, give it the mode 0400 and the process's user;
   *   <li>a pipe that this process was started with, for example {@code /dev/fd/63} from a shell's
   *       {@code <(command)}. The command has 60 seconds to write the key.
   * </ul>
   *
   * <p>Every other file is refused with a message that says what to do: others could read the root
   * key, or replace it and so choose the one that new stores are sealed under. For the same reason,
   * a directory that belongs to this process's user and is writable by all users must have the
   * sticky bit, unless it is the top of a mount. Directories of other owners are not examined. On
   * other systems, Windows for example, owners and modes are not checked.
   *
   * @param file a regular file, a link to one, or a pipe, with exactly 32 raw bytes
   * @return the root key
   * @throws IllegalArgumentException if the file is of another kind or length, or others can read,
   *     write or replace it
   * @throws UncheckedIOException if it cannot be read
   */
  public static RootKey fromFile(Path file) {
    return ofKey(RootKeyFile.read(file));
  }

  /**
   * Generates a root key and writes it to a new file that only its owner may read. When this
   * returns, the file is on disk. Keep a copy of the file in a different place than the store's
   * backups.
   *
   * @param file the file to create
   * @throws UncheckedIOException if the file exists or cannot be written
   */
  public static void createFile(Path file) {
    RootKeyFile.create(file);
  }

  /**
   * Reads a root key from an environment variable. This is the third choice, after a file and
   * {@link #ofAead}: the variable is visible in {@code /proc}, is inherited by every child process,
   * and stays in memory as a {@code String} for as long as the process runs.
   *
   * @param variable the name of a variable that holds 32 bytes in Base64; leading and trailing
   *     white space is ignored
   * @return the root key
   * @throws IllegalArgumentException if the variable is not set or holds anything else
   */
  public static RootKey fromEnvironment(String variable) {
    return fromEnvironment(variable, System::getenv);
  }

  /** For tests: with another environment. */
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
      // The key stays empty and is refused below: the decoder's own message would quote the secret.
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
   * Creates a root key from a passphrase, with Argon2id. A new store uses 64 MiB, 3 passes and 4
   * lanes (RFC 9106); an existing store has its own parameters. Each opening of a store takes that
   * memory, and about half a second: this is what an attacker who has stolen the store pays for
   * each guess.
   *
   * <p>The characters are copied; the caller should wipe the array. Different compositions of one
   * character are equivalent (Unicode normal form C). The JDK can only normalize a {@code String},
   * which cannot be wiped. A passphrase is converted to one only if it contains characters above
   * U+02FF, such as combining, Greek or Cyrillic characters.
   *
   * @param passphrase one or more characters of any script; six random words are recommended
   * @return the root key
   * @throws IllegalArgumentException if the passphrase is empty or has an unpaired surrogate
   */
  public static RootKey ofPassphrase(char[] passphrase) {
    return ofPassphrase(passphrase, MEMORY, PASSES, LANES);
  }

  /**
   * For tests that create many stores: with less memory, in KiB, and fewer passes for new stores.
   */
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
   * Creates a root key from a Tink {@code Aead}, which may use a key management service or a
   * hardware module. The {@code Aead} is called when a store is created or opened, when its root
   * key is changed, and when this or another node begins a new epoch; never for a data key. It must
   * bind the associated data, as every {@code Aead} does. Closing the root key does not close the
   * {@code Aead}.
   *
   * <p>It must not use a key in the same store: opening the store would then require a key from the
   * store.
   *
   * @param aead seals 32 bytes; safe for use by several threads
   * @return the root key
   */
  public static RootKey ofAead(Aead aead) {
    return new RootKey(Kind.AEAD, new ForeignKey(aead));
  }

  /**
   * Creates a root key of 32 zero bytes, which everyone knows: data sealed under it is effectively
   * unsealed. For tests that need a store but no secret.
   *
   * @return the root key
   */
  public static RootKey unsealedForTests() {
    return ofBytes(new byte[KEY_BYTES]);
  }

  private static RootKey ofKey(SecretBytes key) {
    return new RootKey(Kind.RAW, new RawKey(key));
  }

  /** Creates the root of a new store. Slow for a passphrase. */
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
   * Creates the root of an existing store, with the parameters of its row. Slow for a passphrase.
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

  /** Wipes the key or the passphrase. An {@code Aead} is not closed: it belongs to its owner. */
  @Override
  public void close() {
    closed = true;
    if (secret instanceof RawKey raw) {
      raw.key().close();
    } else if (secret instanceof Passphrase passphrase) {
      passphrase.text().close();
    }
  }

  /** Returns the kind only. */
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
