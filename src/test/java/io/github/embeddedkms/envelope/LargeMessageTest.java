package io.github.embeddedkms.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory in use does not depend on the length of a message. */
@Tag("thorough")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LargeMessageTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void messageOf1Gibibyte_isSealedAndOpenedInAHeapOf64Mebibytes(int threads) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "--class-path",
                System.getProperty("java.class.path"),
                LargeMessage.class.getName(),
                // A gibibyte, and part of another segment.
                String.valueOf((1L << 30) + 12_345),
                String.valueOf(threads))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(output).isEqualTo("same" + System.lineSeparator());
    assertThat(process.waitFor()).isZero();
  }
}
