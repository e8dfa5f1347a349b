package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The id of a material. Safe for use by several threads. */
final class MaterialId {

  private final Bytes bytes;

  /** Computed on first use; several threads may compute it, with the same result. */
  private @Nullable String hex;

  MaterialId(Bytes bytes) {
    this.bytes = bytes;
  }

  Bytes bytes() {
    return bytes;
  }

  /** Returns the id in 64 lower-case hexadecimal digits. */
  String asHex() {
    String known = hex;
    if (known == null) {
      known = HexFormat.of().formatHex(bytes.asByteArray());
      hex = known;
    }
    return known;
  }
}
