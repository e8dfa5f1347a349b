package io.github.embeddedkms.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.embeddedkms.cli.store.DataFolder;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FileFailures;
import io.github.embeddedkms.cli.terminal.FilesInUse;
import io.github.embeddedkms.endpoint.CertificateFiles;
import io.github.embeddedkms.endpoint.EndpointCertificate;
import io.github.embeddedkms.envelope.AtomicFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code serve} for TLS: a generated certificate, or one from files. */
final class TlsOptions {

  private static final String AUTHORITY_FILE = "embedded-kms-ca.pem";

  /** Clients connect to one of the addresses that these stand for. */
  private static final List<String> WILDCARDS = List.of("0.0.0.0", "::", "[::]");

  private final Function<String, @Nullable String> environment;

  @Option(
      names = "--tls",
      description =
          "serve HTTPS, in TLS 1.2 and 1.3. Without --certificate, each start generates a"
              + " certificate for localhost, 127.0.0.1, ::1, --host and each --allowed-host, and"
              + " the certificate authority (CA) that clients are to trust")
  private boolean tls;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description =
          "the certificate of the server, in PEM, followed by those of its issuers; needs --key")
  private @Nullable Path certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "the private key of --certificate, in PEM: an EC or RSA key in PKCS#8, not encrypted")
  private @Nullable Path key;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description =
          "where to write the certificate of the generated CA, in PEM; an existing file is replaced"
              + " (default: "
              + AUTHORITY_FILE
              + " in the folder of the default store). AWS_CA_BUNDLE=FILE is printed once it is"
              + " written")
  private @Nullable Path authorityFile;

  private @Nullable EndpointCertificate generated;

  TlsOptions() {
    this(System::getenv);
  }

  /** For tests: with a given environment. */
  TlsOptions(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  /**
   * Adds the files that are read, and the one that is written, to those of the command.
   *
   * @param files the other files of the command
   * @throws IllegalArgumentException if the file that is written is one of them
   */
  void addTo(FilesInUse files) {
    files.add("the certificate", certificate).add("the private key", key);
    if (tls && certificate == null) {
      Path written = authorityFile();
      files
          .useOf(written)
          .ifPresent(
              use -> {
                throw new IllegalArgumentException(
                    "'" + written + "' is " + use + "; write the certificate to another file");
              });
      files.add("the certificate of the CA", written);
    }
  }

  private Path authorityFile() {
    return authorityFile == null ? DataFolder.file(AUTHORITY_FILE, environment) : authorityFile;
  }

  /**
   * Reads or generates the certificate.
   *
   * @param hosts names by which clients call the endpoint, besides those of loopback
   * @return the context of the endpoint, or nothing for HTTP
   * @throws IllegalArgumentException if the options or the content of a file are wrong
   */
  Optional<SSLContext> context(Collection<String> hosts) {
    if (!tls) {
      requireAbsent("--certificate", certificate, "needs --tls");
      requireAbsent("--key", key, "needs --tls");
      requireAbsent("--ca-file", authorityFile, "needs --tls");
      return Optional.empty();
    }
    if (certificate == null) {
      requireAbsent("--key", key, "needs --certificate");
      generated =
          EndpointCertificate.generate(
              hosts.stream().filter(host -> !WILDCARDS.contains(host)).toList());
      return Optional.of(generated.sslContext());
    }
    if (key == null) {
      throw new IllegalArgumentException("--certificate needs --key");
    }
    requireAbsent(
        "--ca-file", authorityFile, "is for generated certificates, without --certificate");
    return Optional.of(read(certificate, key));
  }

  private static void requireAbsent(String option, @Nullable Path value, String reason) {
    if (value != null) {
      throw new IllegalArgumentException(option + " " + reason);
    }
  }

  private static SSLContext read(Path certificate, Path key) {
    try {
      return CertificateFiles.sslContext(certificate, key);
    } catch (FileSystemException e) {
      throw new IllegalArgumentException(
          "cannot read " + e.getFile() + ": " + FileFailures.reason(e), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot read " + certificate + " or " + key + ": " + e.getMessage(), e);
    }
  }

  /**
   * Writes the certificate of the generated CA. To be called once the endpoint listens: a start
   * that finds the port taken must not replace the file of the server that has it.
   *
   * @return the absolute path of the file, or nothing if no certificate was generated
   * @throws CommandLineException if the file cannot be written
   */
  Optional<Path> writeAuthority() {
    if (generated == null) {
      return Optional.empty();
    }
    Path file = authorityFile();
    if (authorityFile == null) {
      DataFolder.create(file);
    }
    try {
      write(generated.authorityPem(), file);
    } catch (IOException e) {
      throw CommandLineException.failure("cannot write " + file + ": " + FileFailures.reason(e));
    }
    return Optional.of(file.toAbsolutePath());
  }

  /** Clients of other users may read it: it is not a secret. */
  private static void write(String pem, Path file) throws IOException {
    try (AtomicFile out = AtomicFile.create(file)) {
      out.write(pem.getBytes(US_ASCII));
      out.commit();
    }
    if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
  }
}
