package io.github.embeddedkms.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class TlsOptionsTest {

  @TempDir private Path folder;

  private TlsOptions options(String... arguments) {
    TlsOptions options =
        new TlsOptions(Map.of("XDG_DATA_HOME", folder.resolve("data").toString())::get);
    CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();
    spec.addMixin("tls", CommandLine.Model.CommandSpec.forAnnotatedObject(options));
    new CommandLine(spec).parseArgs(arguments);
    return options;
  }

  @Test
  void context_withoutTls_isAbsent() {
    TlsOptions options = options();
    assertThat(options.context(List.of())).isEmpty();
    assertThat(options.writeAuthority()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({
    "--certificate f, --certificate needs --tls",
    "--key f, --key needs --tls",
    "--ca-file f, --ca-file needs --tls",
    "--tls --key f, --key needs --certificate",
    "--tls --certificate f, --certificate needs --key",
    "--tls --certificate f --key f --ca-file f,"
        + " '--ca-file is for generated certificates, without --certificate'",
    "--tls --certificate /missing --key f, cannot read /missing: no such file"
  })
  void context_wrongOptions_areRefused(String arguments, String message) {
    TlsOptions options = options(arguments.split(" "));
    assertThatThrownBy(() -> options.context(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void context_invalidHost_isRefused() {
    TlsOptions options = options("--tls");
    assertThatThrownBy(() -> options.context(List.of("999.1.1.1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "embedded-kms: a certificate needs host names or IP addresses, without a port or a"
                + " wildcard, not 999.1.1.1");
  }

  @Test
  void writeAuthority_byDefault_isReadableByAllInTheDataFolder() throws Exception {
    TlsOptions options = options("--tls");
    assertThat(options.context(List.of("0.0.0.0", "::", "kms"))).isPresent();
    Path data = folder.resolve("data/embedded-kms");
    assertThat(data).as("the file of a running server is not replaced yet").doesNotExist();
    Path file = data.resolve("embedded-kms-ca.pem");
    assertThat(options.writeAuthority()).contains(file);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(read(file).getSubjectX500Principal().getName()).startsWith("CN=embedded-kms CA ");
    assertThat(data).isDirectoryContaining(each -> each.equals(file));
    assertThat(data.toFile().list()).hasSize(1);
  }

  @Test
  void writeAuthority_caFile_isReplaced() throws Exception {
    Path file = Files.writeString(folder.resolve("ca.pem"), "old");
    TlsOptions options = options("--tls", "--ca-file", file.toString());
    options.context(List.of());
    assertThat(options.writeAuthority()).contains(file);
    assertThat(read(file).getBasicConstraints()).isZero();
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
  }

  private static X509Certificate read(Path file) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(Files.newInputStream(file));
  }

  @Test
  void writeAuthority_folderIsMissing_isRefused() {
    Path file = folder.resolve("missing/ca.pem");
    TlsOptions options = options("--tls", "--ca-file", file.toString());
    options.context(List.of());
    assertThatThrownBy(options::writeAuthority)
        .isInstanceOf(CommandLineException.class)
        .hasMessage("embedded-kms: cannot write " + file + ": no such file\n");
  }
}
