package io.github.embeddedkms.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The mount that a file is on, as Linux lists it. The JDK's {@code FileStore} does not distinguish
 * a bind mount from its source file system, so it reports a read-only bind mount as writable.
 *
 * @param point where it is mounted
 * @param type the type of its file system
 * @param readOnly whether its files cannot be changed through it
 */
record Mount(Path point, String type, boolean readOnly) {

  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");
  private static final Mount UNKNOWN = new Mount(Path.of("/"), "", false);
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

  /**
   * Returns the mount that a file is on; a writable mount at the root if the system has no such
   * list.
   *
   * @param file an absolute path without links
   */
  static Mount of(Path file) {
    try {
      return Files.isReadable(MOUNTS) ? of(file, Files.readAllLines(MOUNTS)) : UNKNOWN;
    } catch (IOException e) {
      // UNKNOWN is the stricter choice: no file is accepted because of a read-only mount.
      return UNKNOWN;
    }
  }

  /** Finds the mount in the lines of proc_pid_mountinfo(5). */
  static Mount of(Path file, List<String> lines) {
    Mount found = UNKNOWN;
    for (String line : lines) {
      // id, parent, device, root, mount point, options, optional fields, -, type, source, options
      String[] fields = line.split(" ");
      int separator = List.of(fields).indexOf("-");
      if (separator < 6 || fields.length < separator + 4) {
        continue;
      }
      Path point = Path.of(unescaped(fields[4]));
      // If several file systems are mounted at one point, the last one hides the others.
      if (file.startsWith(point) && point.getNameCount() >= found.point.getNameCount()) {
        boolean readOnly = isReadOnly(fields[5]) || isReadOnly(fields[separator + 3]);
        found = new Mount(point, fields[separator + 1], readOnly);
      }
    }
    return found;
  }

  /**
   * Returns whether this mount is read-only and in memory or consists of one file, which is how
   * platforms mount secrets.
   */
  boolean isForSecrets(Path file) {
    return readOnly && (IN_MEMORY.contains(type) || point.equals(file));
  }

  private static boolean isReadOnly(String options) {
    return List.of(options.split(",")).contains("ro");
  }

  private static String unescaped(String name) {
    return OCTAL
        .matcher(name)
        .replaceAll(
            escape ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(escape.group(1), 8))));
  }
}
