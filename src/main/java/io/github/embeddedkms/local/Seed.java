package io.github.embeddedkms.local;

import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.crypto.ImportedPrivateKey;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.CreateGrantBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The initial keys and aliases of a provider, the same in every run: key ids, key material,
 * descriptions, tags, key policies, grants and aliases; and the identities of its callers. For
 * tests and for development.
 *
 * <pre>{@code
 * Seed seed =
 *     Seed.builder()
 *         .key(
 *             "bc436485-5092-42b8-92a3-0aa8b93536dc",
 *             key ->
 *                 key.backingKey("5cdaead27fe7da2de47945d73cd6d79e36494e73802f3cd3869f1d2cb0b5d7a9")
 *                     .description("orders")
 *                     .tag("team", "billing")
 *                     .alias("alias/orders"))
 *         .build();
 * LocalKeyProvider kms = LocalKeyProvider.builder().seed(seed).build();
 * }</pre>
 *
 * <p>Material in a seed is not secret: it is in source code or in a file, and in memory as long as
 * the seed is. A seed determines ids and material, but never nonces or salts: two providers with
 * the same seed encrypt a plaintext to different ciphertexts, and each can decrypt those of the
 * other.
 *
 * <p>Immutable. A seed can be used for any number of providers.
 */
public final class Seed {

  private final List<SeedKey> keys;
  private final List<CreateAlias> aliases;

  /** What {@link #identities()} consists of, since that cannot be compared. */
  private final @Nullable Map<String, Identity> identitiesByArn;

  private final @Nullable Identities identities;

  private Seed(
      List<SeedKey> keys,
      List<CreateAlias> aliases,
      @Nullable Map<String, Identity> identitiesByArn) {
    this.keys = List.copyOf(keys);
    this.aliases = List.copyOf(aliases);
    this.identitiesByArn = identitiesByArn;
    this.identities = identitiesByArn == null ? null : SeedPolicies.identities(identitiesByArn);
  }

  /**
   * Returns a builder of a seed.
   *
   * @return a builder without keys
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the keys in the order in which they were added. */
  List<SeedKey> keys() {
    return keys;
  }

  /**
   * Returns the aliases in the order in which they were added, including those added with a key.
   */
  List<CreateAlias> aliases() {
    return aliases;
  }

  /**
   * Returns the identities, which a provider of this seed uses unless its builder has others.
   *
   * @return the identities; null if none were set, so that every principal is an administrator
   */
  public @Nullable Identities identities() {
    return identities;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Seed that
        && keys.equals(that.keys)
        && aliases.equals(that.aliases)
        && Objects.equals(identitiesByArn, that.identitiesByArn);
  }

  @Override
  public int hashCode() {
    return Objects.hash(keys, aliases, identitiesByArn);
  }

  /** Returns the numbers of keys and aliases, and nothing about the material. */
  @Override
  public String toString() {
    return "Seed[" + keys.size() + " keys, " + aliases.size() + " aliases]";
  }

  /** Builds a seed. Not safe for use by several threads. */
  public static final class Builder {

    private final List<KeyBuilder> keys = new ArrayList<>();
    private final List<CreateAlias> aliases = new ArrayList<>();
    private @Nullable Map<String, Identity> identities;

    private Builder() {}

    /**
     * Adds a key: a symmetric encryption key, unless another spec or a private key is set.
     *
     * @param keyId its id, a UUID in lower case; or {@code mrk-} and 32 hexadecimal digits in lower
     *     case, for a multi-Region primary key in the provider's Region
     * @param key sets the other properties of the key, all of which are optional
     * @return this builder
     */
    public Builder key(String keyId, Consumer<KeyBuilder> key) {
      KeyBuilder added = new KeyBuilder(this, Objects.requireNonNull(keyId, "keyId"));
      keys.add(added);
      key.accept(added);
      return this;
    }

    /**
     * Adds an alias. The order does not matter: its key may be added later. A key has at most 50
     * aliases.
     *
     * @param aliasName {@code alias/} and 1 to 250 letters, digits, slashes, underscores and
     *     hyphens; not {@code alias/aws/…}, which is reserved
     * @param targetKeyId the id of a key of this seed
     * @return this builder
     */
    public Builder alias(String aliasName, String targetKeyId) {
      aliases.add(new CreateAlias(aliasName, targetKeyId));
      return this;
    }

