package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.authorization.Subjects;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.KmsRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A provider with a key of account A and its alias, under a key policy and identities, and what
 * callers are answered.
 */
final class World implements AutoCloseable {

  static final String ALIAS = "alias/orders";
  static final Caller ROOT = Caller.of("eu-central-1", Subjects.A);

  private static final List<Map<String, String>> CONTEXTS =
      List.of(
          Map.of(),
          Map.of("appname", "Shop"),
          Map.of("AppName", "shop"),
          Map.of("user", "alice"),
          Map.of("user", "bob"),
          Map.of("user", "s1"),
          Map.of("user", "${aws:username}"));

  final LocalKeyProvider kms;
  final String keyId;
  final String keyArn;
  final List<Explanation> refusals = new ArrayList<>();
  Instant now = Instant.parse("2029-12-31T12:00:00Z");

  private final Map<Map<String, String>, Bytes> blobs = new HashMap<>();
  private String action = "";

  /** Creates a world in which every principal is an administrator of its account. */
  World(Policy policy) {
    this(policy, Identities.administrators());
  }

  /**
   * Creates a world of principals and the statements of their identity policies, in which {K} is
   * the key's ARN. Others have none.
   */
  World(Policy policy, Map<String, List<String>> statements) {
    this(policy, new Named(statements));
  }

  World(Policy policy, Identities identities) {
    kms =
        LocalKeyProvider.builder()
            .region(ROOT.region())
            .account(ROOT.account())
            .clock(() -> now)
            .identities(identities)
            .refusalListener(refusals::add)
            .build();
    keyId = kms.createKey(b -> {}).keyMetadata().keyId();
    keyArn = ROOT.arn("key/" + keyId);
    if (identities instanceof Named named) {
      named.keyArn = keyArn;
    }
    kms.createAlias(b -> b.aliasName(ALIAS).targetKeyId(keyId));
    for (Map<String, String> context : CONTEXTS) {
      blobs.put(
          context,
          kms.encrypt(
                  b ->
                      b.keyId(keyId)
                          .encryptionContext(context)
                          .plaintext(SecretBytes.fromUtf8String("x")))
              .ciphertextBlob());
    }
    put(policy);
  }

  /** Identities that name a key that does not exist yet. */
  private static final class Named implements Identities {

    private final Map<String, List<String>> statements;
    private String keyArn;

    Named(Map<String, List<String>> statements) {
      this.statements = statements;
    }

    @Override
    public Identity of(String principal) {
      Map<String, Identity> identities = new HashMap<>();
      statements.forEach(
          (arn, each) ->
              identities.put(
                  arn,
                  each.isEmpty()
                      ? Identity.none()
                      : Subjects.identity(
                          each.stream()
                              .map(statement -> statement.replace("{K}", keyArn))
                              .toArray(String[]::new))));
      return Identities.of(identities).of(principal);
    }
  }

  /** Puts a policy, which the root user of account A must be allowed to. */
  void put(Policy policy) {
    kms.putKeyPolicy(
        b -> b.keyId(keyId).policy(policy.text()).bypassPolicyLockoutSafetyCheck(true));
  }

  Bytes blob(Map<String, String> context) {
    return blobs.get(context);
  }

  static Caller caller(String principal) {
    return principal.startsWith("arn:") ? ROOT.actingAs(principal) : ROOT.service(principal);
  }

  KmsClient as(String principal) {
    return kms.client(caller(principal));
  }

  /** A call in this world. */
  interface Request {
    KmsRequest<?> in(World world);
  }

  World expect(String principal, Request request, String answer) {
    return expect(principal, caller -> caller, request, answer);
  }

  /**
   * Requires an answer.
   *
   * @param answer null for none; a text that continues the refusal of a permission, with {K} for
   *     the key's ARN; or another error's whole message
   */
  World expect(String principal, UnaryOperator<Caller> facts, Request request, String answer) {
    KmsRequest<?> call = request.in(this);
    Caller caller = facts.apply(caller(principal));
    action = call.getClass().getSimpleName();
    int before = refusals.size();
    List<Explanation> explained = explain(caller, call);
    String message = null;
    try {
      kms.client(caller).call(call);
    } catch (AccessDeniedException e) {
      message = e.getMessage();
      // The explanation and the listener have the answer of the call.
      assertThat(explained)
          .filteredOn(each -> !each.allowed())
          .first()
          .extracting("answer")
          .isEqualTo(message);
      assertThat(refusals).hasSize(before + 1).last().extracting("answer").isEqualTo(message);
    } catch (KmsException e) {
      message = e.getMessage();
    }
    assertThat(message).as("%s by %s", call, caller).isEqualTo(expected(caller, answer));
    if (message == null) {
      assertThat(explained).isNotEmpty().allMatch(Explanation::allowed);
      assertThat(refusals).hasSize(before);
    }
    return this;
  }

  /** Requires an error that is not about permissions. */
  World expectError(String principal, Request request, String message) {
    KmsRequest<?> call = request.in(this);
    assertThatThrownBy(() -> as(principal).call(call))
        .isInstanceOf(KmsException.class)
        .isNotInstanceOf(AccessDeniedException.class)
        .hasMessage(message.replace("{K}", keyArn));
    return this;
  }

  private List<Explanation> explain(Caller caller, KmsRequest<?> call) {
    try {
      return kms.explain(caller, call);
    } catch (KmsException e) {
      return List.of();
    }
  }

  private String expected(Caller caller, String answer) {
    if (answer == null || !answer.startsWith(" ")) {
      return answer == null ? null : answer.replace("{K}", keyArn);
    }
    String[] parts = answer.startsWith(" [") ? answer.substring(2).split("]", 2) : null;
    String permission = parts == null ? action : parts[0];
    return "User: "
        + caller.principal()
        + " is not authorized to perform: kms:"
        + permission
        + (parts == null ? answer : parts[1])
            .replace("{K}", keyArn)
            .replace("{X}", "kms:" + permission);
  }

  @Override
  public void close() {
    kms.close();
  }
}
