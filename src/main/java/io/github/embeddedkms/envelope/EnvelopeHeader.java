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
 * @param version the version of the format: 1
 * @param suite the cipher suite: {@code AES-256-GCM}
 * @param claimedKeyArns the ARNs of the KMS keys that it claims to be sealed for, 1 to 16, in the
 *     message's order, in printable ASCII
 * @param claimedContext the context that it claims to be sealed with, or null if none is stored in
 *     it
 * @param empty true if the message ends after its recipients: it is a prepared container that has
 *     not been filled, or was truncated there
 */
public record EnvelopeHeader(
    int version,
    String suite,
    List<String> claimedKeyArns,
    @Nullable EncryptionContext claimedContext,
    boolean empty) {

  /** Copies the list. */
  public EnvelopeHeader {
    claimedKeyArns = List.copyOf(claimedKeyArns);
  }

  static EnvelopeHeader read(HeaderInput in) throws IOException {
    Prefix prefix = Prefix.read(in);
    int flags = in.readOrEnd();
    EncryptionContext context =
        flags < 0 ? null : Header.readAfterFlags(prefix, flags, in).context();
    return new EnvelopeHeader(
        Prefix.VERSION,
        "AES-256-GCM",
        prefix.recipients().stream().map(Recipient::keyArn).toList(),
        context,
        flags < 0);
  }
}
