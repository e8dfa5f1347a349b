package io.github.embeddedkms.envelope;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/** A program that seals a long message, opens it at the same time, and compares the checksums. */
final class LargeMessage {

  private static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("size", "large"));

  private LargeMessage() {}

  /** Takes the number of bytes and the number of threads. */
  public static void main(String[] arguments) throws Exception {
    long length = Long.parseLong(arguments[0]);
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(key -> {}).keyMetadata().keyId();
      Envelope envelope =
          Envelope.builder(kms).key(keyId).parallelism(Integer.parseInt(arguments[1])).build();
      CheckedInputStream source = new CheckedInputStream(counting(length), new CRC32C());
      CheckedOutputStream sink =
          new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32C());
      PipedInputStream sealed = new PipedInputStream(1 << 20);
      PipedOutputStream sealing = new PipedOutputStream(sealed);
      CompletableFuture<Void> sealer =
          CompletableFuture.runAsync(
              () -> {
                try (sealing) {
                  envelope.seal(source, sealing, CONTEXT);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      envelope.open(sealed, sink, CONTEXT);
      sealer.join();
      System.out.println(
          source.getChecksum().getValue() == sink.getChecksum().getValue() ? "same" : "DIFFERENT");
    }
  }

  /** Returns a stream of the given number of bytes, whose content varies. */
  private static InputStream counting(long length) {
    return new InputStream() {
      private long at;

      @Override
      public int read() {
        return at < length ? (int) ((at++ * 31) >>> 7) & 0xFF : -1;
      }

      @Override
      public int read(byte[] bytes, int offset, int count) {
        if (at == length) {
          return -1;
        }
        int part = (int) Math.min(count, length - at);
        for (int i = 0; i < part; i++) {
          bytes[offset + i] = (byte) (((at + i) * 31) >>> 7);
        }
        at += part;
        return part;
      }
    };
  }
}
