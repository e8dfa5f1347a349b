package io.github.embeddedkms.local;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One key of each spec and usage, created on first use: generating an RSA key takes long. SM2 keys
 * are in a China Region, and all others are not.
 */
final class AsymmetricKeys implements AutoCloseable {

  /** A spec, and a usage that the service allows for it. */
  record Kind(KeySpec spec, KeyUsageType usage) {

    static List<Kind> all() {
      List<Kind> kinds = new ArrayList<>();
      for (KeySpec spec : KeySpec.values()) {
        KeySpecTable.of(spec).usages().forEach(usage -> kinds.add(new Kind(spec, usage)));
      }
      return kinds;
    }

    @Override
    public String toString() {
      return spec + " " + usage;
    }
  }

  final LocalKeyProvider kms =
      LocalKeyProvider.builder().region(Fixture.REGION).account(Fixture.ACCOUNT).build();

  private final KmsClient china = kms.inRegion("cn-north-1");
  private final Map<Kind, KeyMetadata> keys = new HashMap<>();

  /** Returns the client for keys of a spec. */
  KmsClient clientFor(KeySpec spec) {
    return spec == KeySpec.SM2 ? china : kms;
  }

  KeyMetadata key(Kind kind) {
    return keys.computeIfAbsent(
        kind,
        missing ->
            clientFor(kind.spec())
                .createKey(b -> b.keySpec(kind.spec()).keyUsage(kind.usage()))
                .keyMetadata());
  }

  String arn(KeySpec spec, KeyUsageType usage) {
    return key(new Kind(spec, usage)).arn();
  }

  @Override
  public void close() {
    kms.close();
  }
}
