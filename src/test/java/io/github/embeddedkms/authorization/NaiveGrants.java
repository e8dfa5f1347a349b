package io.github.embeddedkms.authorization;

import io.github.embeddedkms.authorization.NaiveEvaluator.Question;
import io.github.embeddedkms.authorization.NaiveEvaluator.Who;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The rules of grants as the documentation has them, without any code of the real ones. */
final class NaiveGrants {

  /** A grant. Its operations are names of actions without the prefix; what it lacks is null. */
  record Permit(
      String issuer,
      String grantee,
      String retirer,
      List<String> operations,
      Map<String, String> subset,
      Map<String, String> equal,
      String source) {}

  private static final List<String> WITH_CONTEXT = List.of("kms:Encrypt", "kms:Decrypt");

  private NaiveGrants() {}

  static boolean permits(Permit permit, Question q, boolean identityAllows) {
    boolean isForCaller =
        isDirectly(permit.grantee, q.who())
            || (isAccount(permit.grantee, q.who()) && identityAllows);
    return isForCaller
        && permit.operations.contains(q.action().replace("kms:", ""))
        && (q.action().equals("kms:CreateGrant")
            ? isNoMore(q.subject(), permit)
            : !WITH_CONTEXT.contains(q.action()) || isMet(permit, q.context()))
        && (permit.source == null || List.of(permit.source).equals(q.facts().get("aws:sourcearn")));
  }

  private static boolean isDirectly(String listed, Who who) {
    return listed.equals(who.arn())
        || listed.equals(who.role())
        || (who.isRoot() && isAccount(listed, who));
  }

  private static boolean isAccount(String listed, Who who) {
    return listed.equals(who.account()) || listed.equals("arn:aws:iam::" + who.account() + ":root");
  }

  private static boolean isMet(Permit permit, Map<String, String> context) {
    Map<String, String> actual = ignoringCase(context);
    if (permit.subset != null) {
      return contains(actual, ignoringCase(permit.subset));
    }
    return permit.equal == null || actual.equals(ignoringCase(permit.equal));
  }

  private static boolean isNoMore(Permit child, Permit parent) {
    if (!parent.operations.containsAll(child.operations)
        || (parent.source != null && !parent.source.equals(child.source))) {
      return false;
    }
    if (parent.equal != null) {
      return child.equal != null && ignoringCase(child.equal).equals(ignoringCase(parent.equal));
    }
    if (parent.subset != null) {
      Map<String, String> ofChild = child.equal == null ? child.subset : child.equal;
      return ofChild != null && contains(ignoringCase(ofChild), ignoringCase(parent.subset));
    }
    return true;
  }

  private static boolean contains(Map<String, String> all, Map<String, String> some) {
    return all.entrySet().containsAll(some.entrySet());
  }

  /** The alphabet has no two keys that differ only in case in one map. */
  private static Map<String, String> ignoringCase(Map<String, String> pairs) {
    Map<String, String> lowerCased = new TreeMap<>();
    pairs.forEach((key, value) -> lowerCased.put(key.toLowerCase(Locale.ROOT), value));
    return lowerCased;
  }

  /** Returns whether the caller may retire the grant that is asked about, if nothing denies it. */
  static boolean mayRetire(Question q, boolean identityAllows) {
    Permit retired = q.subject();
    boolean ofGrantee = retired.operations.contains("RetireGrant");
    if (isRetirer(retired, q.who()) || (ofGrantee && isDirectly(retired.grantee, q.who()))) {
      return true;
    }
    boolean ofAccount =
        (retired.retirer != null && isAccount(retired.retirer, q.who()))
            || (ofGrantee && isAccount(retired.grantee, q.who()))
            || retired.issuer.equals(q.who().account())
            || q.keyArn().contains(":" + q.who().account() + ":");
    return ofAccount && identityAllows;
  }

  private static boolean isRetirer(Permit retired, Who who) {
    return retired.retirer != null && isDirectly(retired.retirer, who);
  }
}
