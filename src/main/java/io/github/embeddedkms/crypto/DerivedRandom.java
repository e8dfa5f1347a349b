package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;

/**
 * Bytes that are derived from a seed, and therefore predictable: for keys that are the same in
 * every run of a test. For each purpose and ordinal there is one sequence of bytes, in blocks of 32
 * (both numbers have 8 bytes, the most significant first):
 *
 * <pre>
 * block = HKDF(ikm = seed, salt = "embedded-kms/predictable-keys/v1",
 *              info = purpose || ordinal || number of the block, 32)
 * </pre>
 *
 * <p>Golden files depend on it: it never changes. Source: RFC 5869.
 */
public final class DerivedRandom {

  private static final byte[] LABEL =
      "embedded-kms/predictable-keys/v1".getBytes(StandardCharsets.US_ASCII);

  private static final int BLOCK_BYTES = 32;

  private DerivedRandom() {}

  /**
   * Creates the source of one sequence.
   *
   * @param seed any bytes
   * @param purpose what the bytes are for, in ASCII
   * @param ordinal tells the sequences of one purpose apart
   * @return a source that returns the sequence from its beginning, safe for use by several threads
   */
  public static SecureRandom of(Bytes seed, String purpose, long ordinal) {
    return new Source(new Sequence(seed, purpose.getBytes(StandardCharsets.US_ASCII), ordinal));
  }

  /** The constructor of the superclass that takes an implementation is protected. */
  private static final class Source extends SecureRandom {

    private static final long serialVersionUID = 1L;

    Source(SecureRandomSpi sequence) {
      super(sequence, null);
    }

    /** Refuses: the sequence would be lost, and it is secret. */
    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
      throw new NotSerializableException(DerivedRandom.class.getName());
    }
  }

  private static final class Sequence extends SecureRandomSpi {

    private static final long serialVersionUID = 1L;

    private final transient Bytes seed;
    private final transient byte[] purpose;
    private final transient long ordinal;

    private transient long blocks;
    private transient ByteBuffer block = ByteBuffer.allocate(0);

    Sequence(Bytes seed, byte[] purpose, long ordinal) {
      this.seed = seed;
      this.purpose = purpose;
      this.ordinal = ordinal;
    }

    @Override
    protected synchronized void engineNextBytes(byte[] bytes) {
      for (int done = 0; done < bytes.length; ) {
        if (!block.hasRemaining()) {
          block = nextBlock();
        }
        int length = Math.min(bytes.length - done, block.remaining());
        block.get(bytes, done, length);
        done += length;
      }
    }

    private ByteBuffer nextBlock() {
      ByteBuffer info = ByteBuffer.allocate(purpose.length + 2 * Long.BYTES);
      info.put(purpose).putLong(ordinal).putLong(blocks++);
      return ByteBuffer.wrap(
          HkdfSha256.derive(seed.asByteArray(), LABEL, info.array(), BLOCK_BYTES));
    }

    /** Ignored: the sequence depends on nothing else. */
    @Override
    protected void engineSetSeed(byte[] ignored) {}

    @Override
    protected byte[] engineGenerateSeed(int length) {
      byte[] bytes = new byte[length];
      engineNextBytes(bytes);
      return bytes;
    }
  }
}
