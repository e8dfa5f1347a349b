package io.github.embeddedkms.local;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateAlias;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The initial keys and aliases of a provider, the same in every run: key ids, key material,
 * descriptions, tags and aliases. For tests and for development.
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

  Seed(List<SeedKey> keys, List<CreateAlias> aliases) {
    this.keys = List.copyOf(keys);
    this.aliases = List.copyOf(aliases);
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

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Seed that && keys.equals(that.keys) && aliases.equals(that.aliases);
  }

  @Override
  public int hashCode() {
    return 31 * keys.hashCode() + aliases.hashCode();
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

    private Builder() {}

    /**
     * Adds a symmetric encryption key.
     *
     * @param keyId its id, a UUID in lower case; ids of multi-Region keys ({@code mrk-…}) are not
     *     supported yet
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
     * Adds an alias. The order does not matter: its key may be added later.
     *
     * @param aliasName {@code alias/} and 1 to 250 letters, digits, slashes, colons, underscores
     *     and hyphens; not {@code alias/aws/…}, which is reserved
     * @param targetKeyId the id of a key of this seed
     * @return this builder
     */
    public Builder alias(String aliasName, String targetKeyId) {
      aliases.add(new CreateAlias(aliasName, targetKeyId));
      return this;
    }

    /**
     * Creates the seed. The constraints of CreateKey and CreateAlias apply to its descriptions,
     * tags and alias names.
     *
     * @return the seed
     * @throws IllegalArgumentException if a key or an alias is malformed or occurs twice, or if an
     *     alias points to a key that is not in the seed; the message names the key or alias
     */
    public Seed build() {
      List<SeedKey> built = keys.stream().map(KeyBuilder::build).toList();
      SeedChecks.check(built, aliases);
      return new Seed(built, aliases);
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

    private KeyBuilder(Builder seed, String keyId) {
      this.seed = seed;
      this.keyId = keyId;
    }

    /**
     * Adds key material. The material that is added last encrypts; each one decrypts what it has
     * encrypted. A key without backing keys gets random material, a different one in each provider
     * and after each reset.
     *
     * @param digits 32 bytes as 64 hexadecimal digits; in China Regions 16 bytes as 32 digits, for
     *     SM4
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
     * Adds key material. The material that is added last encrypts; each one decrypts what it has
     * encrypted.
     *
     * @param material 32 bytes; in China Regions 16 bytes, for SM4
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
     * Adds an alias that points to this key.
     *
     * @param aliasName {@code alias/} and 1 to 250 letters, digits, slashes, colons, underscores
     *     and hyphens; not {@code alias/aws/…}, which is reserved
     * @return this builder
     */
    public KeyBuilder alias(String aliasName) {
      seed.alias(aliasName, keyId);
      return this;
    }

    private SeedKey build() {
      if (!hexadecimal) {
        throw SeedChecks.keyRefused(keyId, "a backing key is not hexadecimal");
      }
      return new SeedKey(keyId, backingKeys, description, tags);
    }
  }
}
