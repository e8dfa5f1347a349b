package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.EncryptionContext;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a message that can be read without any key. Anyone who handled the message may have
 * written all of it. It helps to find the key and the context for opening the message, but it
 * proves nothing until the message is opened; hence the names with <em>claimed</em>.
 *
 * @param version the version of the format: 1, or 2 if a recipient is of another kind than {@link
 *     RecipientKind#ONLINE}
 * @param suite the cipher suite: {@code AES-256-GCM}
 * @param claimedRecipients the recipients that it claims to be sealed for, 1 to 16, in the
 *     message's order; their key ARNs are in printable ASCII
 * @param claimedContext the context that it claims to be sealed with, or null if none is stored in
 *     it
 * @param empty true if the message ends after its recipients: it is a prepared container that has
 *     not been filled, or was truncated there
 */
public record EnvelopeHeader(
    int version,
    String suite,
    List<EnvelopeRecipient> claimedRecipients,
    @Nullable EncryptionContext claimedContext,
    boolean empty) {

  /** Copies the list. */
  public EnvelopeHeader {
    claimedRecipients = List.copyOf(claimedRecipients);
  }

  /**
   * Returns the ARNs of the KMS keys that it claims to be sealed for.
   *
   * @return the key ARNs of all recipients; those of a pair are two
   */
  public List<String> claimedKeyArns() {
    return claimedRecipients.stream().flatMap(each -> each.keyArns().stream()).toList();
  }

  /**
   * Returns whether it claims that an attacker with a quantum computer cannot open it through any
   * recipient, as far as is known.
   *
   * @return true if every recipient is of a {@linkplain RecipientKind#isPostQuantum post-quantum}
   *     kind
   */
  public boolean isPostQuantum() {
    return claimedRecipients.stream()
        .allMatch(each -> each.kind() != null && each.kind().isPostQuantum());
  }

  /**
   * Returns whether it claims to be sealed with public keys: anyone may have made it.
   *
   * @return true if a recipient is offline
   */
  public boolean isSealedOffline() {
    return claimedRecipients.stream()
        .anyMatch(each -> each.kind() != null && each.kind().isOffline());
  }

  static EnvelopeHeader read(HeaderInput in) throws IOException {
    Prefix prefix = Prefix.read(in);
    int flags = in.readOrEnd();
    if (flags < 0 && prefix.version() == Prefix.VERSION_2) {
      throw HeaderInput.truncated();
    }
    EncryptionContext context =
        flags < 0 ? null : Header.readAfterFlags(prefix, flags, in).context();
    return new EnvelopeHeader(
        prefix.version(),
        "AES-256-GCM",
        prefix.recipients().stream().map(EnvelopeRecipient::of).toList(),
        context,
        flags < 0);
  }
}
