package io.github.embeddedkms.authorization;

import io.github.embeddedkms.model.EncryptionContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The grants of a key that has none. */
enum NoGrants implements Grants {
  /** The only instance. */
  NONE;

  @Override
  public Iterable<Grant> of(Principal principal) {
    return List.of();
  }

  @Override
  public List<Grant> first(Principal principal, int limit) {
    return List.of();
  }

  @Override
  public List<Grant> first(int limit) {
    return List.of();
  }

  @Override
  public EncryptionContext context() {
    return EncryptionContext.none();
  }

  @Override
  public @Nullable Grant subject() {
    return null;
  }
}
