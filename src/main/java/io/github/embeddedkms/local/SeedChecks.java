package io.github.embeddedkms.local;

import io.github.embeddedkms.constraint.Constraints;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.operation.CreateAlias;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The checks of a seed that apply to every provider: the service's checks for CreateKey and
 * CreateAlias, and checks of key ids and material, which callers of the service cannot choose.
 */
final class SeedChecks {

  private static final String OUR_PREFIX = "embedded-kms: ";
  private static final Pattern KEY_ID =
      Pattern.compile(
          "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}" + "|mrk-[0-9a-f]{32}");
  private static final Pattern REGION = Pattern.compile("(?=.{1,32}$)([a-z]+-){2,3}\\d+");

  private SeedChecks() {}

  /** Checks the keys and aliases of a seed. */
  static void check(List<SeedKey> keys, List<CreateAlias> aliases) {
    Set<String> keyIds = new HashSet<>();
    for (SeedKey key : keys) {
      check(key);
      if (!keyIds.add(key.keyId())) {
        throw SeedRefusals.key(key.keyId(), "comes twice");
      }
    }
    Set<String> aliasNames = new HashSet<>();
    Map<String, Integer> aliasCounts = new HashMap<>();
    for (CreateAlias alias : aliases) {
      check(alias);
      if (!aliasNames.add(alias.aliasName())) {
        throw SeedRefusals.alias(alias, "comes twice");
      }
      if (!keyIds.contains(alias.targetKeyId())) {
        throw SeedRefusals.alias(alias, "its key " + alias.targetKeyId() + " is not in the seed");
      }
      if (aliasCounts.merge(alias.targetKeyId(), 1, Integer::sum)
          > AliasOperations.MAX_ALIASES_PER_KEY) {
        throw SeedRefusals.alias(
            alias,
            "its key "
                + alias.targetKeyId()
                + " already has "
                + AliasOperations.MAX_ALIASES_PER_KEY
                + " aliases, the maximum");
      }
    }
  }

  private static void check(SeedKey key) {
    if (!KEY_ID.matcher(key.keyId()).matches()) {
      throw SeedRefusals.key(
          key.keyId(),
          key.isMultiRegion()
              ? "the id is not mrk- and 32 hexadecimal digits in lower case"
              : "the id is not a UUID in lower case");
    }
    checkReplicas(key);
    checkOrigin(key);
    checkMaterial(key);
    try {
      Constraints.check(key.asRequest());
      TagChecks.requireAcceptable(key.tags());
      SeedPolicies.requireValidSyntax(key);
    } catch (KmsException e) {
      throw SeedRefusals.key(key.keyId(), messageOf(e));
    }
  }

  /** The partitions of the Regions, and the material, are checked when the seed is applied. */
  private static void checkReplicas(SeedKey key) {
    if (key.replicaRegions().isEmpty()) {
      return;
    }
    if (!key.isMultiRegion()) {
      throw SeedRefusals.key(key.keyId(), "only keys whose ids begin with mrk- have replicas");
    }
    Set<String> regions = new HashSet<>();
    for (String region : key.replicaRegions()) {
      if (!REGION.matcher(region).matches()) {
        throw SeedRefusals.key(key.keyId(), region + " is not a Region, as eu-west-1 is");
      }
      if (!regions.add(region)) {
        throw SeedRefusals.key(key.keyId(), "the replica in " + region + " comes twice");
      }
    }
  }

  private static void checkOrigin(SeedKey key) {
    if (key.origin() != OriginType.AWS_KMS && key.origin() != OriginType.EXTERNAL) {
      throw SeedRefusals.key(key.keyId(), "Origin " + key.origin() + " is not supported yet");
    }
    if (key.nextRotation() == null) {
      return;
    }
    if (key.nextRotation().isAfter(KmsClock.MAX)) {
      throw SeedRefusals.key(key.keyId(), "its next rotation is after " + KmsClock.MAX);
    }
    if (key.spec() != KeySpec.SYMMETRIC_DEFAULT) {
      throw SeedRefusals.key(
          key.keyId(), "only symmetric encryption keys are rotated automatically");
    }
    if (key.origin() != OriginType.AWS_KMS) {
      throw SeedRefusals.key(
          key.keyId(), "a key of the origin EXTERNAL is not rotated automatically");
    }
  }

  private static void checkMaterial(SeedKey key) {
    if (key.spec() == KeySpec.SYMMETRIC_DEFAULT) {
      checkSymmetric(key);
      return;
    }
    if (key.backingKeys().size() > 1) {
      throw SeedRefusals.key(
          key.keyId(), "only symmetric encryption keys have several backing keys");
    }
    // The suite is that of symmetric keys only.
    SeedMaterial.of(key, Suite.XAES_256_GCM).forEach(Material::close);
  }

  /** The length that the provider's Region requires is checked when the seed is applied. */
  private static void checkSymmetric(SeedKey key) {
    Set<Bytes> distinct = new HashSet<>();
    for (Bytes material : key.backingKeys()) {
      if (Arrays.stream(Suite.values()).noneMatch(s -> s.keyBytes() == material.length())) {
        throw SeedRefusals.key(
            key.keyId(),
            "a backing key has " + material.length() + " bytes, not 32 (or 16 for SM4)");
      }
      if (!distinct.add(material)) {
        throw SeedRefusals.key(key.keyId(), "a backing key comes twice");
      }
    }
  }

  /** Returns the spec of a key; that of its private key, if there is one. */
  static KeySpec specOf(String keyId, @Nullable KeySpec given, @Nullable KeySpec ofPrivateKey) {
    if (given != null && ofPrivateKey != null && given != ofPrivateKey) {
      throw SeedRefusals.key(
          keyId, "its private key is of the spec " + ofPrivateKey + ", not " + given);
    }
    if (ofPrivateKey != null) {
      return ofPrivateKey;
    }
    return given == null ? KeySpec.SYMMETRIC_DEFAULT : given;
  }

  /** Returns the usage of a key. It may be absent if the spec allows only one. */
  static KeyUsageType usageOf(String keyId, KeySpec spec, @Nullable KeyUsageType given) {
    Set<KeyUsageType> usages = KeySpecTable.of(spec).usages();
    if (given == null && usages.size() > 1) {
      throw SeedRefusals.key(keyId, "KeyUsage is missing; it must be one of " + listed(usages));
    }
    if (given != null && !usages.contains(given)) {
      throw SeedRefusals.key(
          keyId, "KeyUsage " + given + " is not compatible with KeySpec " + spec);
    }
    return given == null ? usages.iterator().next() : given;
  }

  private static String listed(Set<KeyUsageType> usages) {
    return usages.stream().map(KeyUsageType::toString).collect(Collectors.joining(", "));
  }

  private static void check(CreateAlias alias) {
    try {
      Constraints.check(alias);
      AliasNames.requireValidNewName(alias.aliasName());
    } catch (KmsException e) {
      throw SeedRefusals.alias(alias, messageOf(e));
    }
  }

  /**
   * Returns the error's message, or its code if it has none. Our own prefix is removed because the
   * caller adds it.
   */
  static String messageOf(KmsException e) {
    String text = Objects.requireNonNullElse(e.getMessage(), e.errorCode());
    return text.startsWith(OUR_PREFIX) ? text.substring(OUR_PREFIX.length()) : text;
  }
}
