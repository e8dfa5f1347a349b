package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;

/** Random sets of recipients: each of its keys opens the message, and no other key does. */
class OfflineProperties {

  private static OfflineFixture fixture = new OfflineFixture();

  @AfterContainer
  static void close() {
    fixture.close();
  }

  @Property(tries = 60)
  void message_opensByEachOfItsKeys_andByNoOther(
      @ForAll @Size(min = 1, max = 5) Set<RecipientKind> chosen, @ForAll boolean withOnline) {
    assertOpensByItsKeysOnly(chosen, withOnline);
  }

  @Tag("thorough")
  @Property(tries = 1000)
  void manyMessages_openByEachOfTheirKeys_andByNoOther(
      @ForAll @Size(min = 1, max = 5) Set<RecipientKind> chosen, @ForAll boolean withOnline) {
    assertOpensByItsKeysOnly(chosen, withOnline);
  }

  private static void assertOpensByItsKeysOnly(Set<RecipientKind> chosen, boolean withOnline) {
    List<RecipientKind> kinds = new ArrayList<>(chosen);
    kinds.remove(RecipientKind.ONLINE);
    // RSA does not stand beside ML-KEM: the first one decides.
    kinds.removeIf(kind -> kind.isRsa() != kinds.get(0).isRsa());
    if (kinds.isEmpty()) {
      kinds.add(RecipientKind.ML_KEM_768);
    }
    EnvelopeBuilder builder =
        withOnline ? Envelope.builder(fixture.kms).key(fixture.online) : Envelope.builder();
    kinds.forEach(kind -> fixture.keys(kind).sealing(builder));
    byte[] sealed = builder.build().seal(data(3), CONTEXT);
    assertThat(Envelope.inspect(sealed).claimedRecipients())
        .hasSize(kinds.size() + (withOnline ? 1 : 0));
    for (RecipientKind kind : OfflineFixture.kinds()) {
      Envelope reader = fixture.reader(kind);
      if (kinds.contains(kind)) {
        assertThat(reader.open(sealed, CONTEXT)).isEqualTo(data(3));
      } else {
        assertThatExceptionOfType(WrongContextOrKeyException.class)
            .isThrownBy(() -> reader.open(sealed, CONTEXT));
      }
    }
    Envelope online = Envelope.builder(fixture.kms).key(fixture.online).build();
    if (withOnline) {
      assertThat(online.open(sealed, CONTEXT)).isEqualTo(data(3));
    } else {
      assertThatExceptionOfType(SealedOfflineException.class)
          .isThrownBy(() -> online.open(sealed, CONTEXT));
    }
  }
}
