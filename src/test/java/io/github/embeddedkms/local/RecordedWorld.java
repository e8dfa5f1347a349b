package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.authorization.Subjects;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateMac;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.Sign;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Providers of the same keys, under wide policies or under derived ones, and what is done there.
 */
final class RecordedWorld {

  static final Caller ROOT = Caller.of("eu-central-1", Subjects.A);

  /** Two symmetric keys, an HMAC key, a signing key and a multi-Region key. */
  static final String K = "11111111-1111-4111-8111-111111111111";

  static final String L = "22222222-2222-4222-8222-222222222222";
  static final String MAC = "33333333-3333-4333-8333-333333333333";
  static final String SIGNING = "44444444-4444-4444-8444-444444444444";
  static final String MULTI = "mrk-55555555555545558555555555555555";

  static final String ORDERS = "alias/orders";
  static final String INVOICES = "alias/invoices";

  /** What every principal may do with a key while it is recorded. */
  private static final String WIDE = Subjects.keyPolicy(Subjects.allow("*", "kms:*")).text();

  /** A statement without a resource has no effect. */
  static final String NOTHING =
      Subjects.json("{'Statement':{'Effect':'Allow','Principal':'*','Action':'kms:PutKeyPolicy'}}");

  private static final Seed SEED =
      Seed.builder()
          .key(K, key -> key.backingKey("11".repeat(32)).alias(ORDERS).alias(INVOICES))
          .key(L, key -> key.backingKey("22".repeat(32)))
          .key(
              MAC,
              key ->
                  key.spec(KeySpec.HMAC_256)
                      .usage(KeyUsageType.GENERATE_VERIFY_MAC)
                      .backingKey("33".repeat(32))
                      .alias("alias/mac"))
          .key(SIGNING, key -> key.spec(KeySpec.ECC_NIST_P256).usage(KeyUsageType.SIGN_VERIFY))
          .key(MULTI, key -> key.backingKey("55".repeat(32)))
          .build();

  private static final List<String> KEYS = List.of(K, L, MAC, SIGNING, MULTI);

  private static final Map<Map<String, String>, Bytes> BLOBS = new ConcurrentHashMap<>();

  private RecordedWorld() {}

  /**
   * What a principal does.
   *
   * @param request returns the request, given what earlier steps have kept
   * @param kept under what name the ciphertext, signature or MAC is kept; empty for none
   */
  record Step(Caller caller, Function<Map<String, Bytes>, KmsRequest<?>> request, String kept) {

    static Step of(Caller caller, KmsRequest<?> request) {
      return new Step(caller, kept -> request, "");
    }
  }

  static String arn(String keyId) {
    return ROOT.arn("key/" + keyId);
  }

  static Caller caller(String principal) {
    return World.caller(principal);
  }

  /** Returns a provider under which everything is allowed. */
  static LocalKeyProvider wide(Identities identities) {
    LocalKeyProvider kms = provider(identities);
    KEYS.forEach(key -> put(kms, key, WIDE));
    return kms;
  }

  /** Returns a provider under exactly these policies. */
  static LocalKeyProvider under(
      Map<String, String> keyPolicies, Map<String, String> identityPolicies) {
    Map<String, Identity> identities = new HashMap<>();
    // A principal of a grant must exist.
    for (String principal : List.of(Subjects.ALICE, Subjects.BOB, Subjects.ROLE, Subjects.CAROL)) {
      identities.put(principal, Identity.none());
    }
    identityPolicies.forEach(
        (arn, policy) ->
            identities.put(
                arn,
                policy.isEmpty() ? Identity.none() : Identity.of(Policy.identityPolicy(policy))));
    LocalKeyProvider kms = provider(Identities.of(identities));
    KEYS.forEach(key -> put(kms, key, keyPolicies.getOrDefault(arn(key), NOTHING)));
    return kms;
  }

  private static LocalKeyProvider provider(Identities identities) {
    return LocalKeyProvider.builder()
        .region(ROOT.region())
        .account(ROOT.account())
        .clock(() -> Instant.parse("2026-01-01T00:00:00Z"))
        .seed(SEED)
        .identities(identities)
        .build();
  }

  private static void put(LocalKeyProvider kms, String keyId, String policy) {
    kms.putKeyPolicy(b -> b.keyId(keyId).policy(policy).bypassPolicyLockoutSafetyCheck(true));
  }

  /** Returns a ciphertext under the first key, which each of these providers can decrypt. */
  static Bytes blob(Map<String, String> context) {
    return BLOBS.computeIfAbsent(context, RecordedWorld::encrypt);
  }

  private static Bytes encrypt(Map<String, String> context) {
    try (LocalKeyProvider kms = provider(Identities.administrators())) {
      return kms.encrypt(
              b -> b.keyId(K).encryptionContext(context).plaintext(SecretBytes.fromUtf8String("x")))
          .ciphertextBlob();
    }
  }

  /** Makes the calls, and returns how each of them ended. */
  static List<String> run(KmsService service, List<Step> steps) {
    Map<String, Bytes> kept = new HashMap<>();
    List<String> outcomes = new ArrayList<>();
    for (Step step : steps) {
      outcomes.add(run(service, step, kept));
    }
    return outcomes;
  }

  private static String run(KmsService service, Step step, Map<String, Bytes> kept) {
    KmsRequest<?> request = step.request().apply(kept);
    String name = request.getClass().getSimpleName();
    try {
      Object response = service.client(step.caller()).call(request);
      if (!step.kept().isEmpty()) {
        kept.put(step.kept(), bytes(response));
      }
      return name + " done";
    } catch (AccessDeniedException e) {
      // The words depend on the policies.
      return name + " denied";
    } catch (KmsException e) {
      // The ids of grants are random.
      String message = String.valueOf(e.getMessage()).replaceAll("[0-9a-f]{64}", "ID");
      return name + " " + e.getClass().getSimpleName() + ": " + message;
    }
  }

  private static Bytes bytes(Object response) {
    if (response instanceof Encrypt.Response r) {
      return r.ciphertextBlob();
    }
    if (response instanceof CreateGrant.Response r) {
      return Bytes.fromUtf8String(r.grantToken());
    }
    if (response instanceof GenerateDataKey.Response r) {
      return r.ciphertextBlob();
    }
    return response instanceof Sign.Response r
        ? r.signature()
        : ((GenerateMac.Response) response).mac();
  }
}
