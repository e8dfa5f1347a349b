package io.github.embeddedkms.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.io.TempDir;

/** The options of the JVM that the page on the command line recommends for a faster start. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StartUpIT {

  @TempDir private Path folder;

  private final AtomicInteger runs = new AtomicInteger();

  private Ended version(String... jvmOptions) throws Exception {
    Path out = folder.resolve("out" + runs.incrementAndGet());
    Path err = folder.resolve("err" + runs.get());
    Process process =
        ExecutableJar.process(Map.of(), List.of(jvmOptions), List.of("--version"))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new Ended(process.waitFor(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  private static Ended printedVersion() {
    return new Ended(0, "embedded-kms " + System.getProperty("project.version") + "\n", "");
  }

  @Test
  void archiveOfClasses_isCreatedAndUsed() throws Exception {
    Path archive = folder.resolve("classes.jsa");
    assertThat(version("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + archive).out())
        .startsWith(printedVersion().out());
    // The JVM does not start if it cannot use the archive.
    assertThat(version("-Xlog:disable", "-Xshare:on", "-XX:SharedArchiveFile=" + archive))
        .isEqualTo(printedVersion());
  }

  @Test
  @EnabledForJreRange(minVersion = 25, disabledReason = "JDK 25 is the first with such a cache")
  void cacheOfJdk25_isCreatedAndUsed() throws Exception {
    Path cache = folder.resolve("classes.aot");
    assertThat(version("-Xlog:disable", "-XX:AOTCacheOutput=" + cache).out())
        .startsWith(printedVersion().out()); // and what the JVM says about the cache
    assertThat(version("-Xlog:disable", "-XX:AOTMode=on", "-XX:AOTCache=" + cache))
        .isEqualTo(printedVersion());
  }

  /** Its warnings would be on standard output, in what a script reads. */
  @Test
  void archiveThatCannotBeUsed_isIgnoredInSilence() throws Exception {
    Path archive = Files.writeString(folder.resolve("classes.jsa"), "not an archive");
    assertThat(version("-Xlog:disable", "-XX:SharedArchiveFile=" + archive))
        .isEqualTo(printedVersion());
  }
}
