package io.github.embeddedkms.cli;

import io.github.embeddedkms.cli.terminal.FileFailures;
import io.github.embeddedkms.cli.terminal.TerminalWriter;
import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.envelope.EnvelopeException;
import io.github.embeddedkms.envelope.EnvelopeHeader;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Envelope encryption of one file, step by step, with a key in memory: what the library is for, in
 * a program that shows what it does. {@code mvn -q compile exec:java} runs it over {@code
 * README.md}, {@code -Dexec.args=FILE} over another file of any length. The file itself is only
 * read; the message and what it opens to are temporary files.
 */
public final class Quickstart {

  private static final String DEFAULT_FILE = "README.md";
  private static final String ALIAS = "alias/quickstart";

  private final TerminalWriter out;
  private long stepBegan = System.nanoTime();

  private Quickstart(TerminalWriter out) {
    this.out = out;
  }

  /**
   * Runs the program and ends the process: exit code 0 if the opened file equals the original, 1 if
   * not, 2 if it cannot be read.
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
    TerminalWriter steps = new TerminalWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    TerminalWriter errors = new TerminalWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8));
    int exitCode = run(arguments, steps, errors);
    steps.flush();
    errors.flush();
    return exitCode;
  }

  private static int run(String[] arguments, TerminalWriter out, TerminalWriter err) {
    if (arguments.length > 1) {
      err.println("quickstart: give one file, or none for " + DEFAULT_FILE);
      return 2;
    }
    String name = arguments.length == 0 ? DEFAULT_FILE : arguments[0];
    Path file;
    try {
      file = readable(name);
    } catch (IOException | InvalidPathException e) {
      err.println("quickstart: cannot read " + name + ": " + FileFailures.reason(e));
      return 2;
    }
    try {
      return new Quickstart(out).sealAndOpen(name, file) ? 0 : 1;
    } catch (EnvelopeException | IOException e) {
      err.println("quickstart: " + e);
      return 1;
    }
  }

  private boolean sealAndOpen(String name, Path file) throws IOException {
    Path folder = Files.createTempDirectory("quickstart");
    Path message = folder.resolve("message");
    Path opened = folder.resolve("opened");
    try {
      return sealAndOpen(name, file, message, opened);
    } finally {
      Files.deleteIfExists(message);
      Files.deleteIfExists(opened);
      Files.delete(folder);
    }
  }

  private boolean sealAndOpen(String name, Path file, Path message, Path opened)
      throws IOException {
    step("read", name + ", " + bytes(file));
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory();
        Envelope envelope = Envelope.builder(kms).key(ALIAS).build()) {
      String keyId = kms.createKey(key -> key.description("quickstart")).keyMetadata().keyId();
      step("CreateKey", keyId);
      kms.createAlias(alias -> alias.aliasName(ALIAS).targetKeyId(keyId));
      step("CreateAlias", ALIAS);

      EncryptionContext context = EncryptionContext.of(Map.of("file", name));
      try (InputStream in = Files.newInputStream(file);
          OutputStream out = Files.newOutputStream(message)) {
        envelope.seal(in, out, context);
      }
      step("seal", bytes(message) + " under a new data key, which is sealed under " + ALIAS);
      inspect(message);

      open(envelope, message, opened, context);
      step("open", bytes(opened) + " with the right context " + context.asMap());
      boolean same = Files.mismatch(file, opened) < 0;
      step("compare", (same ? "the same as " : "NOT AS ") + name);
      return refusesWrongContext(envelope, message, opened) && same;
    }
  }

  private void inspect(Path message) throws IOException {
    try (InputStream in = Files.newInputStream(message)) {
      EnvelopeHeader header = Envelope.inspect(in);
      step("inspect", header.suite() + ", for " + String.join(", ", header.claimedKeyArns()));
    }
  }

  private static void open(Envelope envelope, Path message, Path opened, EncryptionContext context)
      throws IOException {
    try (InputStream in = Files.newInputStream(message);
        OutputStream out = Files.newOutputStream(opened)) {
      envelope.open(in, out, context);
    }
  }

  private boolean refusesWrongContext(Envelope envelope, Path message, Path opened)
      throws IOException {
    EncryptionContext wrong = EncryptionContext.of(Map.of("file", "another"));
    try {
      open(envelope, message, opened, wrong);
      step("open", "NOT REFUSED with the wrong context " + wrong.asMap());
      return false;
    } catch (EnvelopeException e) {
      String refusal = e.getClass().getSimpleName();
      step("open", "refused with the wrong context " + wrong.asMap() + ": " + refusal);
      return true;
    }
  }

  /** A file that can be read more than once. */
  private static Path readable(String name) throws IOException {
    Path file = Path.of(name);
    if (Files.isDirectory(file)) {
      throw new IOException("is a directory");
    }
    if (!Files.exists(file)) {
      throw new IOException("no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException("is not a regular file, which can be read and compared");
    }
    Files.newInputStream(file).close();
    return file;
  }

  /** One line: what was done, with what, and how long it took since the line before. */
  private void step(String name, String detail) {
    long now = System.nanoTime();
    out.printf(Locale.ROOT, "%-16s %7.1f ms  %s\n", name, (now - stepBegan) / 1_000_000.0, detail);
    out.flush();
    stepBegan = System.nanoTime();
  }

  private static String bytes(Path file) throws IOException {
    return String.format(Locale.ROOT, "%,d bytes", Files.size(file));
  }
}
