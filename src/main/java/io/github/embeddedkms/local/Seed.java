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
 * Keys and aliases that a provider has from its beginning, the same in every run: key ids, key
 * material, descriptions, tags and aliases. For tests and for development.
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
 * <p>Material in a seed is no secret: it stands in source code or in a file, and in memory for as
 * long as the seed does. A seed fixes ids and material, never nonces or salts: two providers of one
 * seed seal one plaintext to two blobs, and each opens the other's.
 *
 * <p>Immutable; one seed may be given to any number of providers.
 */
public final class Seed {

  private final List<SeedKey> keys;
  private final List<CreateAlias> aliases;

  Seed(List<SeedKey> keys, List<CreateAlias> aliases) {
    this.keys = List.copyOf(keys);
    this.aliases = List.copyOf(aliases);
  }

  /**
   * A seed of one's own.
   *
   * @return a builder without keys
   */
  public static Builder builder() {
    return new Builder();
  }

  /** The keys in the order in which they were given. */
  List<SeedKey> keys() {
    return keys;
  }

  /** The aliases in the order in which they were given, those given with a key included. */
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

  /** How many keys and aliases; nothing of the material. */
  @Override
  public String toString() {
    return "Seed[" + keys.size() + " keys, " + aliases.size() + " aliases]";
  }

  /** What is to be in a seed. Not safe for use by several threads. */
  public static final class Builder {

    private final List<KeyBuilder> keys = new ArrayList<>();
    private final List<CreateAlias> aliases = new ArrayList<>();

    private Builder() {}

    /**
     * Adds a symmetric encryption key.
     *
     * @param keyId its id, a UUID in lower case; ids of multi-Region keys ({@code mrk-…}) are not
     *     supported yet
     * @param key adds what else is known of it, perhaps nothing
     * @return this builder
     */
    public Builder key(String keyId, Consumer<KeyBuilder> key) {
      KeyBuilder added = new KeyBuilder(this, Objects.requireNonNull(keyId, "keyId"));
      keys.add(added);
      key.accept(added);
      return this;
    }

    /**
     * Adds an alias. Where it stands does not matter: its key may be added later.
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
     * Makes the seed, if it could be made in the service: descriptions, tags and names of aliases
     * obey what CreateKey and CreateAlias demand of them.
     *
     * @return the seed
     * @throws IllegalArgumentException if a key or an alias is not of its form, comes twice, or an
     *     alias stands for a key that is not in the seed; the text names it
     */
    public Seed build() {
      List<SeedKey> built = keys.stream().map(KeyBuilder::build).toList();
      SeedChecks.check(built, aliases);
      return new Seed(built, aliases);
    }
  }

  /** What is known of one key of a seed. Not safe for use by several threads. */
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
     * Adds key material. The one added last seals, and each opens what it has sealed. A key without
     * any gets material at random, another one in each provider and after each reset.
     *
     * @param digits 32 bytes as 64 hexadecimal digits; in China Regions 16 bytes as 32 digits, for
     *     SM4
     * @return this builder
     */
    public KeyBuilder backingKey(String digits) {
      try {
        return backingKey(HexFormat.of().parseHex(digits));
      } catch (IllegalArgumentException e) {
        // The JDK's text, like any with a part of the material in it, goes nowhere.
        hexadecimal = false;
        return this;
      }
    }

    /**
     * Adds key material. The one added last seals, and each opens what it has sealed.
     *
     * @param material 32 bytes; in China Regions 16 bytes, for SM4
     * @return this builder
     */
    public KeyBuilder backingKey(byte[] material) {
      backingKeys.add(Bytes.fromByteArray(material));
      return this;
    }

    /**
     * Says what the key is for.
     *
     * @param description 0 to 8192 characters; empty if not set
     * @return this builder
     */
    public KeyBuilder description(String description) {
      this.description = description;
      return this;
    }

    /**
     * Adds a label, one of at most 50.
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
     * Adds an alias for this key.
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
