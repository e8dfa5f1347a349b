package io.github.embeddedkms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sources of randomness, whatever the JVM's default is. */
class RandomnessTest {

  private static final List<String> OURS =
      List.of(
          // Key ids.
          "NativePRNGNonBlocking io.github.embeddedkms.local.KeySource",
          // Key material, data keys, random bytes and store keys.
          "NativePRNGNonBlocking io.github.embeddedkms.model.SecretBytes",
          // Nonces and salts.
          "NativePRNGNonBlocking io.github.embeddedkms.crypto.XaesGcm",
          "NativePRNGNonBlocking io.github.embeddedkms.crypto.Xsm4Gcm",
          "NativePRNGNonBlocking io.github.embeddedkms.envelope.MessageKeys",
          "NativePRNGNonBlocking io.github.embeddedkms.store.PassphraseParameters",
          // Ids of stores, and root keys.
          "NativePRNGNonBlocking io.github.embeddedkms.store.SealedKeyStorageBuilder",
          "NativePRNGNonBlocking io.github.embeddedkms.store.RootKeyFile",
          // Keys, signatures and serial numbers of certificates.
          "NativePRNGNonBlocking io.github.embeddedkms.x509.CertificateAuthority",
          // The handshakes of TLS.
          "NativePRNGNonBlocking io.github.embeddedkms.endpoint.ServerTls",
          // Asymmetric keys.
          "NativePRNGNonBlocking io.github.embeddedkms.crypto.RsaKeys",
          "NativePRNGNonBlocking io.github.embeddedkms.crypto.NistCurveKeys",
          "NativePRNGNonBlocking io.github.embeddedkms.crypto.MlDsaKeys",
          "NativePRNGNonBlocking io.github.embeddedkms.crypto.MlKemKeys",
          // Their signatures and ciphertexts; the sources are created in this library.
          "NativePRNGNonBlocking io.github.embeddedkms.crypto.NistCurveSigningKey",
          "NativePRNGNonBlocking io.github.embeddedkms.crypto.RsaEncryptionKey",
          "NativePRNGNonBlocking org.bouncycastle.crypto.signers.MLDSASigner",
          "NativePRNGNonBlocking org.bouncycastle.crypto.kems.MLKEMGenerator",
          // Numbers below the order of a curve, for keys, signatures and ciphertexts.
          "NativePRNGNonBlocking org.bouncycastle.util.BigIntegers",
          // The self-test of a custom source.
          "NativePRNGNonBlocking io.github.embeddedkms.crypto.SystemRandom");

  /**
   * What takes the default source, because the libraries do not let us choose: the JDK blinds the
   * private operation of RSA, and Bouncy Castle the inversion that ends a multiplication of points.
   * Blinding hides intermediate values from an observer of times. No output depends on it.
   */
  private static final List<String> BLINDING =
      List.of(
          "io.github.embeddedkms.crypto.RsaSigningKey",
          "io.github.embeddedkms.crypto.RsaDecryptionKey",
          "org.bouncycastle.math.ec.custom.gm.SM2P256V1Field",
          "org.bouncycastle.math.ec.custom.sec.SecP256K1Field");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"file:/dev/./urandom, DRBG", "file:/dev/random, NativePRNG"})
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "its only source is Windows-PRNG")
  @Timeout(120)
  void random_underTheEgdFlag_comesFromTheOperatingSystem(String source, String defaultAlgorithm)
      throws Exception {
    List<String> lines = runProbe("-Djava.security.egd=" + source);
    assertThat(lines.get(0)).as("the flag works").isEqualTo("default: " + defaultAlgorithm);
    List<String> expected = new ArrayList<>(OURS);
    BLINDING.forEach(name -> expected.add(defaultAlgorithm + " " + name));
    assertThat(lines.subList(1, lines.size()))
        .filteredOn(line -> isCryptography(line.substring(line.indexOf(' ') + 1)))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  /** The SQLite driver, for example, needs a random name for its library file. */
  private static boolean isCryptography(String className) {
    return className.startsWith("io.github.embeddedkms.")
        || className.startsWith("com.google.crypto.")
        || className.startsWith("org.bouncycastle.");
  }

  private List<String> runProbe(String flag) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(flag);
    command.add("-Djava.io.tmpdir=" + folder);
    command.addAll(List.of("--class-path", System.getProperty("java.class.path")));
    command.add(RandomnessProbe.class.getName());
    command.add(folder.toString());
    Path output = folder.resolve("output.txt");
    Path errors = folder.resolve("errors.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      boolean ended = process.waitFor(100, TimeUnit.SECONDS);
      assertThat(ended).as("the probe has ended; errors: %s", Files.readString(errors)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as("errors: %s", Files.readString(errors)).isZero();
    return Files.readAllLines(output);
  }
}
