package io.github.embeddedkms.cli;

import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.GenerateDataKey;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Envelope encryption of one file, step by step, with a key in memory: what the library is for, in
 * a program that shows what it does. {@code mvn -q compile exec:java} runs it over {@code
 * README.md}, {@code -Dexec.args=FILE} over another file. The file itself is only read.
 */
public final class Quickstart {

  private static final String DEFAULT_FILE = "README.md";
  private static final int MAX_BYTES = 32 << 20;
  private static final String ALIAS = "alias/quickstart";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final PrintStream out;
  private long stepBegan = System.nanoTime();

  private Quickstart(PrintStream out) {
    this.out = out;
  }

  /**
   * Runs the program and ends the process: exit code 0 if the file came back whole, 1 if not, 2 if
   * it cannot be read.
   *
   * @param arguments the file, or nothing for {@code README.md}
   */
  public static void main(String[] arguments) {
    int exitCode = run(arguments, System.out, System.err);
    System.out.flush();
    if (exitCode != 0) {
      System.exit(exitCode);
    }
  }

  /** The program without the end of the process. */
  static int run(String[] arguments, PrintStream out, PrintStream err) {
    if (arguments.length > 1) {
      err.println("quickstart: give one file, or none for " + DEFAULT_FILE);
      return 2;
    }
    String name = arguments.length == 0 ? DEFAULT_FILE : arguments[0];
    byte[] content;
    try {
      content = read(name);
    } catch (IOException | InvalidPathException e) {
      err.println("quickstart: cannot read " + name + ": " + reason(e));
      return 2;
    }
    try {
      return new Quickstart(out).encryptAndRestore(name, content) ? 0 : 1;
    } catch (GeneralSecurityException | IOException e) {
      err.println("quickstart: " + e);
      return 1;
    }
  }

  private boolean encryptAndRestore(String name, byte[] content)
      throws GeneralSecurityException, IOException {
    step("read", name + ", " + bytes(content.length));
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(key -> key.description("quickstart")).keyMetadata().keyId();
      step("CreateKey", keyId);
      kms.createAlias(alias -> alias.aliasName(ALIAS).targetKeyId(keyId));
      step("CreateAlias", ALIAS);

      Map<String, String> context = Map.of("file", name);
      GenerateDataKey.Response dataKey =
          kms.generateDataKey(
              key -> key.keyId(ALIAS).keySpec(DataKeySpec.AES_256).encryptionContext(context));
      Bytes blob = dataKey.ciphertextBlob();
      byte[] encrypted;
      try (SecretBytes plaintextKey = Objects.requireNonNull(dataKey.plaintext())) {
        step("GenerateDataKey", plaintextKey + ", sealed into a blob of " + bytes(blob.length()));
        encrypted = encrypt(plaintextKey, content);
      }
      step("encrypt", bytes(encrypted.length) + " under the data key; the plaintext key is wiped");

      byte[] restored;
      try (SecretBytes plaintextKey =
          Objects.requireNonNull(
              kms.decrypt(d -> d.ciphertextBlob(blob).encryptionContext(context)).plaintext())) {
        step("Decrypt", "the blob gives the data key back, with the right context " + context);
        restored = decrypt(plaintextKey, encrypted);
      }
      Path copy = Files.createTempFile("quickstart", null);
      try {
        Files.write(copy, restored);
        boolean same = Arrays.equals(content, Files.readAllBytes(copy));
        step("restore", bytes(restored.length) + (same ? ", the same as " : ", NOT AS ") + name);
        return refusesWrongContext(kms, blob) && same;
      } finally {
        Files.delete(copy);
      }
    }
  }

  private boolean refusesWrongContext(LocalKeyProvider kms, Bytes blob) {
    Map<String, String> wrong = Map.of("file", "another");
    try {
      kms.decrypt(d -> d.ciphertextBlob(blob).encryptionContext(wrong));
      step("Decrypt", "NOT REFUSED with the wrong context " + wrong);
      return false;
    } catch (InvalidCiphertextException e) {
      step("Decrypt", "refused with the wrong context " + wrong + ": " + e.errorCode());
      return true;
    }
  }

  /** Nonce, ciphertext and tag. */
  private static byte[] encrypt(SecretBytes key, byte[] plaintext) throws GeneralSecurityException {
    byte[] nonce = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(nonce);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, key.toSecretKey("AES"), new GCMParameterSpec(TAG_BITS, nonce));
    byte[] encrypted = Arrays.copyOf(nonce, NONCE_BYTES + cipher.getOutputSize(plaintext.length));
    cipher.doFinal(plaintext, 0, plaintext.length, encrypted, NONCE_BYTES);
    return encrypted;
  }

  private static byte[] decrypt(SecretBytes key, byte[] encrypted) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        key.toSecretKey("AES"),
        new GCMParameterSpec(TAG_BITS, encrypted, 0, NONCE_BYTES));
    return cipher.doFinal(encrypted, NONCE_BYTES, encrypted.length - NONCE_BYTES);
  }

  private static byte[] read(String name) throws IOException {
    Path file = Path.of(name);
    if (Files.isDirectory(file)) {
      throw new IOException("is a directory");
    }
    if (!Files.exists(file)) {
      throw new IOException("no such file");
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException("is larger than 32 MiB, which this demonstration holds in memory");
    }
    return Files.readAllBytes(file);
  }

  private static String reason(Exception e) {
    return e instanceof AccessDeniedException
        ? "permission denied"
        : String.valueOf(e.getMessage());
  }

  /** One line: what was done, with what, and how long it took since the line before. */
  private void step(String name, String detail) {
    long now = System.nanoTime();
    out.printf(Locale.ROOT, "%-16s %7.1f ms  %s%n", name, (now - stepBegan) / 1_000_000.0, detail);
    stepBegan = System.nanoTime();
  }

  private static String bytes(int count) {
    return String.format(Locale.ROOT, "%,d bytes", count);
  }
}
