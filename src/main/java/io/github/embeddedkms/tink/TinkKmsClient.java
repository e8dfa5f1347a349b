package io.github.embeddedkms.tink;

import com.google.crypto.tink.Aead;
import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.model.Arn;
import java.security.GeneralSecurityException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tink's client: translates URIs to keys, and has no settings. */
final class TinkKmsClient implements com.google.crypto.tink.KmsClient {

  private static final String SCHEME = "embedded-kms://";
  private static final String AWS_SCHEME = "aws-kms://";

  private final KmsClient kms;

  TinkKmsClient(KmsClient kms) {
    this.kms = kms;
  }

  @Override
  public boolean doesSupport(String keyUri) {
    return keyOf(keyUri).isPresent();
  }

  @Override
  public com.google.crypto.tink.KmsClient withCredentials(@Nullable String credentialPath)
      throws GeneralSecurityException {
    // Tink's contract: no path means the default credentials.
    if (credentialPath == null) {
      return withDefaultCredentials();
    }
    // The message does not contain the path: a caller may have passed the credentials themselves.
    throw new GeneralSecurityException(
        "embedded-kms: no credentials can be loaded; the KmsClient that was passed needs no"
            + " others");
  }

  @Override
  public com.google.crypto.tink.KmsClient withDefaultCredentials() {
    return this;
  }

  @Override
  public Aead getAead(String keyUri) {
    return keyOf(keyUri)
        .map(keyId -> new KmsAead(clientFor(keyId), keyId))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "embedded-kms: not the URI of a KMS key, embedded-kms://… or"
                        + " aws-kms://arn:…: "
                        + keyUri));
  }

  /** Returns the client of the Region and account of an ARN, if the given client can create it. */
  private KmsClient clientFor(String keyId) {
    return kms instanceof KmsService service
        ? Arn.parse(keyId)
            .flatMap(arn -> callerFor(arn, service.defaultCaller()))
            .map(service::client)
            .orElse(kms)
        : kms;
  }

  /** Empty if the given client is the right one, or if no caller fits: then the service refuses. */
  private static Optional<Caller> callerFor(Arn arn, Caller own) {
    try {
      Caller caller = arn.region().equals(own.region()) ? own : own.inRegion(arn.region());
      if (!arn.account().equals(own.account())) {
        caller = caller.inAccount(arn.account());
      }
      return Optional.of(caller).filter(other -> !other.equals(own));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns the key id to send to the service, which checks whether the key exists. */
  private static Optional<String> keyOf(String keyUri) {
    if (hasScheme(keyUri, SCHEME)) {
      return Optional.of(keyUri.substring(SCHEME.length())).filter(keyId -> !keyId.isEmpty());
    }
    if (hasScheme(keyUri, AWS_SCHEME)) {
      return Optional.of(keyUri.substring(AWS_SCHEME.length())).filter(Arn::hasPrefix);
    }
    return Optional.empty();
  }

  private static boolean hasScheme(String keyUri, String scheme) {
    return keyUri.regionMatches(true, 0, scheme, 0, scheme.length());
  }
}
