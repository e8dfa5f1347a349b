package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.authorization.Inquiry;
import io.github.embeddedkms.model.AlgorithmSpec;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.CustomerMasterKeySpec;
import io.github.embeddedkms.model.DataKeyPairSpec;
import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.ExpirationModelType;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeyAgreementAlgorithmSpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.model.WrappingKeySpec;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.CreateGrantBuilder;
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
import io.github.embeddedkms.operation.ListKeys;
import io.github.embeddedkms.operation.PutKeyPolicy;
import io.github.embeddedkms.operation.ReEncrypt;
import io.github.embeddedkms.operation.ReplicateKey;
import io.github.embeddedkms.operation.ReplicateKeyBuilder;
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
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The values of condition keys for requests of each operation. */
class RequestFactsTest {

  private static final Caller CALLER = Caller.of(Fixture.REGION, Fixture.ACCOUNT);
  private static final String ALIAS = "alias/orders";
  private static final String USER = "arn:aws:iam::111122223333:user/alice";
  private static final Bytes BYTES = Bytes.fromUtf8String("b");
  private static final SecretBytes MESSAGE = SecretBytes.fromUtf8String("m");

  private final Fixture fixture = new Fixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private static final class At implements RequestFacts.Surroundings {
    @Override
    public Instant now() {
      return Instant.parse("2029-12-31T12:00:00Z");
    }

    @Override
    public List<String> aliases(KeyEntry key) {
      return List.of("alias/a", "alias/b");
    }

    @Override
    public Instant lastUse(KeyEntry key) {
      return Instant.parse("2029-12-21T13:00:00Z");
    }

    @Override
    public String otherKeyArn() {
      return "arn:other";
    }
  }

  private List<String> values(
      Object request, String action, ResolvedKey key, EncryptionContext context, String name) {
    return values(CALLER, request, action, key, context, null, name);
  }

  private static List<String> values(
      Caller caller,
      Object request,
      String action,
      ResolvedKey key,
      EncryptionContext context,
      Grant grant,
      String name) {
    AccessRequest access =
        new AccessRequest(
            caller,
            action,
            key == null ? Inquiry.Target.ACCOUNT : key.target(),
            key == null ? "*" : key.arn(),
            key,
            context,
            request,
            () -> "arn:other",
            grant);
    return new RequestFacts(access, new At()).values(name.toLowerCase(Locale.ROOT));
  }

  private List<String> values(Object request, String name) {
    ResolvedKey key =
        request instanceof CreateKey || request instanceof ListKeys
            ? null
            : ResolvedKey.of(CALLER, fixture.key());
    String action = request.getClass().getSimpleName();
    return values(request, action, key, EncryptionContext.none(), name);
  }

  /** A request, one of its keys, and the values. */
  private record Row(Object request, String key, List<String> values) {
    @Override
    public String toString() {
      return request.getClass().getSimpleName() + " " + key;
    }
  }

  private static Row row(Object request, String key, Object... values) {
    return new Row(request, key, List.of(values).stream().map(Object::toString).toList());
  }

