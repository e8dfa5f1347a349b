package io.github.embeddedkms.cli.messages;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FilesInUse;
import io.github.embeddedkms.cli.terminal.TerminalWriter;
import io.github.embeddedkms.envelope.EnvelopeBuilder;
import io.github.embeddedkms.envelope.NewRecipients;
import io.github.embeddedkms.model.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The public key that a message is sealed to without asking the service, or the pair of them. */
final class PublicKeyOptions {

  /** Longer than any public key that a message can be sealed to. */
  private static final int MAX_BYTES = 8192;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description =
          "a public key to seal to without asking KMS, in DER as get-public-key returns it:"
              + " ML_KEM_768, ML_KEM_1024, RSA_3072 or RSA_4096; given twice for a pair, of"
              + " ML_KEM_768 and ECC_NIST_P256 or of ML_KEM_1024 and ECC_NIST_P384. Anyone who has"
              + " the public key can make such messages, in any context")
  private List<String> files = List.of();

  @Option(
      names = "--to-arn",
      paramLabel = "ARN",
      description = "the key ARN of the KMS key of --to; given as often as --to")
  private List<String> arns = List.of();

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  private final List<Bytes> keys = new ArrayList<>();

  PublicKeyOptions() {}

  boolean isGiven() {
    return !files.isEmpty() || !arns.isEmpty();
  }

  /** Reads the files. */
  void read() {
    if (files.size() != arns.size() || files.size() > 2) {
      throw wrong("give --to FILE and --to-arn ARN once each, or twice each for a pair");
    }
    if (files.contains(Input.STANDARD)) {
      throw wrong("--to takes the name of a file; standard input is what is sealed");
    }
    files.forEach(file -> keys.add(read(file)));
  }

  /** Adds the files, once they have been read. */
  FilesInUse addTo(FilesInUse used) {
    files.forEach(file -> used.add("a public key of --to", Path.of(file)));
    return used;
  }

  /** Prints the fingerprints, which a person compares, once the keys have been accepted. */
  void printFingerprints(TerminalWriter err) {
    for (int i = 0; i < keys.size(); i++) {
      err.println(
          "embedded-kms: sealing to " + arns.get(i) + ", public key sha256:" + sha256(keys.get(i)));
    }
    err.flush();
  }

  private static Bytes read(String file) {
    try (Input in = Input.open(file, InputStream.nullInputStream())) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw CommandLineException.failure(
            "cannot read " + file + ": too long for a public key in DER");
      }
      return Bytes.fromByteArray(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("closing a file that was read", e);
    }
  }

  private static String sha256(Bytes key) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(key.asByteArray()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Configures an envelope to seal to the keys.
   *
   * @throws IllegalArgumentException if it cannot
   */
  void addTo(EnvelopeBuilder envelope) {
    if (keys.size() == 1) {
      envelope.sealTo(keys.get(0), arns.get(0));
    } else if (!keys.isEmpty()) {
      envelope.sealTo(keys.get(0), arns.get(0), keys.get(1), arns.get(1));
    }
  }

  /**
   * Returns the recipients of a rewrapped message.
   *
   * @param newKeys the KMS keys to seal for
   * @throws IllegalArgumentException if there can be no such recipients
   */
  NewRecipients with(List<String> newKeys) {
    if (newKeys.isEmpty() && !keys.isEmpty()) {
      return keys.size() == 1
          ? NewRecipients.to(keys.get(0), arns.get(0))
          : NewRecipients.to(keys.get(0), arns.get(0), keys.get(1), arns.get(1));
    }
    NewRecipients recipients = NewRecipients.keys(newKeys);
    if (keys.isEmpty()) {
      return recipients;
    }
    return keys.size() == 1
        ? recipients.sealTo(keys.get(0), arns.get(0))
        : recipients.sealTo(keys.get(0), arns.get(0), keys.get(1), arns.get(1));
  }

  private ParameterException wrong(String reason) {
    return new ParameterException(
        Objects.requireNonNull(command, "set by picocli").commandLine(), reason);
  }
}
