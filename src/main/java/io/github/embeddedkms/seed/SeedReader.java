package io.github.embeddedkms.seed;

import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateGrantBuilder;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the structure of a seed file. Only {@link Seed} checks keys and aliases; each part is
 * checked there separately, so that an error can name its line.
 */
final class SeedReader {

  private static final Set<String> NONE = Set.of();
  private static final Boolean[] BOOLEANS = {true, false};

  /** The members of Metadata. */
  private static final Set<String> KNOWN =
      Set.of(
          "KeyId",
          "Description",
          "KeyUsage",
          "KeySpec",
          "CustomerMasterKeySpec",
          "Origin",
          "Enabled",
          "KeyState",
          "MultiRegion");

  /** Members of Metadata that the service has and this library does not support yet. */
  private static final Set<String> NOT_YET =
      Set.of(
          "CloudHsmClusterId",
          "CustomKeyStoreId",
          "DeletionDate",
          "ExpirationModel",
          "MultiRegionConfiguration",
          "PendingDeletionWindowInDays",
          "ValidTo",
          "XksKeyConfiguration");

  private final String source;
  private final Seed.Builder seed = Seed.builder();
  private final Map<String, Integer> linesOfKeys = new HashMap<>();
  private final Map<String, Integer> linesOfAliases = new HashMap<>();

  SeedReader(String source) {
    this.source = source;
  }

  Seed read(String text) {
    Map<String, Place> file =
        Yaml.parse(source, text)
            .members("the file", Set.of("Keys", "Aliases", IdentitiesSection.NAME), NONE);
    if (file.containsKey("Keys")) {
      readKeys(file.get("Keys"));
    }
    // Aliases are read after keys, because an alias may precede its key in the file.
    if (file.containsKey("Aliases")) {
      file.get("Aliases").list("Aliases").forEach(this::readAlias);
    }
    if (file.containsKey(IdentitiesSection.NAME)) {
      seed.identities(IdentitiesSection.read(file.get(IdentitiesSection.NAME)));
    }
    try {
      return seed.build();
    } catch (IllegalArgumentException e) {
      throw new SeedException(source, 0, SeedException.reason(e));
    }
  }

  private void readKeys(Place place) {
    Map<String, Place> keys =
        place.members("Keys", Set.of("Symmetric", "Asymmetric", "Hmac"), NONE);
    readSections(keys, "Symmetric", List.of(SeedSection.AES, SeedSection.HMAC));
    readSections(
        keys,
        "Asymmetric",
        List.of(SeedSection.RSA, SeedSection.ECC, SeedSection.ML_DSA, SeedSection.ML_KEM));
    readKeys(keys, SeedSection.HMAC);
  }

  private void readSections(Map<String, Place> keys, String name, List<SeedSection> sections) {
    Place place = keys.get(name);
    if (place == null) {
      return;
    }
    Set<String> known = sections.stream().map(SeedSection::toString).collect(Collectors.toSet());
    Map<String, Place> members = place.members(name, known, NONE);
    sections.forEach(section -> readKeys(members, section));
  }

  private void readKeys(Map<String, Place> members, SeedSection section) {
    Place place = members.get(section.toString());
    if (place != null) {
      place.list(section.toString()).forEach(key -> readKey(section, key));
    }
  }

