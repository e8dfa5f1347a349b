package io.github.embeddedkms.wire;

import io.github.embeddedkms.model.SecretBytes;
import java.lang.reflect.RecordComponent;

/** Wipes what was secret in a request that has been answered, and in its answer once it is sent. */
final class Secrets {

  private Secrets() {}

  static void close(Record holder) {
    for (RecordComponent component : holder.getClass().getRecordComponents()) {
      if (component.getType() == SecretBytes.class
          && get(component, holder) instanceof SecretBytes secret) {
        secret.close();
      }
    }
  }

  private static Object get(RecordComponent component, Record holder) {
    try {
      return component.getAccessor().invoke(holder);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("accessor of " + component.getName() + " failed", e);
    }
  }
}
