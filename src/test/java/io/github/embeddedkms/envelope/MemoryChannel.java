package io.github.embeddedkms.envelope;

import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;

/** Bytes in memory as a channel, which gives few at a time and remembers where it was read. */
class MemoryChannel implements SeekableByteChannel {

  private static final int AT_ONCE = 10_000;

  private byte[] content;
  private long position;
  private boolean open = true;

  /** Where reading went on from somewhere else. */
  final List<Long> positions = new ArrayList<>();

  MemoryChannel(byte[] content) {
    this.content = content;
  }

  void content(byte[] changed) {
    this.content = changed;
  }

  @Override
  public int read(ByteBuffer target) {
    int count = (int) Math.min(Math.min(target.remaining(), AT_ONCE), content.length - position);
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
    throw new AssertionError("a message is read only");
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new AssertionError("a message is read only");
  }
}
