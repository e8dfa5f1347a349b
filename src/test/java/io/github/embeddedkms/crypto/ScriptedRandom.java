package io.github.embeddedkms.crypto;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** Returns given bytes first, and then those of the operating system. Remembers its requests. */
final class ScriptedRandom extends SecureRandom {

  private static final long serialVersionUID = 1L;

  private final SecureRandom system = SystemRandom.create();
  private final byte[] script;
  private int used;

  /** The arrays that were filled, in order. */
  final transient List<byte[]> filled = new ArrayList<>();

  ScriptedRandom(byte[] script) {
    this.script = script.clone();
  }

  @Override
  public void nextBytes(byte[] bytes) {
    system.nextBytes(bytes);
    int scripted = Math.min(bytes.length, script.length - used);
    System.arraycopy(script, used, bytes, 0, scripted);
    used += scripted;
    filled.add(bytes);
  }
}