  private void readKey(SeedSection section, Place place) {
    Map<String, Place> members =
        place.members(
            "a key",
            Set.of(
                "Metadata",
                section.materialMember(),
                "NextKeyRotation",
                "ReplicaRegions",
                "Tags",
                "Policy",
                "Grants"),
            NONE);
    Place metadataPlace = place.required(members, "Metadata");
    Map<String, Place> metadata = metadataPlace.members("Metadata", KNOWN, NOT_YET);
    Place keyIdPlace = metadataPlace.required(metadata, "KeyId");
    String keyId = keyIdPlace.text("KeyId");
    requireUnique(linesOfKeys, "key " + keyId, keyId, keyIdPlace);
    requireSupportedMetadata(metadata);
    requireMultiRegion(metadata, keyId);

    check(keyIdPlace, Seed.builder().key(keyId, part -> {}));
    Place pem = members.get("PrivateKeyPem");
    Key key = new Key(keyId, initialPart(section, metadataPlace, metadata, pem));
    key.check(pem == null ? metadataPlace : pem, part -> {});
    Place description = metadata.get("Description");
    if (description != null) {
      String text = description.text("Description");
      key.add(description, part -> part.description(text));
    }
    if (members.containsKey("BackingKeys")) {
      for (Place backingKey : members.get("BackingKeys").list("BackingKeys")) {
        String digits = backingKey.text("a backing key");
        key.add(backingKey, part -> part.backingKey(digits));
      }
    }
    Place rotation = members.get("NextKeyRotation");
    if (rotation != null) {
      Instant date = dateOf(rotation);
      key.add(rotation, part -> part.nextRotation(date));
    }
    if (members.containsKey("ReplicaRegions")) {
      for (Place replica : members.get("ReplicaRegions").list("ReplicaRegions")) {
        String region = replica.text("a Region");
        key.add(replica, part -> part.replica(region));
      }
    }
    if (members.containsKey("Tags")) {
      members.get("Tags").list("Tags").forEach(tag -> readTag(key, tag));
    }
    Place policy = members.get("Policy");
    if (policy != null) {
      String json = PolicyPlace.json(policy, "Policy");
      key.add(policy, part -> part.policy(json));
    }
    if (members.containsKey("Grants")) {
      members.get("Grants").list("Grants").forEach(grant -> readGrant(key, grant));
    }
    key.check(place, key::addTo);
    seed.key(keyId, key::addTo);
  }

  /** Returns the spec, the usage and the private key of a key. */
  private static Consumer<Seed.KeyBuilder> initialPart(
      SeedSection section, Place metadataPlace, Map<String, Place> metadata, @Nullable Place pem) {
    KeySpec spec = stated(metadata, "KeySpec", KeySpec.values());
    KeySpec older = stated(metadata, "CustomerMasterKeySpec", KeySpec.values());
    KeyUsageType usage = stated(metadata, "KeyUsage", KeyUsageType.values());
    OriginType origin = stated(metadata, "Origin", OriginType.values());
    if (spec != null && older != null && spec != older) {
      throw metadataPlace.error("KeySpec and CustomerMasterKeySpec differ");
    }
    KeySpec known = spec == null ? older : spec;
    if (known == null) {
      known = section.defaultSpec();
    } else if (!section.has(known)) {
      throw metadataPlace.error("KeySpec " + known + " does not belong in " + section);
    }
    if (known == null && pem == null) {
      throw metadataPlace.error("KeySpec or PrivateKeyPem is missing");
    }
    KeySpec chosen = known;
    String privateKey = pem == null ? null : pem.text("PrivateKeyPem");
    return part -> {
      if (privateKey != null) {
        part.privateKeyPem(privateKey);
      }
      if (chosen != null) {
        part.spec(chosen);
      }
      if (usage != null) {
        part.usage(usage);
      }
      if (origin != null) {
        part.origin(origin);
      }
    };
  }

  /** Reads a date and time of ISO 8601 with an offset, in quotation marks or not. */
  private static Instant dateOf(Place place) {
    try {
      return OffsetDateTime.parse(place.text("NextKeyRotation")).toInstant();
    } catch (DateTimeParseException e) {
      throw place.error(
          "NextKeyRotation must be a date and time with an offset, for example"
              + " 2030-01-31T12:00:00+00:00");
    }
  }

  private static void readTag(Key key, Place place) {
    Tag tag = TagPlace.tag(place);
    key.add(place, part -> part.tag(tag.tagKey(), tag.tagValue()));
  }

  private static void readGrant(Key key, Place place) {
    Consumer<CreateGrantBuilder> grant = GrantPlace.grant(place);
    key.add(place, part -> part.grant(grant));
  }