  private static CreateKey createKey(KeySpec spec, List<Tag> tags, Boolean multiRegion) {
    return new CreateKey(null, null, null, null, spec, null, null, null, tags, multiRegion, null);
  }

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    creation(rows);
    algorithms(rows);
    aliases(rows);
    rows.add(row(new PutKeyPolicy("k", null, "p", null), "kms:PolicyName", "default"));
    rows.add(row(new PutKeyPolicy("k", "x", "p", null), "kms:PolicyName", "x"));
    rows.add(row(new GetKeyPolicy("k", null), "kms:PolicyName", "default"));
    String bypass = "kms:BypassPolicyLockoutSafetyCheck";
    rows.add(row(new PutKeyPolicy("k", null, "p", null), bypass));
    rows.add(row(new PutKeyPolicy("k", null, "p", false), bypass, "false"));
    String window = "kms:ScheduleKeyDeletionPendingWindowInDays";
    rows.add(row(new ScheduleKeyDeletion("k", null), window, "30"));
    rows.add(row(new ScheduleKeyDeletion("k", 7), window, "7"));
    rows.add(row(new EnableKeyRotation("k", null), "kms:RotationPeriodInDays", "365"));
    rows.add(row(new EnableKeyRotation("k", 90), "kms:RotationPeriodInDays", "90"));
    String trailing = "kms:TrailingDaysWithoutKeyUsage";
    rows.add(row(new DisableKey("k"), trailing, "9"));
    rows.add(row(new ScheduleKeyDeletion("k", null), trailing, "9"));
    TagResource tag = new TagResource("k", List.of(new Tag("Env", "dev"), new Tag("b", "c")));
    rows.add(row(tag, "aws:RequestTag/env", "dev"));
    rows.add(row(tag, "aws:RequestTag/x"));
    TagResource named = new TagResource("k", List.of(new Tag("a:b/c", "v")));
    rows.add(row(named, "aws:RequestTag/a:b/c", "v"));
    rows.add(row(named, "aws:RequestTag/c"));
    rows.add(row(tag, "aws:TagKeys", "Env", "b"));
    rows.add(row(new UntagResource("k", List.of("a", "b")), "aws:TagKeys", "a", "b"));
    rows.add(row(new UntagResource("k", List.of("a")), "aws:RequestTag/a"));
    ListKeys list = new ListKeys(null, null, null);
    rows.add(row(list, "aws:RequestedRegion", Fixture.REGION));
    rows.add(row(list, "aws:CurrentTime", "2029-12-31T12:00:00Z"));
    rows.add(row(list, "aws:EpochTime", Instant.parse("2029-12-31T12:00:00Z").getEpochSecond()));
    rows.add(row(list, "aws:SecureTransport", "true"));
    rows.add(row(list, "aws:ViaAWSService", "false"));
    imports(rows);
    replicas(rows);
    grants(rows);
    for (String ofKey : List.of("kms:KeySpec", "aws:ResourceTag/a", "kms:ResourceAliases")) {
      rows.add(row(list, ofKey));
    }
    rows.add(row(list, "aws:SourceIp"));
    rows.add(row(list, "x"));
    return rows;
  }

  private static void imports(List<Row> rows) {
    GetParametersForImport parameters =
        new GetParametersForImport("k", AlgorithmSpec.RSAES_OAEP_SHA_256, WrappingKeySpec.RSA_4096);
    rows.add(row(parameters, "kms:WrappingAlgorithm", "RSAES_OAEP_SHA_256"));
    rows.add(row(parameters, "kms:WrappingKeySpec", "RSA_4096"));
    Instant validTo = Instant.parse("2030-01-02T03:04:05Z");
    ImportKeyMaterial expiring =
        new ImportKeyMaterial(
            "k", BYTES, BYTES, validTo, ExpirationModelType.KEY_MATERIAL_EXPIRES, null, null, null);
    ImportKeyMaterial plain =
        new ImportKeyMaterial("k", BYTES, BYTES, null, null, null, null, null);
    rows.add(row(expiring, "kms:ExpirationModel", "KEY_MATERIAL_EXPIRES"));
    rows.add(row(expiring, "kms:ValidTo", validTo));
    rows.add(row(plain, "kms:ExpirationModel"));
    rows.add(row(plain, "kms:ValidTo"));
  }

  private static void replicas(List<Row> rows) {
    ReplicateKey replicate =
        ReplicateKeyBuilder.builder()
            .keyId("k")
            .replicaRegion("us-west-2")
            .bypassPolicyLockoutSafetyCheck(true)
            .tags(List.of(new Tag("Env", "dev")))
            .build();
    ReplicateKey plain =
        ReplicateKeyBuilder.builder().keyId("k").replicaRegion("us-west-2").build();
    rows.add(row(replicate, "kms:ReplicaRegion", "us-west-2"));
    rows.add(row(replicate, "kms:BypassPolicyLockoutSafetyCheck", "true"));
    rows.add(row(replicate, "aws:RequestTag/env", "dev"));
    rows.add(row(replicate, "aws:TagKeys", "Env"));
    // Of the primary key, which has no tags.
    rows.add(row(replicate, "aws:ResourceTag/env"));
    rows.add(row(plain, "kms:BypassPolicyLockoutSafetyCheck"));
    rows.add(row(plain, "aws:TagKeys"));
    rows.add(row(new UpdatePrimaryRegion("k", "us-west-2"), "kms:PrimaryRegion", "us-west-2"));
  }

  private static void grants(List<Row> rows) {
    String source = "arn:aws:s3::111122223333:bucket";
    Map<String, String> pairs = Map.of("Dept", "IT");
    CreateGrant grant =
        CreateGrantBuilder.builder()
            .keyId("k")
            .granteePrincipal(USER)
            .retiringPrincipal("111122223333")
            .operations(List.of(GrantOperation.DECRYPT, GrantOperation.RE_ENCRYPT_FROM))
            .constraints(new GrantConstraints(pairs, null, source))
            .build();
    CreateGrant ofServices =
        CreateGrantBuilder.builder()
            .keyId("k")
            .granteeServicePrincipal("rds.amazonaws.com")
            .retiringServicePrincipal("s3.amazonaws.com")
            .operations(List.of(GrantOperation.DECRYPT))
            .constraints(new GrantConstraints(null, null, source))
            .build();
    CreateGrant plain = CreateGrantBuilder.builder().keyId("k").operations(List.of()).build();
    rows.add(row(grant, "kms:GrantOperations", "Decrypt", "ReEncryptFrom"));
    rows.add(row(plain, "kms:GrantOperations"));
    rows.add(row(grant, "kms:GranteePrincipal", USER));
    rows.add(row(ofServices, "kms:GranteePrincipal"));
    rows.add(row(grant, "kms:RetiringPrincipal", "111122223333"));
    rows.add(row(ofServices, "kms:RetiringPrincipal"));
    rows.add(row(ofServices, "kms:GranteeServicePrincipal", "rds.amazonaws.com"));
    rows.add(row(grant, "kms:GranteeServicePrincipal"));
    rows.add(row(ofServices, "kms:RetiringServicePrincipal", "s3.amazonaws.com"));
    rows.add(row(grant, "kms:RetiringServicePrincipal"));
    rows.add(row(grant, "kms:GrantConstraintSourceArn", source));
    rows.add(row(plain, "kms:GrantConstraintSourceArn"));
    String type = "kms:GrantConstraintType";
    rows.add(row(grant, type, "EncryptionContextSubset"));
    rows.add(
        row(
            CreateGrantBuilder.builder(grant)
                .constraints(new GrantConstraints(null, pairs, null))
                .build(),
            type,
            "EncryptionContextEquals"));
    rows.add(row(ofServices, type));
    rows.add(row(plain, type));
    rows.add(row(new RetireGrant("t", null, null, null), type));
    String forService = "kms:GrantIsForAWSResource";
    rows.add(row(grant, forService, "false"));
    rows.add(row(new ListGrants(null, null, "k", null, null, null), forService, "false"));
    rows.add(row(new RevokeGrant("k", "g", null), forService, "false"));
    rows.add(row(new RetireGrant(null, "k", "g", null), forService));
    rows.add(row(new DisableKey("k"), forService));
  }

  private static void creation(List<Row> rows) {
    CreateKey plain = createKey(null, null, null);
    CreateKey older =
        new CreateKey(
            null,
            null,
            KeyUsageType.SIGN_VERIFY,
            CustomerMasterKeySpec.RSA_2048,
            null,
            OriginType.EXTERNAL,
            null,
            true,
            null,
            null,
            null);
    for (String key : List.of("kms:KeySpec", "kms:CustomerMasterKeySpec")) {
      rows.add(row(plain, key, "SYMMETRIC_DEFAULT"));
      rows.add(row(older, key, "RSA_2048"));
      rows.add(row(createKey(KeySpec.HMAC_256, null, null), key, "HMAC_256"));
      rows.add(row(new DisableKey("k"), key, "SYMMETRIC_DEFAULT"));
    }
    for (String key : List.of("kms:KeyUsage", "kms:CustomerMasterKeyUsage")) {
      rows.add(row(plain, key, "ENCRYPT_DECRYPT"));
      rows.add(row(older, key, "SIGN_VERIFY"));
      rows.add(row(new DisableKey("k"), key, "ENCRYPT_DECRYPT"));
    }
    rows.add(row(plain, "kms:KeyOrigin", "AWS_KMS"));
    rows.add(row(older, "kms:KeyOrigin", "EXTERNAL"));
    rows.add(row(new DisableKey("k"), "kms:KeyOrigin", "AWS_KMS"));
    rows.add(row(plain, "kms:MultiRegion", "false"));
    rows.add(row(createKey(null, null, true), "kms:MultiRegion", "true"));
    rows.add(row(plain, "kms:MultiRegionKeyType"));
    rows.add(row(createKey(null, null, true), "kms:MultiRegionKeyType", "PRIMARY"));
    rows.add(row(new DisableKey("k"), "kms:MultiRegion", "false"));
    rows.add(row(new DisableKey("k"), "kms:MultiRegionKeyType"));
    rows.add(row(older, "kms:BypassPolicyLockoutSafetyCheck", "true"));
    rows.add(row(plain, "kms:BypassPolicyLockoutSafetyCheck"));
    CreateKey tagged = createKey(null, List.of(new Tag("Env", "dev")), null);
    rows.add(row(tagged, "aws:RequestTag/env", "dev"));
    rows.add(row(tagged, "aws:ResourceTag/env", "dev"));
    rows.add(row(tagged, "aws:TagKeys", "Env"));
    rows.add(row(plain, "aws:TagKeys"));
    rows.add(row(plain, "kms:ResourceAliases"));
    rows.add(row(plain, "aws:ResourceAccount", Fixture.ACCOUNT));
    rows.add(row(new DisableKey("k"), "aws:ResourceAccount", Fixture.ACCOUNT));
    rows.add(row(new DisableKey("k"), "kms:ResourceAliases", "alias/a", "alias/b"));
  }

  private static void algorithms(List<Row> rows) {
    String encryption = "kms:EncryptionAlgorithm";
    EncryptionAlgorithmSpec rsa = EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256;
    rows.add(row(new Encrypt("k", MESSAGE, null, null, rsa, null), encryption, rsa));
    for (Object request : ofSymmetricKeys("k")) {
      rows.add(row(request, encryption, "SYMMETRIC_DEFAULT"));
    }
    SigningAlgorithmSpec pss = SigningAlgorithmSpec.RSASSA_PSS_SHA_256;
    Sign sign = new Sign("k", MESSAGE, null, null, pss, null);
    Verify verify = new Verify("k", MESSAGE, MessageType.DIGEST, BYTES, pss, null, null);
    rows.add(row(sign, "kms:SigningAlgorithm", pss));
    rows.add(row(verify, "kms:SigningAlgorithm", pss));
    rows.add(row(sign, "kms:MessageType", "RAW"));
    rows.add(row(verify, "kms:MessageType", "DIGEST"));
    MacAlgorithmSpec mac = MacAlgorithmSpec.HMAC_SHA_256;
    rows.add(row(new GenerateMac(MESSAGE, "k", mac, null, null), "kms:MacAlgorithm", mac));
    rows.add(row(new VerifyMac(MESSAGE, "k", mac, BYTES, null, null), "kms:MacAlgorithm", mac));
    rows.add(
        row(
            new DeriveSharedSecret("k", KeyAgreementAlgorithmSpec.ECDH, BYTES, null, null, null),
            "kms:KeyAgreementAlgorithm",
            "ECDH"));
    DataKeyPairSpec pair = DataKeyPairSpec.ECC_NIST_P256;
    rows.add(
        row(
            new GenerateDataKeyPair(null, "k", pair, null, null, null),
            "kms:DataKeyPairSpec",
            pair));
    rows.add(
        row(
            new GenerateDataKeyPairWithoutPlaintext(null, "k", pair, null, null),
            "kms:DataKeyPairSpec",
            pair));
  }

  private static List<Object> ofSymmetricKeys(String key) {
    DataKeyPairSpec pair = DataKeyPairSpec.ECC_NIST_P256;
    return List.of(
        new Encrypt(key, MESSAGE, null, null, null, null),
        new Decrypt(BYTES, null, null, key, null, null, null, null),
        new GenerateDataKey(key, null, null, null, null, null, null),
        new GenerateDataKeyWithoutPlaintext(key, null, null, null, null, null),
        new GenerateDataKeyPair(null, key, pair, null, null, null),
        new GenerateDataKeyPairWithoutPlaintext(null, key, pair, null, null));
  }

  private static void aliases(List<Row> rows) {
    String name = "kms:RequestAlias";
    String arn = CALLER.arn(ALIAS);
    SigningAlgorithmSpec pss = SigningAlgorithmSpec.RSASSA_PSS_SHA_256;
    MacAlgorithmSpec mac = MacAlgorithmSpec.HMAC_SHA_256;
    EncapsulationAlgorithmSpec kem = EncapsulationAlgorithmSpec.ML_KEM;
    for (String key : List.of(ALIAS, arn)) {
      List<Object> requests = new ArrayList<>(ofSymmetricKeys(key));
      requests.add(new Sign(key, MESSAGE, null, null, pss, null));
      requests.add(new Verify(key, MESSAGE, null, BYTES, pss, null, null));
      requests.add(new GenerateMac(MESSAGE, key, mac, null, null));
      requests.add(new VerifyMac(MESSAGE, key, mac, BYTES, null, null));
      requests.add(
          new DeriveSharedSecret(key, KeyAgreementAlgorithmSpec.ECDH, BYTES, null, null, null));
      requests.add(new Encapsulate(key, kem, null, null));
      requests.add(new Decapsulate(key, BYTES, kem, null, null));
      requests.add(new GetPublicKey(key, null));
      requests.add(new DescribeKey(key, null));
      requests.forEach(request -> rows.add(row(request, name, ALIAS)));
    }
    ofSymmetricKeys("k").forEach(request -> rows.add(row(request, name)));
    rows.add(row(new DescribeKey(CALLER.arn("key/k"), null), name));
    rows.add(row(new DisableKey(ALIAS), name));
    rows.add(row(new Decrypt(BYTES, null, null, null, null, null, null, null), name));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void values_ofARequest(Row row) {
    assertThat(values(row.request, row.key)).isEqualTo(row.values);
  }

  @Test
  void values_ofReEncrypt_areThoseOfItsSide() {
    ReEncrypt request =
        new ReEncrypt(
            BYTES,
            null,
            ALIAS,
            "alias/to",
            null,
            EncryptionAlgorithmSpec.RSAES_OAEP_SHA_1,
            null,
            null,
            null,
            null);
    ResolvedKey key = ResolvedKey.of(CALLER, fixture.key());
    EncryptionContext context = EncryptionContext.of(Map.of("Tenant", "acme"));
    assertThat(values(request, "ReEncryptFrom", key, context, "kms:RequestAlias"))
        .containsExactly(ALIAS);
    assertThat(values(request, "ReEncryptTo", key, context, "kms:RequestAlias"))
        .containsExactly("alias/to");
    assertThat(values(request, "ReEncryptFrom", key, context, "kms:EncryptionAlgorithm"))
        .containsExactly("RSAES_OAEP_SHA_1");
    assertThat(values(request, "ReEncryptTo", key, context, "kms:EncryptionAlgorithm"))
        .containsExactly("SYMMETRIC_DEFAULT");
    assertThat(values(request, "ReEncryptTo", key, context, "kms:EncryptionContext:tenant"))
        .containsExactly("acme");
    assertThat(values(request, "ReEncryptTo", key, context, "kms:EncryptionContextKeys"))
        .containsExactly("Tenant");
    assertThat(values(request, "ReEncryptTo", key, context, "kms:EncryptionContext:x")).isEmpty();
    assertThat(values(request, "ReEncryptTo", key, context, "kms:ReEncryptOnSameKey"))
        .containsExactly("false");
    ResolvedKey same = new ResolvedKey(fixture.key(), "arn:other", Inquiry.Target.KEY);
    assertThat(values(request, "ReEncryptTo", same, context, "kms:ReEncryptOnSameKey"))
        .containsExactly("true");
  }

  /** Letters that are the same only by the rules of {@code equalsIgnoreCase} are different. */
  @Test
  void values_ofAnEncryptionContext_doNotDependOnHowManyPairsItHas() {
    ResolvedKey key = ResolvedKey.of(CALLER, fixture.key());
    for (int others : new int[] {0, 7, 8, 20}) {
      Map<String, String> pairs = new HashMap<>();
      for (int i = 0; i < others; i++) {
        pairs.put("other" + i, "x");
      }
      pairs.put("U\u017fer", "long s");
      pairs.put("UsER", "upper");
      pairs.put("user", "lower");
      EncryptionContext context = EncryptionContext.of(pairs);
      Object request = new Encrypt("k", MESSAGE, pairs, null, null, null);
      assertThat(values(request, "Encrypt", key, context, "kms:EncryptionContext:USER"))
          .containsExactly("upper");
      assertThat(values(request, "Encrypt", key, context, "kms:EncryptionContext:u\u017fer"))
          .containsExactly("long s");
    }
  }

  @Test
  void values_ofAMultiRegionKeyWithTags() {
    KeyEntry primary =
        fixture
            .key()
            .changed(
                next ->
                    next.tags(List.of(new Tag("Env", "dev")))
                        .relations(new KeyEntry.Relations(Fixture.REGION, null)));
    KeyEntry replica =
        primary.changed(next -> next.relations(new KeyEntry.Relations("us-east-1", null)));
    assertOfKey(primary, "kms:MultiRegion", "true");
    assertOfKey(primary, "kms:MultiRegionKeyType", "PRIMARY");
    assertOfKey(replica, "kms:MultiRegionKeyType", "REPLICA");
    assertOfKey(primary, "aws:ResourceTag/ENV", "dev");
  }

  private void assertOfKey(KeyEntry key, String name, String value) {
    assertThat(
            values(
                new DisableKey("k"),
                "DisableKey",
                ResolvedKey.of(CALLER, key),
                EncryptionContext.none(),
                name))
        .containsExactly(value);
  }

  private List<String> ofRetiredGrant(GrantConstraints constraints, String name) {
    Grant grant =
        new Grant(
            "a".repeat(64),
            null,
            Instant.EPOCH,
            Fixture.ACCOUNT,
            USER,
            null,
            null,
            null,
            List.of(GrantOperation.DECRYPT),
            constraints);
    return values(
        CALLER,
        new RetireGrant(null, "k", grant.id(), null),
        "RetireGrant",
        ResolvedKey.of(CALLER, fixture.key()),
        EncryptionContext.of(grant.constrainedPairs()),
        grant,
        name);
  }

  @Test
  void values_ofRetireGrant_areThoseOfTheGrant() {
    Map<String, String> pairs = Map.of("Dept", "IT");
    String type = "kms:GrantConstraintType";
    assertThat(ofRetiredGrant(new GrantConstraints(pairs, null, null), type))
        .containsExactly("EncryptionContextSubset");
    assertThat(ofRetiredGrant(new GrantConstraints(null, pairs, null), type))
        .containsExactly("EncryptionContextEquals");
    assertThat(ofRetiredGrant(new GrantConstraints(null, null, "arn:aws:s3::1:b"), type)).isEmpty();
    assertThat(ofRetiredGrant(null, type)).isEmpty();
    GrantConstraints subset = new GrantConstraints(pairs, null, null);
    assertThat(ofRetiredGrant(subset, "kms:EncryptionContext:dept")).containsExactly("IT");
    assertThat(ofRetiredGrant(subset, "kms:EncryptionContextKeys")).containsExactly("Dept");
    assertThat(ofRetiredGrant(null, "kms:EncryptionContextKeys")).isEmpty();
  }

  @Test
  void values_ofRequestsByOrViaAService_sayThatTheGrantIsForIt() {
    ResolvedKey key = ResolvedKey.of(CALLER, fixture.key());
    Caller via = CALLER.via("rds.eu-central-1.amazonaws.com");
    Caller service = CALLER.service("rds.amazonaws.com");
    for (Caller caller : List.of(via, service)) {
      for (Object request :
          List.of(
              CreateGrantBuilder.builder().keyId("k").operations(List.of()).build(),
              new ListGrants(null, null, "k", null, null, null),
              new RevokeGrant("k", "g", null))) {
        String action = request.getClass().getSimpleName();
        assertThat(
                values(
                    caller,
                    request,
                    action,
                    key,
                    EncryptionContext.none(),
                    null,
                    "kms:GrantIsForAWSResource"))
            .as("%s by %s", action, caller)
            .containsExactly("true");
      }
    }
  }

  /**
   * Keys of operations that are not there yet. Each needs a line in the table with its operation.
   */
  private static final List<String> LATER = List.of("kms:RecipientAttestation:");

  /** Keys that a principal knows. */
  private static final List<String> OF_PRINCIPAL =
      List.of(
          "aws:PrincipalAccount",
          "aws:PrincipalArn",
          "aws:PrincipalIsAWSService",
          "aws:PrincipalServiceName",
          "aws:PrincipalTag/",
          "aws:PrincipalType",
          "aws:userid",
          "aws:username",
          "kms:CallerAccount");

  /** Every key of the table is tested; the other keys are not in it. */
  @Test
  void keys_ofTheTable_areAllTested() {
    TreeSet<String> tested = new TreeSet<>();
    rows().stream()
        .filter(row -> !row.values.isEmpty())
        .forEach(row -> tested.add(row.key.toLowerCase(Locale.ROOT).replaceAll("/.*", "/")));
    tested.addAll(
        List.of("kms:encryptioncontext:", "kms:encryptioncontextkeys", "kms:reencryptonsamekey"));
    assertThat(new TreeSet<>(ConditionTable.keys())).isEqualTo(tested);
    for (List<String> others : List.of(LATER, OF_PRINCIPAL)) {
      assertThat(others)
          .allSatisfy(
              key ->
                  assertThat(ConditionTable.keys()).doesNotContain(key.toLowerCase(Locale.ROOT)));
    }
  }
}
