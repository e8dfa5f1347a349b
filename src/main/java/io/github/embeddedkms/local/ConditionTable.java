package io.github.embeddedkms.local;

import io.github.embeddedkms.model.Arn;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.CreateKey;
import io.github.embeddedkms.operation.Decapsulate;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DeriveSharedSecret;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.DisableKey;
import io.github.embeddedkms.operation.EnableKeyRotation;
import io.github.embeddedkms.operation.Encapsulate;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyPair;
import io.github.embeddedkms.operation.GenerateDataKeyPairWithoutPlaintext;
import io.github.embeddedkms.operation.GenerateDataKeyWithoutPlaintext;
import io.github.embeddedkms.operation.GenerateMac;
import io.github.embeddedkms.operation.GetKeyPolicy;
import io.github.embeddedkms.operation.GetParametersForImport;
import io.github.embeddedkms.operation.GetPublicKey;
import io.github.embeddedkms.operation.ImportKeyMaterial;
import io.github.embeddedkms.operation.ListGrants;
import io.github.embeddedkms.operation.PutKeyPolicy;
import io.github.embeddedkms.operation.ReEncrypt;
import io.github.embeddedkms.operation.ReplicateKey;
import io.github.embeddedkms.operation.RetireGrant;
import io.github.embeddedkms.operation.RevokeGrant;
import io.github.embeddedkms.operation.ScheduleKeyDeletion;
import io.github.embeddedkms.operation.Sign;
import io.github.embeddedkms.operation.TagResource;
import io.github.embeddedkms.operation.UntagResource;
import io.github.embeddedkms.operation.UpdatePrimaryRegion;
import io.github.embeddedkms.operation.Verify;
import io.github.embeddedkms.operation.VerifyMac;
import io.github.embeddedkms.store.KeyEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The condition keys that requests have: a line for each key and operation. The defaults of request
 * members in conditions are written here and nowhere else. The keys about the caller's identity are
 * not here, because a {@code Principal} knows them.
 *
 * <p>Source: AWS KMS Developer Guide, "Condition keys for AWS KMS".
 */
final class ConditionTable {

  /** Returns the value of a key: null if absent, a collection if there are several values. */
  interface Value<Q> {
    @Nullable Object of(Q request, Source source, String name);
  }

  /** What the lines need besides the request. */
  interface Source {

    /** Returns what permission is asked for. */
    AccessRequest access();

    /** Returns the time of the call. */
    Instant now();

    /** Returns the names of a key's aliases. */
    List<String> aliases(KeyEntry key);

    /** Returns whether ReEncrypt has one key for both; null if the other is unknown. */
    @Nullable Boolean isOnSameKey();

    /** Returns whether ReEncrypt asks about the key that decrypts. */
    boolean isSource();

    /**
     * Returns the value of a pair of the encryption context. Of pairs whose names differ only in
     * case, it is the one with the smallest name.
     */
    @Nullable String contextValue(String name);

    /** Returns the account of the key; without a key, the caller's. */
    String resourceAccount();

    /** Returns whether a service makes the call for the caller. */
    boolean isViaService();

    /** Returns the days since the last use of the key; null without a key. */
    @Nullable Long daysUnused();

    /** Returns the value of a tag of the key; null if it has none. */
    @Nullable String tagOfKey(String name);
  }

  /** A line of the table. */
  record Line<Q>(Class<Q> request, Value<Q> value) {}

  /**
   * Where a key is in the table.
   *
   * @param lines the lines of its name
   * @param rest the name of the pair or tag; empty if there is none
   */
  record Place(List<Line<?>> lines, String rest) {}

  private static final Map<String, List<Line<?>>> TABLE = new HashMap<>();

  private static final Map<String, Place> PLACES = new ConcurrentHashMap<>();
  private static final int MAX_PLACES = 1_000;
  private static final int MAX_REMEMBERED_LENGTH = 256;

  private static final int DEFAULT_PENDING_WINDOW = 30;
  private static final int DEFAULT_ROTATION_PERIOD = 365;

  static {
    ofKeys();
    ofRequests();
    ofAliases();
    ofCalls();
  }

  private ConditionTable() {}

