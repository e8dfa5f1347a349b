package io.github.embeddedkms.wire;

import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.model.SecretBytes;
import java.util.List;

/** Wipes the secrets of a request after its response, and those of a response after it is sent. */
final class Secrets {

  // Created once for each class: reading its members costs more than the request itself.
  private static final ClassValue<List<RecordMember>> SECRET_MEMBERS =
      new ClassValue<>() {
        @Override
        protected List<RecordMember> computeValue(Class<?> type) {
          return RecordMember.of(type).stream()
              .filter(member -> member.type() == SecretBytes.class)
              .toList();
        }
      };

  private Secrets() {}

  static void close(Record holder) {
    for (RecordMember member : SECRET_MEMBERS.get(holder.getClass())) {
      if (member.valueIn(holder) instanceof SecretBytes secret) {
        secret.close();
      }
    }
  }
}
