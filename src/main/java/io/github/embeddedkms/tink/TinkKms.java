package io.github.embeddedkms.tink;

import io.github.embeddedkms.KmsClient;
import java.util.Objects;

/**
 * Tink on a {@link KmsClient}: encrypted keysets and envelopes that a KMS key protects.
 *
 * <pre>{@code
 * com.google.crypto.tink.KmsClient client = TinkKms.client(kms);
 * Aead aead = client.getAead("embedded-kms://alias/orders");
 * Aead envelope = KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, aead);
 * }</pre>
 *
 * <p>This class registers nothing. Keysets whose keys name a KMS key by its URI find the client in
 * a configuration or in Tink's own registry. The registry belongs to the whole JVM and never
 * removes entries, so adding the client to it is the caller's decision.
 *
 * <pre>{@code
 * keyset.getPrimitive(KmsAeadConfig2026.getForKmsClients(client), Aead.class);
 * KmsClients.add(client);
 * }</pre>
 *
 * <p><b>URIs.</b> {@code embedded-kms://} followed by a key id, key ARN, alias name or alias ARN;
 * or {@code aws-kms://} followed by a key ARN or alias ARN, as in Tink's integration of AWS KMS.
 * The scheme's case does not matter. Any other URI is not supported: {@code getAead} throws {@code
 * IllegalArgumentException} for it, and {@code NullPointerException} for null. Whether the key
 * exists is checked when it is used.
 *
 * <p><b>Regions and accounts.</b> If the {@code KmsClient} is a {@link
 * io.github.embeddedkms.KmsService} too, as {@code LocalKeyProvider} is, a key is used by a client
 * of the Region and account in its ARN. Any other {@code KmsClient}, for example that of {@code
 * LocalKeyProvider.inRegion}, makes every call itself, and the service refuses ARNs of another
 * Region. Pass such a client if keysets must not select the account or Region.
 *
 * <p><b>Credentials.</b> There are none to load, since the {@code KmsClient} needs no others:
 * {@code withDefaultCredentials()} and {@code withCredentials(null)} return the same client. {@code
 * withCredentials(path)} throws {@code GeneralSecurityException}, rather than ignore credentials
 * that a caller relies on.
 *
 * <p><b>The {@code Aead}</b> calls Encrypt and Decrypt, so plaintexts have 1 to 4096 bytes, and
 * ciphertexts of this library's own keys are 74 bytes longer. Associated data is sent as the
 * encryption context {@code {associatedData: <lower-case hexadecimal>}}; empty or null associated
 * data is sent as no context at all. Since it is part of the encryption context, it must not
 * contain secrets. Decrypt names the key of the URI, so ciphertexts of other keys are refused.
 * Tink's {@code AwsKmsAead} (tink-awskms 1.11) sends the same requests, so each opens the other's
 * ciphertexts under the same key. Every service error becomes a {@code GeneralSecurityException}
 * with the service's message, or its error code if it has no message, and with the {@link
 * io.github.embeddedkms.exception.KmsException} as its cause. Any other exception of the {@code
 * KmsClient}, for example a closed provider's {@code IllegalStateException}, is passed through.
 *
 * <p>Clients and {@code Aead}s are safe for use by several threads. They need not be closed, and
 * work for as long as the {@code KmsClient} does.
 */
public final class TinkKms {

  private TinkKms() {}

  /**
   * Returns a client for Tink, for every key that the given client may use, or that the clients of
   * the given service may use.
   *
   * @param kms encrypts and decrypts, itself or by the clients that it creates; the caller closes
   *     it
   * @return a client without its own state
   * @throws NullPointerException if the client is null
   */
  public static com.google.crypto.tink.KmsClient client(KmsClient kms) {
    return new TinkKmsClient(Objects.requireNonNull(kms, "kms"));
  }
}