  private void readAlias(Place place) {
    Map<String, Place> members =
        place.members("an alias", Set.of("AliasName", "TargetKeyId"), NONE);
    Place namePlace = place.required(members, "AliasName");
    String name = namePlace.text("AliasName");
    Place targetPlace = place.required(members, "TargetKeyId");
    String target = targetPlace.text("TargetKeyId");
    requireUnique(linesOfAliases, "alias " + name, name, namePlace);
    if (!linesOfKeys.containsKey(target)) {
      throw targetPlace.error("alias " + name + ": its key " + target + " is not in the seed");
    }
    check(namePlace, Seed.builder().key(target, key -> key.alias(name)));
    seed.alias(name, target);
  }

  private static void requireUnique(
      Map<String, Integer> lines, String what, String id, Place place) {
    Integer before = lines.putIfAbsent(id, place.line());
    if (before != null) {
      throw place.error(what + " is already in line " + before);
    }
  }

  /**
   * Requires the values that every key of a seed has, for members that may be stated but not
   * changed.
   */
  private static void requireSupportedMetadata(Map<String, Place> metadata) {
    Place origin = metadata.get("Origin");
    if (origin != null && !origin.text("Origin").equals(OriginType.EXTERNAL.toString())) {
      requireValue(metadata, "Origin", OriginType.AWS_KMS, OriginType.values());
    }
    requireValue(metadata, "Enabled", Boolean.TRUE, BOOLEANS);
    requireValue(metadata, "KeyState", KeyState.ENABLED, KeyState.values());
  }

  /** A key is a multi-Region key if its id says so; the member may say the same. */
  private static void requireMultiRegion(Map<String, Place> metadata, String keyId) {
    Place place = metadata.get("MultiRegion");
    Boolean multiRegion = stated(metadata, "MultiRegion", BOOLEANS);
    if (place != null && multiRegion != null && multiRegion != keyId.startsWith("mrk-")) {
      throw place.error(
          multiRegion
              ? "MultiRegion is true, but the id does not begin with mrk-"
              : "MultiRegion is false, but the id begins with mrk-");
    }
  }

  private static <T> @Nullable T stated(Map<String, Place> metadata, String member, T[] values) {
    Place place = metadata.get(member);
    if (place == null) {
      return null;
    }
    String text = place.text(member);
    for (T value : values) {
      if (value.toString().equals(text)) {
        return value;
      }
    }
    throw place.error(
        member
            + " must be one of "
            + Arrays.stream(values).map(T::toString).collect(Collectors.joining(", ")));
  }

  private static <T> void requireValue(
      Map<String, Place> metadata, String member, T supported, T[] values) {
    Place place = metadata.get(member);
    if (place == null) {
      return;
    }
    String value = place.text(member);
    if (value.equals(supported.toString())) {
      return;
    }
    List<String> known = Arrays.stream(values).map(T::toString).toList();
    throw place.error(
        known.contains(value)
            ? member + " " + value + " is not supported yet"
            : member + " must be one of " + String.join(", ", known));
  }

  /** Applies the service's checks to a part, and adds the line to their errors. */
  private static void check(Place place, Seed.Builder part) {
    try {
      part.build();
    } catch (IllegalArgumentException e) {
      throw place.error(SeedException.reason(e));
    }
  }

  /** The parts of one key, each checked before it is added. */
  private static final class Key {

    private final String keyId;
    private final Consumer<Seed.KeyBuilder> initial;
    private final List<Consumer<Seed.KeyBuilder>> parts = new ArrayList<>();

    /** The initial part, which has the spec, decides how the others are checked. */
    Key(String keyId, Consumer<Seed.KeyBuilder> initial) {
      this.keyId = keyId;
      this.initial = initial;
    }

    void check(Place place, Consumer<Seed.KeyBuilder> part) {
      SeedReader.check(place, Seed.builder().key(keyId, initial.andThen(part)));
    }

    void add(Place place, Consumer<Seed.KeyBuilder> part) {
      check(place, part);
      parts.add(part);
    }

    void addTo(Seed.KeyBuilder key) {
      initial.accept(key);
      parts.forEach(part -> part.accept(key));
    }
  }
}
