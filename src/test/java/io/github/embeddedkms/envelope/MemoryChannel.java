package io.github.embeddedkms.envelope;

import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A channel over bytes in memory that returns few bytes at a time and records the positions that
 * are set.
 */
class MemoryChannel implements SeekableByteChannel {

  private static final int MAX_READ = 10_000;

  private byte[] content;
  private long position;
  private boolean open = true;

  /** The positions that were set. */
  final List<Long> positions = new ArrayList<>();

  MemoryChannel(byte[] content) {
    this.content = content;
  }

  void content(byte[] changed) {
    this.content = changed;
  }

  @Override
  public int read(ByteBuffer target) {
    int count = (int) Math.min(Math.min(target.remaining(), MAX_READ), content.length - position);
    if (count <= 0) {
      return -1;
    }
    target.put(content, (int) position, count);
    position += count;
    return count;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) {
    positions.add(newPosition);
    position = newPosition;
    return this;
  }

  @Override
  public long size() {
    return content.length;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    open = false;
  }

  @Override
  public int write(ByteBuffer source) {
    throw new AssertionError("a message is read-only");
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new AssertionError("a message is read-only");
  }
}
