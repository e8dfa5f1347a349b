package io.github.embeddedkms.envelope;

import io.github.embeddedkms.RecordingClient;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.operation.KmsRequest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A provider with a KMS key, or a pair of them, for each offline kind, created on first use. */
final class OfflineFixture implements AutoCloseable {

  final LocalKeyProvider provider = LocalKeyProvider.builder().account("111122223333").build();
  final RecordingClient kms = new RecordingClient(provider);

  /** A symmetric encryption key, for online recipients. */
  final String online = provider.createKey(b -> {}).keyMetadata().arn();

  private final Map<RecipientKind, Keys> keys = new EnumMap<>(RecipientKind.class);

  /** The keys of one kind: that of ML-KEM or RSA, and that of the curve or null. */
  record Keys(String arn, Bytes spki, String curveArn, Bytes curveSpki) {

    boolean isPair() {
      return curveArn != null;
    }

    List<String> arns() {
      return isPair() ? List.of(arn, curveArn) : List.of(arn);
    }

    List<Bytes> fingerprints() {
      return isPair() ? List.of(Sha256.of(spki), Sha256.of(curveSpki)) : List.of(Sha256.of(spki));
    }

    EnvelopeBuilder sealing(EnvelopeBuilder builder) {
      return isPair() ? builder.sealTo(spki, arn, curveSpki, curveArn) : builder.sealTo(spki, arn);
    }

    EnvelopeBuilder opening(EnvelopeBuilder builder) {
      return isPair() ? builder.opensOffline(arn, curveArn) : builder.opensOffline(arn);
    }

    NewRecipients recipients() {
      return isPair()
          ? NewRecipients.to(spki, arn, curveSpki, curveArn)
          : NewRecipients.to(spki, arn);
    }
  }

  static List<RecipientKind> kinds() {
    List<RecipientKind> kinds = new ArrayList<>(List.of(RecipientKind.values()));
    kinds.remove(RecipientKind.ONLINE);
    return kinds;
  }

  Keys keys(RecipientKind kind) {
    return keys.computeIfAbsent(kind, this::create);
  }

  private Keys create(RecipientKind kind) {
    String arn =
        createKey(
            KeySpec.valueOf(kind.type().name()),
            kind.isRsa() ? KeyUsageType.ENCRYPT_DECRYPT : KeyUsageType.ENCAPSULATE_DECAPSULATE);
    if (kind.curve() == null) {
      return new Keys(arn, publicKey(arn), null, null);
    }
    String curveArn = createKey(KeySpec.valueOf(kind.curve().name()), KeyUsageType.KEY_AGREEMENT);
    return new Keys(arn, publicKey(arn), curveArn, publicKey(curveArn));
  }

  String createKey(KeySpec spec, KeyUsageType usage) {
    return provider.createKey(b -> b.keySpec(spec).keyUsage(usage)).keyMetadata().arn();
  }

  Bytes publicKey(String keyId) {
    return provider.getPublicKey(b -> b.keyId(keyId)).publicKey();
  }

  /** Seals to the keys of some kinds, without a client. */
  Envelope writer(RecipientKind... kinds) {
    EnvelopeBuilder builder = Envelope.builder();
    for (RecipientKind kind : kinds) {
      keys(kind).sealing(builder);
    }
    return builder.build();
  }

  /** Opens messages to the keys of some kinds. */
  Envelope reader(RecipientKind... kinds) {
    EnvelopeBuilder builder = Envelope.builder(kms);
    for (RecipientKind kind : kinds) {
      keys(kind).opening(builder);
    }
    return builder.build();
  }

  /** Returns the names of the requested operations, and forgets them. */
  List<String> operations() {
    List<String> names =
        kms.requests().stream().map(KmsRequest::getClass).map(Class::getSimpleName).toList();
    kms.requests().clear();
    return names;
  }

  /** All offline kinds with their keys. */
  Map<RecipientKind, Keys> all() {
    Map<RecipientKind, Keys> all = new LinkedHashMap<>();
    kinds().forEach(kind -> all.put(kind, keys(kind)));
    return all;
  }

  @Override
  public void close() {
    provider.close();
  }
}
