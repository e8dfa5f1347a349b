package io.github.embeddedkms.store.process;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Runs programs of the operating system that tests of files need: mounts, other users, shells. */
public final class Commands {

  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  /** A user id that exists on no machine and owns nothing. */
  public static final int OTHER_USER = 54_321;

  private Commands() {}

  /** Skips the test, with a reason, unless this process runs as root: only root can call chown. */
  public static void needRoot() {
    if (!"0".equals(output("id", "-u").strip())) {
      abort("only root can give files to other users and mount");
    }
  }

  public static void chown(Path file, int user) throws IOException {
    Files.setAttribute(file, "unix:uid", user);
  }

  public static void chgrp(Path file, int group) throws IOException {
    Files.setAttribute(file, "unix:gid", group);
  }

  /**
   * A mount point, unmounted by {@link #close}. Skips the test, with the reason, where mounting is
   * not possible.
   */
  public record Mounted(Path point) implements AutoCloseable {

    public static Mounted mount(Path point, String... arguments) {
      List<String> command = new ArrayList<>(List.of("mount"));
      command.addAll(List.of(arguments));
      command.add(point.toString());
      String problem = output(command.toArray(String[]::new));
      if (!problem.isEmpty()) {
        abort("nothing may be mounted here: " + problem);
      }
      return new Mounted(point);
    }

    public void remountReadOnly() {
      mount(point, "-o", "remount,ro");
    }

    /** Remounts a directory or file that is a bind mount; the original stays writable. */
    public void remountBoundReadOnly() {
      mount(point, "-o", "remount,bind,ro");
    }

    @Override
    public void close() {
      output("umount", point.toString());
    }
  }

  /** Runs a main class of the tests as another user and returns its output. */
  public static String javaAs(int user, int group, Class<?> main, Object... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + user, "--regid=" + group, "--clear-groups"));
    List<String> java = java(main, arguments);
    java.set(java.indexOf("-cp") + 1, Copy.CLASS_PATH);
    command.addAll(java);
    // SQLite's driver uses a logger that reports missing classes here.
    return output(command.toArray(String[]::new)).replaceAll("(?m)^SLF4J:.*\\R", "");
  }

  /**
   * A copy of the class path entries needed to open stores, because the other user may not be
   * allowed to read this user's directories.
   */
  private static final class Copy {

    private static final Pattern NEEDED =
        Pattern.compile("(sqlite-jdbc|slf4j-api|gson|tink|protobuf-java|bcprov)-.*\\.jar");

    static final String CLASS_PATH = create();

    private static String create() {
      try {
        Path copy = Files.createTempDirectory("class-path");
        Runtime.getRuntime()
            .addShutdownHook(new Thread(() -> output("rm", "-rf", copy.toString())));
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
          Path original = Path.of(entry);
          if (Files.isDirectory(original)
              || NEEDED.matcher(original.getFileName().toString()).matches()) {
            Path copied = copy.resolve(String.valueOf(entries.size()));
            output("cp", "-r", original.toString(), copied.toString());
            entries.add(copied.toString());
          }
        }
        output("chmod", "-R", "a+rX", copy.toString());
        return String.join(File.pathSeparator, entries);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Returns the command line that runs a main class of the tests. */
  public static List<String> java(Class<?> main, Object... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                JAVA.toString(),
                // Without this option, newer JDKs warn about SQLite's native library.
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  /** Runs a command and returns its output, including its error output. */
  public static String output(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