  /** Keys about the KMS key, which CreateKey has as parameters. */
  private static void ofKeys() {
    for (String name : List.of("kms:KeySpec", "kms:CustomerMasterKeySpec")) {
      line(
          name,
          CreateKey.class,
          q -> or(q.keySpec(), or(q.customerMasterKeySpec(), KeySpec.SYMMETRIC_DEFAULT)));
      ofKey(name, key -> key.entry().keySpec());
    }
    for (String name : List.of("kms:KeyUsage", "kms:CustomerMasterKeyUsage")) {
      line(name, CreateKey.class, q -> or(q.keyUsage(), KeyUsageType.ENCRYPT_DECRYPT));
      ofKey(name, key -> key.entry().keyUsage());
    }
    line("kms:KeyOrigin", CreateKey.class, q -> or(q.origin(), OriginType.AWS_KMS));
    ofKey("kms:KeyOrigin", key -> key.entry().origin());
    line("kms:MultiRegion", CreateKey.class, q -> or(q.multiRegion(), false));
    ofKey("kms:MultiRegion", key -> primaryRegion(key) != null);
    line(
        "kms:MultiRegionKeyType",
        CreateKey.class,
        q -> Boolean.TRUE.equals(q.multiRegion()) ? "PRIMARY" : null);
    // A replica that is being created has no key yet, but is like its primary key.
    ofKey(
        "kms:MultiRegionKeyType",
        (key, facts) -> facts.access().target().isKey() ? multiRegionKeyType(key) : "REPLICA");
    line("aws:ResourceTag/", CreateKey.class, (q, facts, name) -> tag(q.tags(), name));
    // The replica that is being created, or its primary key.
    line(
        "aws:ResourceTag/",
        ReplicateKey.class,
        (q, facts, name) ->
            facts.access().target().isKey() ? facts.tagOfKey(name) : tag(q.tags(), name));
    line("aws:ResourceTag/", Object.class, (q, facts, name) -> facts.tagOfKey(name));
    line("aws:ResourceAccount", Object.class, (q, facts, name) -> facts.resourceAccount());
    ofKey(
        "kms:ResourceAliases",
        (key, facts) -> facts.access().target().isKey() ? facts.aliases(key.entry()) : null);
  }

  /** Keys about members of requests. */
  private static void ofRequests() {
    line("kms:EncryptionContext:", Object.class, (q, facts, name) -> facts.contextValue(name));
    line(
        "kms:EncryptionContextKeys",
        Object.class,
        (q, facts, name) -> facts.access().context().asMap().keySet());
    encryptionAlgorithms();
    line("kms:SigningAlgorithm", Sign.class, Sign::signingAlgorithm);
    line("kms:SigningAlgorithm", Verify.class, Verify::signingAlgorithm);
    line("kms:MessageType", Sign.class, q -> or(q.messageType(), MessageType.RAW));
    line("kms:MessageType", Verify.class, q -> or(q.messageType(), MessageType.RAW));
    line("kms:MacAlgorithm", GenerateMac.class, GenerateMac::macAlgorithm);
    line("kms:MacAlgorithm", VerifyMac.class, VerifyMac::macAlgorithm);
    line(
        "kms:KeyAgreementAlgorithm",
        DeriveSharedSecret.class,
        DeriveSharedSecret::keyAgreementAlgorithm);
    line("kms:DataKeyPairSpec", GenerateDataKeyPair.class, GenerateDataKeyPair::keyPairSpec);
    line(
        "kms:DataKeyPairSpec",
        GenerateDataKeyPairWithoutPlaintext.class,
        GenerateDataKeyPairWithoutPlaintext::keyPairSpec);
    line(
        "kms:BypassPolicyLockoutSafetyCheck",
        CreateKey.class,
        CreateKey::bypassPolicyLockoutSafetyCheck);
    line(
        "kms:BypassPolicyLockoutSafetyCheck",
        PutKeyPolicy.class,
        PutKeyPolicy::bypassPolicyLockoutSafetyCheck);
    line(
        "kms:BypassPolicyLockoutSafetyCheck",
        ReplicateKey.class,
        ReplicateKey::bypassPolicyLockoutSafetyCheck);
    line("kms:PolicyName", GetKeyPolicy.class, q -> or(q.policyName(), "default"));
    line("kms:PolicyName", PutKeyPolicy.class, q -> or(q.policyName(), "default"));
    line(
        "kms:ScheduleKeyDeletionPendingWindowInDays",
        ScheduleKeyDeletion.class,
        q -> or(q.pendingWindowInDays(), DEFAULT_PENDING_WINDOW));
    line(
        "kms:RotationPeriodInDays",
        EnableKeyRotation.class,
        q -> or(q.rotationPeriodInDays(), DEFAULT_ROTATION_PERIOD));
    line(
        "kms:WrappingAlgorithm",
        GetParametersForImport.class,
        GetParametersForImport::wrappingAlgorithm);
    line(
        "kms:WrappingKeySpec",
        GetParametersForImport.class,
        GetParametersForImport::wrappingKeySpec);
    line("kms:ExpirationModel", ImportKeyMaterial.class, ImportKeyMaterial::expirationModel);
    line("kms:ValidTo", ImportKeyMaterial.class, ImportKeyMaterial::validTo);
    ofGrants();
    line("kms:PrimaryRegion", UpdatePrimaryRegion.class, UpdatePrimaryRegion::primaryRegion);
    line("kms:ReplicaRegion", ReplicateKey.class, ReplicateKey::replicaRegion);
    line("aws:RequestTag/", ReplicateKey.class, (q, facts, name) -> tag(q.tags(), name));
    line("aws:TagKeys", ReplicateKey.class, q -> keysOf(q.tags()));
    line("aws:RequestTag/", TagResource.class, (q, facts, name) -> tag(q.tags(), name));
    line("aws:RequestTag/", CreateKey.class, (q, facts, name) -> tag(q.tags(), name));
    line("aws:TagKeys", TagResource.class, q -> keysOf(q.tags()));
    line("aws:TagKeys", CreateKey.class, q -> keysOf(q.tags()));
    line("aws:TagKeys", UntagResource.class, UntagResource::tagKeys);
  }