    /**
     * Sets the identities of users and roles. A provider uses them as if they had been set by
     * {@link LocalKeyProvider.Builder#identities}, which takes precedence. They are not kept in a
     * storage.
     *
     * @param identities the identities by the ARNs of users, roles, sessions and federated users,
     *     see {@link Identities#of}; with an empty map, no principal has an identity policy; if not
     *     set, every principal is an administrator
     * @return this builder
     */
    public Builder identities(Map<String, Identity> identities) {
      // In this order, so that errors are the same in every run.
      this.identities = Collections.unmodifiableMap(new LinkedHashMap<>(identities));
      return this;
    }

    /**
     * Creates the seed. The constraints of CreateKey, CreateAlias and CreateGrant apply to its
     * descriptions, tags, key policies, alias names and grants.
     *
     * @return the seed
     * @throws IllegalArgumentException if a key or an alias is malformed or occurs twice, or if an
     *     alias points to a key that is not in the seed, in which cases the message names the key
     *     or alias; or if an identity belongs to no principal that can have one
     */
    public Seed build() {
      List<SeedKey> built = keys.stream().map(KeyBuilder::build).toList();
      SeedChecks.check(built, aliases);
      built.forEach(SeedGrants::requireValid);
      return new Seed(built, aliases, identities);
    }
  }

  /** Builds one key of a seed. Not safe for use by several threads. */
  public static final class KeyBuilder {

    private final Builder seed;
    private final String keyId;
    private final List<Bytes> backingKeys = new ArrayList<>();
    private final List<Tag> tags = new ArrayList<>();
    private String description = "";
    private boolean hexadecimal = true;
    private @Nullable KeySpec spec;
    private @Nullable KeyUsageType usage;
    private OriginType origin = OriginType.AWS_KMS;
    private @Nullable Instant nextRotation;
    private final List<String> replicaRegions = new ArrayList<>();
    private @Nullable Policy policy;
    private final List<CreateGrant> grants = new ArrayList<>();
    private @Nullable Bytes privateKey;
    private @Nullable KeySpec typeOfPrivateKey;
    private @Nullable String unusable;

    private KeyBuilder(Builder seed, String keyId) {
      this.seed = seed;
      this.keyId = keyId;
    }

    /**
     * Sets the key spec. A key with a private key needs none: it is that of the private key.
     *
     * @param spec a spec; {@link KeySpec#SYMMETRIC_DEFAULT} if neither it nor a private key is set
     * @return this builder
     */
    public KeyBuilder spec(KeySpec spec) {
      this.spec = spec;
      return this;
    }

    /**
     * Sets the key usage, which is required if the key spec allows several.
     *
     * @param usage a usage that the key spec allows
     * @return this builder
     */
    public KeyBuilder usage(KeyUsageType usage) {
      this.usage = usage;
      return this;
    }

    /**
     * Sets the origin of the key material.
     *
     * @param origin {@link OriginType#EXTERNAL} for a key with imported material: that of the seed,
     *     which does not expire, or none if the seed has none, so that it is still to be imported;
     *     {@link OriginType#AWS_KMS} if not set
     * @return this builder
     */
    public KeyBuilder origin(OriginType origin) {
      this.origin = Objects.requireNonNull(origin, "origin");
      return this;
    }

    /**
     * Enables automatic rotation, every 365 days, of a symmetric encryption key whose origin is not
     * EXTERNAL.
     *
     * @param date when the key is first rotated; if that is in the past, when it is first used
     * @return this builder
     */
    public KeyBuilder nextRotation(Instant date) {
      this.nextRotation = Objects.requireNonNull(date, "date");
      return this;
    }

    /**
     * Sets the private key of an asymmetric key. A key without one gets a random one, a different
     * one in each provider and after each reset.
     *
     * @param pem a private key that is not encrypted, in PEM: {@code PRIVATE KEY} (PKCS #8), {@code
     *     RSA PRIVATE KEY} (PKCS #1) or {@code EC PRIVATE KEY} (SEC 1)
     * @return this builder
     */
    public KeyBuilder privateKeyPem(String pem) {
      return privateKey(() -> ImportedPrivateKey.fromPem(pem));
    }

    /**
     * Sets the private key of an asymmetric key. A key without one gets a random one, a different
     * one in each provider and after each reset.
     *
     * @param pkcs8 a private key in DER, as a PKCS #8 PrivateKeyInfo (RFC 5958)
     * @return this builder
     */
    public KeyBuilder privateKey(byte[] pkcs8) {
      return privateKey(() -> ImportedPrivateKey.fromPkcs8(SecretBytes.fromByteArray(pkcs8)));
    }

