package io.github.embeddedkms.local;

import io.github.embeddedkms.constraint.Constraints;
import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.operation.CreateAlias;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What must hold of a seed, whatever the provider: the service's own checks of CreateKey and
 * CreateAlias, and those of ids and material, which nobody can choose there.
 */
final class SeedChecks {

  private static final String OURS = "embedded-kms: ";
  private static final String MULTI_REGION_PREFIX = "mrk-";
  private static final Pattern KEY_ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private SeedChecks() {}

  /** Refuses what is wrong with the keys and aliases of a seed. */
  static void check(List<SeedKey> keys, List<CreateAlias> aliases) {
    Set<String> keyIds = new HashSet<>();
    for (SeedKey key : keys) {
      check(key);
      if (!keyIds.add(key.keyId())) {
        throw keyRefused(key.keyId(), "comes twice");
      }
    }
    Set<String> aliasNames = new HashSet<>();
    for (CreateAlias alias : aliases) {
      check(alias);
      if (!aliasNames.add(alias.aliasName())) {
        throw aliasRefused(alias, "comes twice");
      }
      if (!keyIds.contains(alias.targetKeyId())) {
        throw aliasRefused(alias, "its key " + alias.targetKeyId() + " is not in the seed");
      }
    }
  }

  static IllegalArgumentException keyRefused(String keyId, String why) {
    return new IllegalArgumentException(OURS + "key " + keyId + ": " + why);
  }

  static IllegalArgumentException aliasRefused(CreateAlias alias, String why) {
    return new IllegalArgumentException(OURS + "alias " + alias.aliasName() + ": " + why);
  }

  private static void check(SeedKey key) {
    if (key.keyId().startsWith(MULTI_REGION_PREFIX)) {
      throw keyRefused(key.keyId(), "multi-Region keys are not supported yet");
    }
    if (!KEY_ID.matcher(key.keyId()).matches()) {
      throw keyRefused(key.keyId(), "the id is not a UUID in lower case");
    }
    Set<Bytes> distinct = new HashSet<>();
    for (Bytes material : key.backingKeys()) {
      if (Arrays.stream(Suite.values()).noneMatch(s -> s.keyBytes() == material.length())) {
        throw keyRefused(
            key.keyId(),
            "a backing key has " + material.length() + " bytes, not 32 (or 16 for SM4)");
      }
      if (!distinct.add(material)) {
        throw keyRefused(key.keyId(), "a backing key comes twice");
      }
    }
    try {
      Constraints.check(key.asRequest());
      TagChecks.requireAcceptable(key.tags());
    } catch (KmsException e) {
      throw keyRefused(key.keyId(), textOf(e));
    }
  }

  private static void check(CreateAlias alias) {
    try {
      Constraints.check(alias);
      AliasNames.requireNew(alias.aliasName());
    } catch (KmsException e) {
      throw aliasRefused(alias, textOf(e));
    }
  }

  /** The service's text, or its code where it has none; our own prefix stands in front anyway. */
  private static String textOf(KmsException e) {
    String text = Objects.requireNonNullElse(e.getMessage(), e.errorCode());
    return text.startsWith(OURS) ? text.substring(OURS.length()) : text;
  }
}
