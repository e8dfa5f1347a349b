package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Tag;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Creates symmetric encryption keys that can be put into a storage. */
public final class TestKeys {

  private static final SecureRandom RANDOM = new SecureRandom();

  private TestKeys() {}

  /** Returns a key with new AES material. */
  public static KeyEntry symmetric(Address address, Instant created) {
    return symmetric(address, created, Suite.XAES_256_GCM);
  }

  /** Returns a key with new material. */
  public static KeyEntry symmetric(Address address, Instant created, Suite suite) {
    return symmetric(address, created, SymmetricMaterial.generate(address.id(), suite, RANDOM));
  }

  /** Returns a key with materials, the last of which is used for sealing. */
  public static KeyEntry symmetric(
      Address address, Instant created, SymmetricMaterial... materials) {
    return of(address, created, KeyUsageType.ENCRYPT_DECRYPT, List.of(), materials);
  }

  /** Returns a key with tags, or with another usage, which no operation can give it. */
  public static KeyEntry of(
      Address address,
      Instant created,
      KeyUsageType usage,
      List<Tag> tags,
      SymmetricMaterial... materials) {
    List<MaterialEntry> entries = new ArrayList<>();
    for (SymmetricMaterial material : materials) {
      entries.add(MaterialEntry.symmetric(material, entries.size() == materials.length - 1));
    }
    KeyEntry.Birth birth =
        new KeyEntry.Birth(KeySpec.SYMMETRIC_DEFAULT, usage, OriginType.AWS_KMS, created);
    return KeyEntry.created(address, birth, "", tags, entries);
  }

  /** Returns the same version of a key with another usage. */
  public static KeyEntry withUsage(KeyEntry key, KeyUsageType usage) {
    KeyEntry.Birth birth = key.birth();
    return new KeyEntry(
        key.address(),
        key.version(),
        new KeyEntry.Birth(birth.keySpec(), usage, birth.origin(), birth.creationDate()),
        key.life(),
        key.description(),
        key.tags(),
        key.policy(),
        key.rotation(),
        key.relations(),
        key.materials());
  }
}
