package io.github.embeddedkms;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Searches for secrets in a dump of this JVM's live heap. */
public final class HeapDump {

  private static final byte MASK = 0x5A;

  private HeapDump() {}

  /**
   * Masks a secret, so that a test can keep it: every dump would contain an unmasked copy. The
   * argument is wiped.
   */
  public static byte[] masked(byte[] secret) {
    byte[] masked = new byte[secret.length];
    for (int i = 0; i < secret.length; i++) {
      masked[i] = (byte) (secret[i] ^ MASK);
      secret[i] = 0;
    }
    return masked;
  }

  /** Returns whether the heap now contains the secret. */
  public static boolean shows(byte[] masked, Path folder) throws IOException {
    Path dump = folder.resolve("heap.hprof");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpHeap(dump.toString(), true);
    try (FileChannel channel = FileChannel.open(dump, StandardOpenOption.READ)) {
      var content = channel.map(MapMode.READ_ONLY, 0, channel.size());
      for (int at = 0; at <= content.limit() - masked.length; at++) {
        int same = 0;
        while (same < masked.length && (content.get(at + same) ^ MASK) == masked[same]) {
          same++;
        }
        if (same == masked.length) {
          return true;
        }
      }
      return false;
    } finally {
      Files.delete(dump);
    }
  }
}
