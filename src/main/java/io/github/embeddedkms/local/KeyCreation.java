package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.crypto.HmacMaterial;
import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.crypto.PrivateKeyMaterial;
import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.CustomerMasterKeySpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateKey;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.MaterialEntry;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Creates keys. */
final class KeyCreation implements Family {

  /** Ids of a key that has no id yet, so that no policy can name it. */
  static final String NO_ID = "00000000-0000-0000-0000-000000000000";

  private static final String NO_MULTI_REGION_ID = "mrk-00000000000000000000000000000000";

  private final HandlerProfiles profiles;
  private final Transactions transactions;
  private final Permissions permissions;
  private final KeyPolicies policies;
  private final KeySource keys;
  private final ProviderClock clock;

  KeyCreation(Components components) {
    this.profiles = components.profiles();
    this.permissions = components.permissions();
    this.policies = components.policies();
    this.transactions = components.transactions();
    this.keys = components.keys();
    this.clock = components.clock();
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      case "CreateKey" ->
          profiles
              .withoutKey(CreateKey.class)
              .permission(this::authorizeTags)
              .require(request -> requireUsageForSpec(specOf(request), request.keyUsage()))
              .check(
                  call ->
                      KeySpecs.requireAvailable(call.caller(), specOf(call.request()), "KeySpec"))
              .require(request -> TagChecks.requireAcceptable(tagsOf(request)))
              // Its refusals come before those of unsupported members.
              .check(call -> call.policy(policyOf(call)))
              .require(KeyCreation::requireSupportedMembers)
              .act(this::createKey);
      default -> throw new AssertionError(name);
    };
  }

  /**
   * Requires a usage that fits the spec. Only for symmetric encryption keys is the usage optional.
   */
  private static void requireUsageForSpec(KeySpec spec, @Nullable KeyUsageType usage) {
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

  /** Rejects what the service accepts and this library does not support yet. */
  private static void requireSupportedMembers(CreateKey request) {
    OriginType origin = originOf(request);
    Checks.requireSupported(
        origin == OriginType.AWS_KMS || origin == OriginType.EXTERNAL, "Origin " + origin);
    Checks.requireSupported(request.customKeyStoreId() == null, "CustomKeyStoreId");
    Checks.requireSupported(request.xksKeyId() == null, "XksKeyId");
  }

  private CreateKey.Response createKey(Call<CreateKey> call) {
    Caller caller = call.caller();
    CreateKey request = call.request();
    KeySource.Draw draw = keys.next();
    boolean multiRegion = Boolean.TRUE.equals(request.multiRegion());
    Address address = Names.address(caller, multiRegion ? draw.multiRegionKeyId() : draw.keyId());
    KeySpec spec = specOf(request);
    KeyUsageType usage = usageOf(request);
    OriginType origin = originOf(request);
    // This can take seconds. No lock is held meanwhile, and the call is not run again afterwards.
    List<Material> materials =
        origin == OriginType.EXTERNAL
            ? List.of()
            : List.of(newMaterial(caller, address.id(), spec, draw.random()));
    try {
      String description = request.description() == null ? "" : request.description();
      KeyEntry key =
          newKey(address, birth(spec, usage, origin), description, tagsOf(request), materials)
              .changed(next -> next.policy(call.policy()))
              .atVersion(1);
      // The response is created before the commit, because the storage owns the material
      // afterwards.
      var response =
          new CreateKey.Response(
              KeyMetadataView.of(
                  ResolvedKey.of(caller, key),
                  multiRegion ? RelatedKeys.configuration(caller, key, List.of(key)) : null));
      transactions.create(Change.put(key));
      return response;
    } catch (RuntimeException e) {
      // Not after an Error: the storage may own the materials by then.
      materials.forEach(Material::close);
      throw e;
    }
  }

  /** Generates material for a key whose id is given. */
  Material newMaterial(Caller caller, String keyId, KeySpec spec) {
    return newMaterial(caller, keyId, spec, keys.next().random());
  }

  /** Generates material from a given source. */
  static Material newMaterial(Caller caller, String keyId, KeySpec spec, SecureRandom random) {
    KeySpecTable.Line line = KeySpecTable.of(spec);
    return switch (line.kind()) {
      case SYMMETRIC -> SymmetricMaterial.generate(keyId, suiteOf(caller), random);
      case HMAC -> HmacMaterial.generate(keyId, line.mac().get(0), random);
      case PRIVATE_KEY -> PrivateKeyMaterial.generate(keyId, KeyPairType.of(spec), random);
    };
  }

  /** Returns the properties of a key that is created now. */
  KeyEntry.Birth birth(KeySpec spec, KeyUsageType usage, OriginType origin) {
    return new KeyEntry.Birth(spec, usage, origin, clock.now());
  }

  /**
   * Creates the entry of a key, which is not stored yet. Its last material is the current one. If
   * it has none, that must be imported. The key is a primary key if it has the id of a multi-Region
   * key.
   */
  static KeyEntry newKey(
      Address address,
      KeyEntry.Birth birth,
      String description,
      List<Tag> tags,
      List<? extends Material> materials) {
    List<MaterialEntry> entries = new ArrayList<>();
    for (Material material : materials) {
      entries.add(MaterialEntry.present(material, entries.size() == materials.size() - 1));
    }
    KeyState state = entries.isEmpty() ? KeyState.PENDING_IMPORT : KeyState.ENABLED;
    return KeyEntry.created(
        address,
        birth,
        new KeyEntry.Life(state, null),
        description,
        tags,
        address.isMultiRegion() ? new KeyEntry.Relations(address.region(), null) : null,
        entries);
  }

  /**
   * Returns the cipher suite of the caller's Region. Symmetric encryption keys in China Regions are
   * SM4 keys.
   */
  static Suite suiteOf(Caller caller) {
    return KeySpecs.isInChina(caller) ? Suite.XSM4_GCM : Suite.XAES_256_GCM;
  }

  private static OriginType originOf(CreateKey request) {
    return request.origin() == null ? OriginType.AWS_KMS : request.origin();
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

  private void authorizeTags(Call<CreateKey> call) {
    if (!tagsOf(call.request()).isEmpty()) {
      permissions.requireTagsOfNewKey(call, call.caller());
    }
  }

  /**
   * Returns the key policy as it is stored, null for the default policy. Rejects a policy that the
   * key must not have.
   */
  private @Nullable Policy policyOf(Call<CreateKey> call) {
    CreateKey request = call.request();
    if (request.policy() == null) {
      return null;
    }
    return policies.requireAcceptable(
        request.policy(),
        request.bypassPolicyLockoutSafetyCheck(),
        call.caller(),
        withoutId(call.caller(), request, clock.now()));
  }

  /** Returns the key that a request creates, as its policy is checked: it has no id yet. */
  static ResolvedKey withoutId(Caller caller, CreateKey request, Instant created) {
    String keyId = Boolean.TRUE.equals(request.multiRegion()) ? NO_MULTI_REGION_ID : NO_ID;
    KeyEntry key =
        newKey(
            Names.address(caller, keyId),
            new KeyEntry.Birth(specOf(request), usageOf(request), originOf(request), created),
            "",
            tagsOf(request),
            List.of());
    return ResolvedKey.of(caller, key);
  }

  private static KeyUsageType usageOf(CreateKey request) {
    return request.keyUsage() == null ? KeyUsageType.ENCRYPT_DECRYPT : request.keyUsage();
  }

  private static List<Tag> tagsOf(CreateKey request) {
    return request.tags() == null ? List.of() : request.tags();
  }
}
