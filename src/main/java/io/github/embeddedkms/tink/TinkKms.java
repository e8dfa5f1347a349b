package io.github.embeddedkms.tink;

import io.github.embeddedkms.KmsClient;
import java.util.Objects;

/**
 * Tink over a {@link KmsClient}: encrypted keysets and envelopes whose key is a KMS key.
 *
 * <pre>{@code
 * com.google.crypto.tink.KmsClient client = TinkKms.client(kms);
 * Aead aead = client.getAead("embedded-kms://alias/orders");
 * Aead envelope = KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, aead);
 * }</pre>
 *
 * <p>Nothing is registered. Keysets whose keys name a KMS key by its URI find the client in a
 * configuration, or in Tink's own registry, which is the whole JVM's and never forgets: putting it
 * there is the caller's decision.
 *
 * <pre>{@code
 * keyset.getPrimitive(KmsAeadConfig2026.getForKmsClients(client), Aead.class);
 * KmsClients.add(client);
 * }</pre>
 *
 * <p><b>URIs.</b> {@code embedded-kms://} and a key id, key ARN, alias name or alias ARN; or {@code
 * aws-kms://} and a key ARN or alias ARN, as Tink's integration of AWS KMS has it. The scheme's
 * case does not matter. Any other URI is not supported, and {@code getAead} throws {@code
 * IllegalArgumentException}, for null {@code NullPointerException}. Whether there is such a key
 * shows when it is used. An ARN does not choose the Region: for keys of another Region, take a
 * client of that Region.
 *
 * <p><b>Credentials.</b> There are none to load, the {@code KmsClient} is all it takes: {@code
 * withDefaultCredentials()} and {@code withCredentials(null)} return the same client, {@code
 * withCredentials(path)} throws {@code GeneralSecurityException}, rather than ignore what somebody
 * relies on.
 *
 * <p><b>The {@code Aead}</b> calls Encrypt and Decrypt, so that plaintexts have 1 to 4096 bytes and
 * ciphertexts of this library's own keys are 74 bytes longer. Associated data is bound as the
 * encryption context {@code {associatedData: <lower-case hexadecimal>}}, empty or null as no
 * context at all; being part of the encryption context, it is no place for secrets. Decrypt names
 * the key of the URI, so that what another key has encrypted is refused. That is what Tink's {@code
 * AwsKmsAead} (tink-awskms 1.11) sends, so that each opens the other's ciphertexts under the same
 * key. Every refusal of the service is a {@code GeneralSecurityException} with the service's text,
 * or its error code where it has none, and the {@link io.github.embeddedkms.exception.KmsException}
 * as its cause. Anything else that the {@code KmsClient} throws, a closed provider's {@code
 * IllegalStateException} for example, passes through.
 *
 * <p>Clients and {@code Aead}s are safe for use by several threads. They hold nothing to close, and
 * work for as long as the {@code KmsClient} does.
 */
public final class TinkKms {

  private TinkKms() {}

  /**
   * A client for Tink, of every key that the given client may use.
   *
   * @param kms encrypts and decrypts; stays the caller's to close
   * @return a client without state of its own
   * @throws NullPointerException if the client is null
   */
  public static com.google.crypto.tink.KmsClient client(KmsClient kms) {
    return new TinkKmsClient(Objects.requireNonNull(kms, "kms"));
  }
}
