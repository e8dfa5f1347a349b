package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.exception.TagException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.CustomerMasterKeySpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateKey;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.MaterialEntry;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Creates keys. */
final class KeyCreation {

  private static final int MAX_TAGS = 50;
  private static final String CHINA = "aws-cn";

  private final Transactions transactions;
  private final SecureRandom random;
  private final Supplier<Instant> now;

  KeyCreation(Transactions transactions, SecureRandom random, Supplier<Instant> now) {
    this.transactions = transactions;
    this.random = random;
    this.now = now;
  }

  /** Usage and spec belong together; only a symmetric encryption key needs no usage. */
  static void specFitsUsage(Call<CreateKey> call) {
    KeySpec spec = specOf(call.request());
    KeyUsageType usage = call.request().keyUsage();
    if (usage == null && spec != KeySpec.SYMMETRIC_DEFAULT) {
      throw new ValidationException(
          "You must specify a KeyUsage value for all KMS keys except for symmetric encryption"
              + " keys.");
    }
    if (usage != null && !KeySpecs.usagesOf(spec).contains(usage)) {
      throw new ValidationException(
          "KeyUsage " + usage + " is not compatible with KeySpec " + spec);
    }
  }

  /** Tags are distinct, at most 50, and none is reserved. */
  static void tagsAreAcceptable(Call<CreateKey> call) {
    List<Tag> tags = tagsOf(call.request());
    if (tags.stream().map(Tag::tagKey).distinct().count() < tags.size()) {
      throw new TagException("Duplicate tag keys");
    }
    if (tags.size() > MAX_TAGS) {
      throw new TagException("Too many tags");
    }
    if (tags.stream().anyMatch(tag -> tag.tagKey().toLowerCase(Locale.ROOT).startsWith("aws:"))) {
      throw new TagException("Tags beginning with aws: are reserved");
    }
  }

  /** What the service would accept and this library does not support yet. */
  static void everythingIsSupported(Call<CreateKey> call) {
    CreateKey request = call.request();
    KeySpec spec = specOf(request);
    Checks.supported(spec == KeySpec.SYMMETRIC_DEFAULT, "KeySpec " + spec);
    OriginType origin = request.origin();
    Checks.supported(origin == null || origin == OriginType.AWS_KMS, "Origin " + origin);
    Checks.supported(request.customKeyStoreId() == null, "CustomKeyStoreId");
    Checks.supported(request.xksKeyId() == null, "XksKeyId");
    Checks.supported(!Boolean.TRUE.equals(request.multiRegion()), "MultiRegion");
    Checks.supported(request.policy() == null, "Policy");
  }

  CreateKey.Response createKey(Call<CreateKey> call) {
    Caller caller = call.caller();
    String keyId = newKeyId();
    SymmetricMaterial material = SymmetricMaterial.generate(keyId, suiteOf(caller), random);
    try {
      KeyEntry key = entry(caller, keyId, call.request(), List.of(material));
      // Created before the commit, after which the storage owns the material.
      var response = new CreateKey.Response(KeyMetadataView.of(key, Names.arnOf(caller, key)));
      transactions.commit(Change.put(key));
      return response;
    } catch (RuntimeException | Error e) {
      material.close();
      throw e;
    }
  }

  /** A key as a seed has it, to be put. */
  KeyEntry seededKey(Caller caller, SeedKey key) {
    Suite suite = suiteOf(caller);
    for (Bytes material : key.backingKeys()) {
      if (material.length() != suite.keyBytes()) {
        throw SeedChecks.keyRefused(
            key.keyId(),
            "material in "
                + caller.region()
                + " has "
                + suite.keyBytes()
                + " bytes, not "
                + material.length());
      }
    }
    // The lengths are right: no material fails to be made and leaves others behind.
    Stream<SymmetricMaterial> materials =
        key.backingKeys().isEmpty()
            ? Stream.of(SymmetricMaterial.generate(key.keyId(), suite, random))
            : key.backingKeys().stream().map(bytes -> material(key.keyId(), suite, bytes));
    return entry(caller, key.keyId(), key.request(), materials.toList());
  }

  private SymmetricMaterial material(String keyId, Suite suite, Bytes bytes) {
    SecretBytes copy = SecretBytes.fromByteArray(bytes.asByteArray());
    return SymmetricMaterial.of(keyId, suite, copy);
  }

  private KeyEntry entry(
      Caller caller, String keyId, CreateKey request, List<SymmetricMaterial> materials) {
    List<MaterialEntry> entries = new ArrayList<>();
    for (SymmetricMaterial material : materials) {
      entries.add(MaterialEntry.symmetric(material, entries.size() == materials.size() - 1));
    }
    return KeyEntry.created(
        Names.address(caller, keyId),
        new KeyEntry.Birth(
            KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT, OriginType.AWS_KMS, now.get()),
        request.description() == null ? "" : request.description(),
        tagsOf(request),
        entries);
  }

  /** In China Regions a symmetric encryption key is an SM4 key. */
  private static Suite suiteOf(Caller caller) {
    return caller.partition().equals(CHINA) ? Suite.XSM4_GCM : Suite.XAES_256_GCM;
  }

  /** A random UUID (RFC 9562, version 4), drawn from the provider's own randomness. */
  private String newKeyId() {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & ~(0b11L << 62)) | (0b10L << 62);
    return new UUID(high, low).toString();
  }

  private static KeySpec specOf(CreateKey request) {
    KeySpec spec = request.keySpec();
    CustomerMasterKeySpec older = request.customerMasterKeySpec();
    if (older == null) {
      return spec == null ? KeySpec.SYMMETRIC_DEFAULT : spec;
    }
    if (spec != null && spec != KeySpecs.of(older)) {
      // The two must not differ; the service's message for that was never recorded.
      throw new ValidationException("embedded-kms: KeySpec and CustomerMasterKeySpec differ");
    }
    return KeySpecs.of(older);
  }

  private static List<Tag> tagsOf(CreateKey request) {
    return request.tags() == null ? List.of() : request.tags();
  }
}
