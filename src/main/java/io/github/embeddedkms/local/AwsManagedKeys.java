package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.model.KeyManagerType;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.MaterialEntry;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Creates AWS managed keys: keys that a service of AWS has in each account and Region, under an
 * alias that begins {@code alias/aws/}. The service creates one when it is first described. Which
 * services have one was never recorded, so that every name that a service can have is taken for
 * one.
 *
 * <p>Source: AWS KMS API Reference, DescribeKey; Developer Guide, "AWS managed keys".
 */
final class AwsManagedKeys {

  private static final Pattern SERVICE = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  private static final int ROTATION_PERIOD_IN_DAYS = 365;

  private final KeyStorage storage;
  private final Transactions transactions;
  private final KeySource keys;
  private final ProviderClock clock;

  AwsManagedKeys(Components components) {
    this.storage = components.storage();
    this.transactions = components.transactions();
    this.keys = components.keys();
    this.clock = components.clock();
  }

  /** Requires the name of a service, as in {@code alias/aws/s3}. */
  static void requireService(String service) {
    if (!SERVICE.matcher(service).matches()) {
      throw new IllegalArgumentException(
          "embedded-kms: a service with an AWS managed key is named as after alias/aws/, by"
              + " lower-case letters, digits and hyphens, for example s3, not "
              + service);
    }
  }

  /**
   * Creates the key that a caller describes, if it is an AWS managed key of the caller's own
   * account and Region that does not exist. A read-only storage has no further keys.
   *
   * @param permission requires the caller's permission for the new key
   */
  void createIfDescribed(Caller caller, String identifier, Consumer<ResolvedKey> permission) {
    String service = missingService(caller, identifier);
    if (!storage.isReadOnly() && service != null) {
      // It has no id yet: nothing is drawn for a call that is refused.
      permission.accept(ResolvedKey.of(caller, withoutMaterial(caller, service)));
      createIfMissing(caller, service);
    }
  }

  /** Asks for the permission for such a key, without creating it. Returns whether there is one. */
  boolean askIfDescribed(Caller caller, String identifier, Consumer<ResolvedKey> permission) {
    String service = missingService(caller, identifier);
    if (service == null) {
      return false;
    }
    permission.accept(ResolvedKey.of(caller, withoutMaterial(caller, service)));
    return true;
  }

  /** Returns the service of an AWS managed key that does not exist yet; null for other keys. */
  private @Nullable String missingService(Caller caller, String identifier) {
    String ownArns = caller.arn("");
    String name =
        identifier.startsWith(ownArns) ? identifier.substring(ownArns.length()) : identifier;
    if (!name.startsWith(Names.RESERVED_ALIAS_PREFIX)) {
      return null;
    }
    String service = name.substring(Names.RESERVED_ALIAS_PREFIX.length());
    return SERVICE.matcher(service).matches() && storage.alias(aliasOf(caller, service)).isEmpty()
        ? service
        : null;
  }

  private static Address aliasOf(Caller caller, String service) {
    return Names.address(caller, Names.RESERVED_ALIAS_PREFIX + service);
  }

  private KeyEntry withoutMaterial(Caller caller, String service) {
    return newKey(Names.address(caller, KeyCreation.NO_ID), service, clock.now(), List.of());
  }

  /** Creates the key of a service in the caller's account and Region, if it does not exist. */
  void createIfMissing(Caller caller, String service) {
    Address alias = aliasOf(caller, service);
    if (storage.alias(alias).isPresent()) {
      return;
    }
    KeySource.Draw draw = keys.next();
    Address address = Names.address(caller, draw.keyId());
    Material material =
        KeyCreation.newMaterial(caller, address.id(), KeySpec.SYMMETRIC_DEFAULT, draw.random());
    try {
      Instant created = clock.now();
      KeyEntry key =
          newKey(address, service, created, List.of(MaterialEntry.present(material, true)));
      AliasEntry pointing = new AliasEntry(alias, 1, address.id(), created, created);
      // Both or none. If another call was faster, this one is run again and finds its key.
      transactions.commit(new Change(List.of(key, pointing), List.of(), List.of()));
    } catch (RuntimeException e) {
      // Not after an Error: the storage may own the material by then.
      material.close();
      throw e;
    }
  }

  private KeyEntry newKey(
      Address address, String service, Instant created, List<MaterialEntry> materials) {
    KeyEntry.Birth birth =
        new KeyEntry.Birth(
            KeySpec.SYMMETRIC_DEFAULT,
            KeyUsageType.ENCRYPT_DECRYPT,
            OriginType.AWS_KMS,
            created,
            KeyManagerType.AWS);
    KeyEntry.Rotation yearly =
        KeyEntry.Rotation.startingAt(ROTATION_PERIOD_IN_DAYS, clock.shared());
    // The service's descriptions differ from service to service, and were not recorded.
    return KeyEntry.created(
            address,
            birth,
            "Default key that protects my " + service + " data when no other key is defined",
            List.of(),
            materials)
        .changed(next -> next.rotation(yearly))
        .atVersion(1);
  }
}
