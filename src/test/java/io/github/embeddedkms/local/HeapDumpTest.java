package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.SecretBytes;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a heap dump shows of a secret, before and after it is closed. */
@Tag("thorough")
class HeapDumpTest {

  /** Bytes that the test never holds in the clear: kept xored, compared byte by byte. */
  private static final byte MASK = 0x5A;

  @TempDir private Path folder;

  @Test
  void material_isInTheHeapWhileTheProviderIsOpen_andGoneOnceItIsClosed() throws Exception {
    byte[] masked = new byte[32];
    LocalKeyProvider kms = LocalKeyProvider.builder().random(remembering(masked)).build();
    String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
    byte[] material = masked.clone();
    kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_256)).plaintext().close();
    assertThat(isInHeap(material, "open")).as("the search finds what is there").isTrue();
    kms.close();
    assertThat(isInHeap(material, "closed")).isFalse();
    assertThat(kms).isNotNull();
  }

  @Test
  void material_isGoneOnceItsKeyIsDeleted_thoughTheProviderStaysOpen() throws Exception {
    byte[] masked = new byte[32];
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    try (LocalKeyProvider kms =
        LocalKeyProvider.builder().random(remembering(masked)).clock(now::get).build()) {
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      byte[] material = masked.clone();
      now.set(kms.scheduleKeyDeletion(b -> b.keyId(keyId)).deletionDate());
      assertThat(isInHeap(material, "scheduled")).isTrue();
      assertThat(kms.purge()).isEqualTo(1);
      assertThat(isInHeap(material, "deleted")).isFalse();
    }
  }

  @Test
  void dataKey_isGoneOnceItIsClosed() throws Exception {
    byte[] masked = new byte[32];
    try (LocalKeyProvider kms = LocalKeyProvider.builder().random(remembering(masked)).build()) {
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      SecretBytes dataKey =
          kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_256)).plaintext();
      byte[] ofTheDataKey = masked.clone();
      assertThat(isInHeap(ofTheDataKey, "open")).isTrue();
      dataKey.close();
      assertThat(isInHeap(ofTheDataKey, "closed")).isFalse();
    }
  }

  /** Remembers, masked, the last 32 bytes that were drawn. */
  private static SecureRandom remembering(byte[] masked) {
    return new SecureRandom() {
      private static final long serialVersionUID = 1L;

      @Override
      public void nextBytes(byte[] bytes) {
        super.nextBytes(bytes);
        if (bytes.length == masked.length) {
          for (int i = 0; i < bytes.length; i++) {
            masked[i] = (byte) (bytes[i] ^ MASK);
          }
        }
      }
    };
  }

  private boolean isInHeap(byte[] masked, String name) throws Exception {
    Path dump = folder.resolve(name + ".hprof");
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
    }
  }
}