  /** The pairs of the encryption context are those of the grant's constraint. */
  private static void ofGrants() {
    line("kms:GrantOperations", CreateGrant.class, CreateGrant::operations);
    line("kms:GranteePrincipal", CreateGrant.class, CreateGrant::granteePrincipal);
    line("kms:RetiringPrincipal", CreateGrant.class, CreateGrant::retiringPrincipal);
    line("kms:GranteeServicePrincipal", CreateGrant.class, CreateGrant::granteeServicePrincipal);
    line("kms:RetiringServicePrincipal", CreateGrant.class, CreateGrant::retiringServicePrincipal);
    line(
        "kms:GrantConstraintSourceArn",
        CreateGrant.class,
        q -> q.constraints() == null ? null : q.constraints().sourceArn());
    line("kms:GrantConstraintType", CreateGrant.class, q -> constraintType(q.constraints()));
    line(
        "kms:GrantConstraintType",
        RetireGrant.class,
        (q, facts, name) ->
            facts.access().grant() == null
                ? null
                : constraintType(facts.access().grant().constraints()));
    for (Class<?> request : List.of(CreateGrant.class, ListGrants.class, RevokeGrant.class)) {
      line(
          "kms:GrantIsForAWSResource",
          request,
          (q, facts, name) -> facts.access().caller().isService() || facts.isViaService());
    }
  }

  private static @Nullable String constraintType(@Nullable GrantConstraints constraints) {
    if (constraints == null) {
      return null;
    }
    if (constraints.encryptionContextEquals() != null) {
      return "EncryptionContextEquals";
    }
    return constraints.encryptionContextSubset() == null ? null : "EncryptionContextSubset";
  }

  private static void encryptionAlgorithms() {
    String name = "kms:EncryptionAlgorithm";
    EncryptionAlgorithmSpec symmetric = EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT;
    line(name, Encrypt.class, q -> or(q.encryptionAlgorithm(), symmetric));
    line(name, Decrypt.class, q -> or(q.encryptionAlgorithm(), symmetric));
    line(
        name,
        ReEncrypt.class,
        (q, facts, rest) ->
            or(
                facts.isSource()
                    ? q.sourceEncryptionAlgorithm()
                    : q.destinationEncryptionAlgorithm(),
                symmetric));
    line(name, GenerateDataKey.class, q -> symmetric);
    line(name, GenerateDataKeyWithoutPlaintext.class, q -> symmetric);
    line(name, GenerateDataKeyPair.class, q -> symmetric);
    line(name, GenerateDataKeyPairWithoutPlaintext.class, q -> symmetric);
  }

  /** The operations that tell by which alias the request names the key. */
  private static void ofAliases() {
    alias(Encrypt.class, Encrypt::keyId);
    alias(Decrypt.class, Decrypt::keyId);
    alias(GenerateDataKey.class, GenerateDataKey::keyId);
    alias(GenerateDataKeyWithoutPlaintext.class, GenerateDataKeyWithoutPlaintext::keyId);
    alias(GenerateDataKeyPair.class, GenerateDataKeyPair::keyId);
    alias(GenerateDataKeyPairWithoutPlaintext.class, GenerateDataKeyPairWithoutPlaintext::keyId);
    alias(Sign.class, Sign::keyId);
    alias(Verify.class, Verify::keyId);
    alias(GenerateMac.class, GenerateMac::keyId);
    alias(VerifyMac.class, VerifyMac::keyId);
    alias(DeriveSharedSecret.class, DeriveSharedSecret::keyId);
    alias(Encapsulate.class, Encapsulate::keyId);
    alias(Decapsulate.class, Decapsulate::keyId);
    alias(GetPublicKey.class, GetPublicKey::keyId);
    alias(DescribeKey.class, DescribeKey::keyId);
    line(
        "kms:RequestAlias",
        ReEncrypt.class,
        (q, facts, name) -> aliasName(facts.isSource() ? q.sourceKeyId() : q.destinationKeyId()));
  }

