package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.KeyState.DISABLED;
import static io.github.embeddedkms.model.KeyState.ENABLED;
import static io.github.embeddedkms.model.KeyState.UNAVAILABLE;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.crypto.KeyMaterial;
import io.github.embeddedkms.exception.TagException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.CustomerMasterKeySpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateKey;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.DisableKey;
import io.github.embeddedkms.operation.EnableKey;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;

/** The life of keys: creating, describing, switching off and on. */
final class KeyOperations {

  private static final int MAX_TAGS = 50;

  private final Transactions transactions;
  private final SecureRandom random;
  private final Supplier<Instant> now;

  KeyOperations(Transactions transactions, SecureRandom random, Supplier<Instant> now) {
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

  /** What the service would accept and this library cannot do yet. */
  static void isSupported(Call<CreateKey> call) {
    CreateKey request = call.request();
    KeySpec spec = specOf(request);
    Checks.supported(spec == KeySpec.SYMMETRIC_DEFAULT, "KeySpec " + spec);
    OriginType origin = request.origin();
    Checks.supported(origin == null || origin == OriginType.AWS_KMS, "Origin " + origin);
    Checks.supported(request.customKeyStoreId() == null, "CustomKeyStoreId");
    Checks.supported(request.xksKeyId() == null, "XksKeyId");
    Checks.supported(!Boolean.TRUE.equals(request.multiRegion()), "MultiRegion");
    Checks.supported(request.policy() == null, "Policy");
    // There a symmetric encryption key is an SM4 key.
    boolean inChina = call.caller().partition().equals("aws-cn");
    Checks.supported(!inChina, "SM4, the cipher of symmetric keys in China Regions,");
  }

  CreateKey.Response createKey(Call<CreateKey> call) {
    Caller caller = call.caller();
    String keyId = newKeyId();
    KeyMaterial material = KeyMaterial.generate(keyId, random);
    KeyEntry key =
        new KeyEntry(
            new Address(caller.account(), caller.region(), keyId),
            1,
            now.get(),
            ENABLED,
            call.request().description() == null ? "" : call.request().description(),
            KeySpec.SYMMETRIC_DEFAULT,
            KeyUsageType.ENCRYPT_DECRYPT,
            OriginType.AWS_KMS,
            tagsOf(call.request()),
            List.of(material));
    try {
      transactions.commit(Change.put(key));
    } catch (RuntimeException e) {
      material.close();
      throw e;
    }
    return new CreateKey.Response(KeyMetadataView.of(key, call.arnOf(key)));
  }

  DescribeKey.Response describeKey(Call<DescribeKey> call) {
    return new DescribeKey.Response(KeyMetadataView.of(call.key(), call.keyArn()));
  }

  EnableKey.Response enableKey(Call<EnableKey> call) {
    switchTo(ENABLED, call.key());
    return new EnableKey.Response();
  }

  DisableKey.Response disableKey(Call<DisableKey> call) {
    switchTo(DISABLED, call.key());
    return new DisableKey.Response();
  }

  private void switchTo(KeyState state, KeyEntry key) {
    // A key whose key store is away takes the call and changes once the store is back.
    if (key.state() != state && key.state() != UNAVAILABLE) {
      transactions.commit(Change.put(key.changed(next -> next.state(state))));
    }
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
      throw new ValidationException(
          "You cannot specify KeySpec and CustomerMasterKeySpec in the same request."
              + " CustomerMasterKeySpec is deprecated.");
    }
    return KeySpecs.of(older);
  }

  private static List<Tag> tagsOf(CreateKey request) {
    return request.tags() == null ? List.of() : request.tags();
  }
}