    private KeyBuilder privateKey(Supplier<ImportedPrivateKey> reader) {
      try (ImportedPrivateKey key = reader.get()) {
        privateKey = Bytes.fromByteArray(key.privateKey().asByteArray());
        typeOfPrivateKey = KeySpecs.of(key.type());
        unusable = null;
      } catch (IllegalArgumentException e) {
        unusable = "its private key is unusable: " + e.getMessage();
      }
      return this;
    }

    /**
     * Adds key material to a symmetric encryption key, or sets that of an HMAC key. The material
     * that is added last encrypts; each one decrypts what it has encrypted. A key without backing
     * keys gets random material, a different one in each provider and after each reset.
     *
     * @param digits 32 bytes as 64 hexadecimal digits; in China Regions 16 bytes as 32 digits, for
     *     SM4. For an HMAC key, as many bytes as its hash has, or more, up to its block length: 28
     *     to 64, 32 to 64, 48 to 128, 64 to 128
     * @return this builder
     */
    public KeyBuilder backingKey(String digits) {
      try {
        return backingKey(HexFormat.of().parseHex(digits));
      } catch (IllegalArgumentException e) {
        // The JDK's message is dropped, because it contains a part of the material.
        hexadecimal = false;
        return this;
      }
    }

    /**
     * The same as {@link #backingKey(String)}, with bytes instead of digits.
     *
     * @param material 32 bytes; in China Regions 16 bytes, for SM4; for an HMAC key, see there
     * @return this builder
     */
    public KeyBuilder backingKey(byte[] material) {
      backingKeys.add(Bytes.fromByteArray(material));
      return this;
    }

    /**
     * Sets the description of the key.
     *
     * @param description 0 to 8192 characters; empty if not set
     * @return this builder
     */
    public KeyBuilder description(String description) {
      this.description = description;
      return this;
    }

    /**
     * Adds a tag. A key has at most 50 tags.
     *
     * @param tagKey the name, 1 to 128 characters, not beginning with {@code aws:}
     * @param tagValue the value, 0 to 256 characters
     * @return this builder
     */
    public KeyBuilder tag(String tagKey, String tagValue) {
      tags.add(new Tag(tagKey, tagValue));
      return this;
    }

    /**
     * Adds a replica of a multi-Region key, with the same material. It has no description, tags,
     * grants or aliases, and the default key policy.
     *
     * @param region another Region than the provider's, in the same partition, for example {@code
     *     eu-west-1}
     * @return this builder
     */
    public KeyBuilder replica(String region) {
      replicaRegions.add(Objects.requireNonNull(region, "region"));
      return this;
    }

    /**
     * Sets the key policy. Its principals are checked when a provider is built, because they depend
     * on its partition and {@linkplain Builder#identities identities}. Unlike PutKeyPolicy, this
     * accepts a policy that lets no caller change it.
     *
     * @param policy JSON, up to 32,768 bytes of UTF-8; the default policy if not set, which leaves
     *     everything to the account
     * @return this builder
     */
    public KeyBuilder policy(String policy) {
      this.policy = Policy.keyPolicy(policy);
      return this;
    }

    /**
     * Adds a grant. Its id is the same in every run. Whether its principals exist is checked when a
     * provider is built, because that depends on the provider's partition and {@linkplain
     * Builder#identities identities}. A key has at most 50,000 grants.
     *
     * @param grant fills in the members of {@link CreateGrant}, of which the key id, the grant
     *     tokens and the dry run are ignored
     * @return this builder
     */
    public KeyBuilder grant(Consumer<CreateGrantBuilder> grant) {
      CreateGrantBuilder members = CreateGrantBuilder.builder();
      grant.accept(members);
      grants.add(members.keyId(keyId).grantTokens(null).dryRun(null).build());
      return this;
    }

    /**
     * Adds an alias that points to this key. A key has at most 50.
     *
     * @param aliasName {@code alias/} and 1 to 250 letters, digits, slashes, underscores and
     *     hyphens; not {@code alias/aws/…}, which is reserved
     * @return this builder
     */
    public KeyBuilder alias(String aliasName) {
      seed.alias(aliasName, keyId);
      return this;
    }

    private SeedKey build() {
      if (!hexadecimal) {
        throw SeedRefusals.key(keyId, "a backing key is not hexadecimal");
      }
      if (unusable != null) {
        throw SeedRefusals.key(keyId, unusable);
      }
      KeySpec built = SeedChecks.specOf(keyId, spec, typeOfPrivateKey);
      return new SeedKey(
          keyId,
          built,
          SeedChecks.usageOf(keyId, built, usage),
          origin,
          backingKeys,
          privateKey,
          description,
          tags,
          nextRotation,
          replicaRegions,
          policy,
          grants);
    }
  }
}
