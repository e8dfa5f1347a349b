package io.github.embeddedkms.wire;

import io.github.embeddedkms.model.SecretBytes;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

/** Wipes what was secret in a request that has been answered, and in its answer once it is sent. */
final class Secrets {

  // Asking a class for its components costs more than answering the request: once for each class.
  private static final ClassValue<List<Method>> ACCESSORS =
      new ClassValue<>() {
        @Override
        protected List<Method> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents())
              .filter(component -> component.getType() == SecretBytes.class)
              .map(RecordComponent::getAccessor)
              .toList();
        }
      };

  private Secrets() {}

  static void close(Record holder) {
    for (Method accessor : ACCESSORS.get(holder.getClass())) {
      if (get(accessor, holder) instanceof SecretBytes secret) {
        secret.close();
      }
    }
  }

  private static Object get(Method accessor, Record holder) {
    try {
      return accessor.invoke(holder);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("accessor " + accessor.getName() + " failed", e);
    }
  }
}
