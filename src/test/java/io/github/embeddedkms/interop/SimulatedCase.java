package io.github.embeddedkms.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.embeddedkms.authorization.Decision;
import io.github.embeddedkms.authorization.Evaluator;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Inquiry;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.authorization.Principal;
import io.github.embeddedkms.json.JsonTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An authorization case that two evaluators decide.
 *
 * @param action the action, for example {@code kms:Decrypt}
 * @param resource the key's ARN, or {@code *}
 * @param caller the caller
 * @param keyPolicy the key's policy; null if the action is not on a key
 * @param identityPolicies the caller's identity policies
 * @param facts the values of condition keys that the caller does not determine
 */
record SimulatedCase(
    String action,
    String resource,
    Subject caller,
    @Nullable Map<String, Object> keyPolicy,
    List<Map<String, Object>> identityPolicies,
    Map<String, List<String>> facts) {

  static final String KEY_ACCOUNT = "111122223333";

  private static final Map<String, Object> ADMINISTRATOR =
      Map.of(
          "Version",
          "2012-10-17",
          "Statement",
          List.of(Map.of("Effect", "Allow", "Action", "*", "Resource", "*")));

  /**
   * A caller.
   *
   * @param text its ARN, or the name of a service
   * @param levels all principals that it is: its account, its role, itself
   * @param tags its tags
   * @param context what conditions know of it
   */
  record Subject(
      String text, List<String> levels, Map<String, String> tags, Map<String, String> context) {

    static Subject of(String text, Map<String, String> tags) {
      if (!text.startsWith("arn:")) {
        return new Subject(
            text,
            List.of(),
            Map.of(),
            Map.of("aws:PrincipalIsAWSService", "true", "aws:PrincipalServiceName", text));
      }
      String account = text.split(":", -1)[4];
      String name = text.substring(text.lastIndexOf('/') + 1);
      Map<String, String> context = new TreeMap<>();
      context.put("aws:PrincipalAccount", account);
      context.put("kms:CallerAccount", account);
      context.put("aws:PrincipalIsAWSService", "false");
      context.put("aws:PrincipalArn", text);
      List<String> levels = new ArrayList<>(List.of(account));
      if (text.endsWith(":root")) {
        context.put("aws:PrincipalType", "Account");
        context.put("aws:userid", account);
        return new Subject(text, levels, Map.of(), context);
      }
      levels.add(text);
      if (text.contains(":user/")) {
        context.put("aws:PrincipalType", "User");
        context.put("aws:userid", "AIDAEXAMPLE");
        context.put("aws:username", name);
      } else if (text.contains(":federated-user/")) {
        context.put("aws:PrincipalType", "FederatedUser");
        context.put("aws:userid", account + ":" + name);
      } else {
        String role = "arn:aws:iam::" + account + ":role/" + text.split("/", -1)[1];
        levels.add(role);
        context.put("aws:PrincipalType", "AssumedRole");
        context.put("aws:PrincipalArn", role);
        context.put("aws:userid", "AIDAEXAMPLE:" + name);
      }
      return new Subject(text, levels, tags, context);
    }

    boolean isRoot() {
      return text.endsWith(":root");
    }

    boolean isService() {
      return !text.startsWith("arn:");
    }
  }

  /** Whether both know why they deny: across accounts, either side may be named first. */
  boolean isWithinAccount() {
    return caller.text().contains(":" + KEY_ACCOUNT + ":");
  }

  /** Decides with this library, in the words of iam-simulate. */
  String decide() {
    Identity identity =
        caller.isRoot() || caller.isService()
            ? Identity.none()
            : new Identity(
                identityPolicies.stream().map(p -> Policy.identityPolicy(text(p))).toList(),
                caller.tags(),
                null,
                "AIDAEXAMPLE");
    Principal principal = Principal.of(caller.text(), identity);
    Map<String, List<String>> lowerCased = new TreeMap<>();
    facts.forEach((key, values) -> lowerCased.put(key.toLowerCase(Locale.ROOT), values));
    Inquiry inquiry =
        keyPolicy == null
            ? Inquiry.ofAccount(
                action, resource, principal, key -> lowerCased.getOrDefault(key, List.of()))
            : Inquiry.ofKey(
                action,
                resource,
                Policy.keyPolicy(text(keyPolicy)),
                principal,
                key -> lowerCased.getOrDefault(key, List.of()));
    Decision decision = Evaluator.decide(inquiry);
    return switch (decision) {
      case ALLOWED -> "Allowed";
      case DENIED_BY_IDENTITY, DENIED_BY_KEY_POLICY -> "ExplicitlyDenied";
      default -> "ImplicitlyDenied";
    };
  }

  /** Returns the line for iam-simulate. */
  String line() {
    Map<String, Object> context = new TreeMap<>(caller.context());
    caller.tags().forEach((key, value) -> context.put("aws:PrincipalTag/" + key, value));
    facts.forEach(
        (key, values) ->
            context.put(key, ConditionAlphabet.isMultiValued(key) ? values : values.get(0)));
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("principal", caller.text());
    line.put("action", action);
    line.put("resource", resource);
    line.put(
        "account", keyPolicy == null ? caller.context().get("aws:PrincipalAccount") : KEY_ACCOUNT);
    // A root user is allowed everything that an administrator is; iam-simulate knows none.
    line.put("identityPolicies", caller.isRoot() ? List.of(ADMINISTRATOR) : identityPolicies);
    if (keyPolicy != null) {
      context.put("aws:ResourceAccount", KEY_ACCOUNT);
      line.put("keyPolicy", keyPolicy);
    }
    line.put("context", context);
    return text(line);
  }

  private static String text(Object json) {
    return new String(JsonTree.write(json), UTF_8);
  }
}