  private static <Q> void alias(Class<Q> request, Function<Q, @Nullable String> keyId) {
    line("kms:RequestAlias", request, q -> aliasName(keyId.apply(q)));
  }

  /** Keys about the call. */
  private static void ofCalls() {
    line("kms:ReEncryptOnSameKey", ReEncrypt.class, (q, facts, name) -> facts.isOnSameKey());
    for (Class<?> request : List.of(DisableKey.class, ScheduleKeyDeletion.class)) {
      line("kms:TrailingDaysWithoutKeyUsage", request, (q, facts, name) -> facts.daysUnused());
    }
    line("aws:RequestedRegion", Object.class, (q, facts, name) -> facts.access().caller().region());
    line("aws:CurrentTime", Object.class, (q, facts, name) -> facts.now());
    line("aws:EpochTime", Object.class, (q, facts, name) -> facts.now().getEpochSecond());
    // Without TLS too, so that the usual statement that denies it does not apply to tests.
    line("aws:SecureTransport", Object.class, q -> true);
    line("aws:ViaAWSService", Object.class, (q, facts, name) -> facts.isViaService());
  }

  private static <Q> void line(String name, Class<Q> request, Function<Q, @Nullable Object> value) {
    line(name, request, (q, facts, rest) -> value.apply(q));
  }

  private static <Q> void line(String name, Class<Q> request, Value<Q> value) {
    TABLE
        .computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
        .add(new Line<>(request, value));
  }

  private static void ofKey(String name, Function<ResolvedKey, @Nullable Object> value) {
    ofKey(name, (key, facts) -> value.apply(key));
  }

  private static void ofKey(String name, BiFunction<ResolvedKey, Source, @Nullable Object> value) {
    line(
        name,
        Object.class,
        (q, facts, rest) ->
            facts.access().key() == null ? null : value.apply(facts.access().key(), facts));
  }

  /**
   * Returns the names of all keys in lower case; those with a name of a pair end after its colon.
   */
  static Set<String> keys() {
    return Collections.unmodifiableSet(TABLE.keySet());
  }

  /** Returns where a key is in the table. Policies ask for the same keys again and again. */
  static Place placeOf(String key) {
    Place known = PLACES.get(key);
    if (known == null) {
      int end = endOfName(key);
      String name = end == 0 ? key : key.substring(0, end);
      known = new Place(TABLE.getOrDefault(name, List.of()), key.substring(end));
      // Policies can ask for any number of keys, of any length.
      if (key.length() <= MAX_REMEMBERED_LENGTH) {
        if (PLACES.size() >= MAX_PLACES) {
          PLACES.clear();
        }
        PLACES.put(key, known);
      }
    }
    return known;
  }

  /**
   * Returns where the name of a pair or tag begins in a key: after the first colon or slash behind
   * the prefix. The name itself may have more of them.
   */
  private static int endOfName(String key) {
    for (int i = key.indexOf(':') + 1; i < key.length(); i++) {
      if (key.charAt(i) == ':' || key.charAt(i) == '/') {
        return i + 1;
      }
    }
    return 0;
  }

  private static @Nullable List<String> keysOf(@Nullable List<Tag> tags) {
    return tags == null ? null : tags.stream().map(Tag::tagKey).toList();
  }

  static @Nullable String tag(@Nullable List<Tag> tags, String name) {
    return tags == null
        ? null
        : tags.stream()
            .filter(tag -> isSame(tag.tagKey(), name))
            .min(Comparator.comparing(Tag::tagKey))
            .map(Tag::tagValue)
            .orElse(null);
  }

  /**
   * Returns whether a name is another one in lower case. Not {@code equalsIgnoreCase}, for which
   * some letters are the same that have different lower cases.
   */
  static boolean isSame(String name, String lower) {
    return name.equals(lower) || name.toLowerCase(Locale.ROOT).equals(lower);
  }

  private static @Nullable String aliasName(@Nullable String keyId) {
    if (keyId == null) {
      return null;
    }
    String name = Arn.parse(keyId).map(Arn::resource).orElse(keyId);
    return name.startsWith("alias/") ? name : null;
  }

  private static @Nullable String primaryRegion(ResolvedKey key) {
    KeyEntry.Relations relations = key.entry().relations();
    return relations == null ? null : relations.primaryRegion();
  }

  private static @Nullable String multiRegionKeyType(ResolvedKey key) {
    String primary = primaryRegion(key);
    if (primary == null) {
      return null;
    }
    return key.entry().address().region().equals(primary) ? "PRIMARY" : "REPLICA";
  }

  private static Object or(@Nullable Object value, Object otherwise) {
    return value == null ? otherwise : value;
  }
}
