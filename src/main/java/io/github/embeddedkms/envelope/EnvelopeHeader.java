package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.EncryptionContext;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be read of a message without any key. Anyone who handled the message may have written
 * all of this: it helps to find the key and the context to open it with, and proves nothing before
 * it is opened. Hence the names with <em>claimed</em>.
 *
 * @param version the version of the format: 1
 * @param suite the cipher suite: {@code AES-256-GCM}
 * @param claimedKeyArns the KMS keys that it is said to be sealed for, 1 to 16, in their order; the
 *     ARNs are printable ASCII
 * @param claimedContext the context that it is said to be sealed with, if one is stored in it
 * @param empty true if it ends after its recipients: a prepared container that has not been filled,
 *     or a message that was truncated there
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
    EncryptionContext context = flags < 0 ? null : Header.readBehind(prefix, flags, in).context();
    return new EnvelopeHeader(
        Prefix.VERSION,
        "AES-256-GCM",
        prefix.recipients().stream().map(Recipient::keyArn).toList(),
        context,
        flags < 0);
  }
}
