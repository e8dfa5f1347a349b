package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.CustomerMasterKeySpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateKey;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.MaterialEntry;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Creates keys. */
final class KeyCreation implements Family {

  private static final String CHINA = "aws-cn";

  private final Rows rows;
  private final Transactions transactions;
  private final SecureRandom random;
  private final KmsClock clock;

  KeyCreation(Components components) {
    this.rows = components.rows();
    this.transactions = components.transactions();
    this.random = components.random();
    this.clock = components.clock();
  }

  @Override
  public Operation<?, ?> operation(String name) {
    return switch (name) {
      case "CreateKey" ->
          rows.listing(CreateKey.class)
              .require(request -> specFitsUsage(specOf(request), request.keyUsage()))
              .require(request -> TagChecks.requireAcceptable(tagsOf(request)))
              .require(KeyCreation::everythingIsSupported)
              .act(this::createKey);
      default -> throw new AssertionError(name);
    };
  }

  /** Usage and spec belong together; only a symmetric encryption key needs no usage. */
  private static void specFitsUsage(KeySpec spec, @Nullable KeyUsageType usage) {
    if (usage == null && spec != KeySpec.SYMMETRIC_DEFAULT) {
      throw new ValidationException(
          "You must specify a KeyUsage value for all KMS keys except for symmetric encryption"
              + " keys.");
    }
    if (usage != null && !KeySpecTable.of(spec).usages().contains(usage)) {
      throw new ValidationException(
          "KeyUsage " + usage + " is not compatible with KeySpec " + spec);
    }
  }

  /** What the service would accept and this library does not support yet. */
  private static void everythingIsSupported(CreateKey request) {
    KeySpec spec = specOf(request);
    Checks.supported(spec == KeySpec.SYMMETRIC_DEFAULT, "KeySpec " + spec);
    OriginType origin = request.origin();
    Checks.supported(origin == null || origin == OriginType.AWS_KMS, "Origin " + origin);
    Checks.supported(request.customKeyStoreId() == null, "CustomKeyStoreId");
    Checks.supported(request.xksKeyId() == null, "XksKeyId");
    Checks.supported(!Boolean.TRUE.equals(request.multiRegion()), "MultiRegion");
    Checks.supported(request.policy() == null, "Policy");
  }

  private CreateKey.Response createKey(Call<CreateKey> call) {
    Caller caller = call.caller();
    CreateKey request = call.request();
    Address address = Names.address(caller, newKeyId());
    SymmetricMaterial material = newMaterial(address.id(), suiteOf(caller));
    try {
      String description = request.description() == null ? "" : request.description();
      KeyEntry key = newKey(address, description, tagsOf(request), List.of(material));
      // Created before the commit, after which the storage owns the material.
      var response = new CreateKey.Response(KeyMetadataView.of(ResolvedKey.of(caller, key)));
      transactions.commit(Change.put(key));
      return response;
    } catch (RuntimeException | Error e) {
      material.close();
      throw e;
    }
  }

  /** Material at random. */
  SymmetricMaterial newMaterial(String keyId, Suite suite) {
    return SymmetricMaterial.generate(keyId, suite, random);
  }

  /** A symmetric encryption key, to be put. */
  KeyEntry newKey(
      Address address, String description, List<Tag> tags, List<SymmetricMaterial> materials) {
    List<MaterialEntry> entries = new ArrayList<>();
    for (SymmetricMaterial material : materials) {
      entries.add(MaterialEntry.symmetric(material, entries.size() == materials.size() - 1));
    }
    return KeyEntry.created(
        address,
        new KeyEntry.Birth(
            KeySpec.SYMMETRIC_DEFAULT,
            KeyUsageType.ENCRYPT_DECRYPT,
            OriginType.AWS_KMS,
            clock.now()),
        description,
        tags,
        entries);
  }

  /** In China Regions a symmetric encryption key is an SM4 key. */
  static Suite suiteOf(Caller caller) {
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
