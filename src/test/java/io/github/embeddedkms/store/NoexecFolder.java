package io.github.embeddedkms.store;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system in memory that allows no execution, as hardened systems mount /tmp. */
public final class NoexecFolder implements AutoCloseable {

  private final Path folder;

  private NoexecFolder(Path folder) {
    this.folder = folder;
  }

  /** Mounts it; skips the test, with a reason, where mounting is not possible. */
  public static NoexecFolder mount() throws IOException {
    Path folder = Files.createTempDirectory("noexec-");
    String refusal =
        run("mount", "-t", "tmpfs", "-o", "noexec,size=16m", "tmpfs", folder.toString());
    if (!refusal.isEmpty()) {
      Files.delete(folder);
    }
    assumeThat(refusal).as("why nothing can be mounted here").isEmpty();
    return new NoexecFolder(folder);
  }

  public Path path() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    String refusal = run("umount", folder.toString());
    if (!refusal.isEmpty()) {
      throw new IOException(refusal);
    }
    Files.delete(folder);
  }

  /** Returns the command's error message if it fails, or else an empty string. */
  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? "" : command[0] + " failed: " + output;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }
}
