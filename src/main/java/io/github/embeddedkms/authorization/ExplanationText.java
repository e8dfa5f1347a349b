package io.github.embeddedkms.authorization;

import io.github.embeddedkms.model.Arn;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Explanations in words. */
final class ExplanationText {

  /** A key policy of 32 KiB can have hundreds of statements. */
  private static final int MAX_LINES = 20;

  private ExplanationText() {}

  static String of(Explanation explanation) {
    StringBuilder text = new StringBuilder();
    text.append(explanation.allowed() ? "ALLOWED " : "DENIED ")
        .append(Printable.text(explanation.action()))
        .append(" on ")
        .append(Printable.text(explanation.resource()))
        .append(" for ")
        .append(Printable.text(explanation.principal()))
        .append("\n  ")
        .append(reason(explanation));
    if (!explanation.allowed()) {
      statements(explanation, text);
    }
    return text.toString();
  }

  private static void statements(Explanation explanation, StringBuilder text) {
    List<Considered> near =
        explanation.considered().stream().filter(Considered::isNearMiss).toList();
    List<Considered> other =
        explanation.considered().stream()
            .filter(each -> !each.isNearMiss() && !each.applied())
            .toList();
    for (Considered each : near.subList(0, Math.min(near.size(), MAX_LINES))) {
      text.append("\n  near: ").append(each.place()).append(": ");
      text.append(mismatch(each.mismatches().get(0)));
    }
    for (Considered each : other.subList(0, Math.min(other.size(), MAX_LINES))) {
      text.append("\n  other: ").append(each.place()).append(each.allows() ? "" : " (deny)");
      text.append(": ").append(parts(each));
    }
    int omitted = Math.max(0, near.size() - MAX_LINES) + Math.max(0, other.size() - MAX_LINES);
    if (omitted > 0) {
      text.append("\n  and ").append(omitted).append(" more");
    }
  }

  private static String parts(Considered considered) {
    return considered.mismatches().stream()
        .map(ExplanationText::part)
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static String part(Mismatch mismatch) {
    if (mismatch instanceof Mismatch.Principal) {
      return "principal";
    } else if (mismatch instanceof Mismatch.Action) {
      return "action";
    } else if (mismatch instanceof Mismatch.Resource) {
      return "resource";
    } else if (mismatch instanceof Mismatch.NoEffect noEffect) {
      return "no " + noEffect.missingElement();
    } else if (mismatch instanceof Mismatch.Condition condition) {
      return Printable.text(condition.key());
    } else if (mismatch instanceof Mismatch.Variable variable) {
      return "${" + Printable.text(variable.name()) + "}";
    } else if (mismatch instanceof Mismatch.Identity) {
      return "identity policy";
    } else if (mismatch instanceof Mismatch.Operation) {
      return "operation";
    } else if (mismatch instanceof Mismatch.Constraint) {
      return "encryption context";
    } else if (mismatch instanceof Mismatch.SourceArn) {
      return "source ARN";
    }
    throw new AssertionError(mismatch);
  }

  private static String mismatch(Mismatch mismatch) {
    if (mismatch instanceof Mismatch.Principal principal) {
      return "the principal is not in " + Printable.list(principal.listed()) + in(principal.hint());
    } else if (mismatch instanceof Mismatch.Action action) {
      return "the action is not in " + Printable.list(action.listed());
    } else if (mismatch instanceof Mismatch.Resource resource) {
      return "the resource is not in " + Printable.list(resource.listed()) + in(resource.hint());
    } else if (mismatch instanceof Mismatch.NoEffect noEffect) {
      return "it has no effect without " + noEffect.missingElement();
    } else if (mismatch instanceof Mismatch.Condition condition) {
      return condition(condition);
    } else if (mismatch instanceof Mismatch.Variable variable) {
      return "the variable ${" + Printable.text(variable.name()) + "} has no value";
    } else if (mismatch instanceof Mismatch.Identity identity) {
      return "it is for the account "
          + identity.account()
          + ", and no identity policy of the principal allows the action";
    } else if (mismatch instanceof Mismatch.Operation operation) {
      return "it permits only " + Printable.list(operation.granted());
    } else if (mismatch instanceof Mismatch.Constraint constraint) {
      return constraint(constraint);
    } else if (mismatch instanceof Mismatch.SourceArn source) {
      return "aws:SourceArn must be "
          + Printable.text(source.wanted())
          + ", there is "
          + (source.actual() == null ? "none" : Printable.text(source.actual()));
    }
    throw new AssertionError(mismatch);
  }

  private static String condition(Mismatch.Condition condition) {
    return "condition "
        + Printable.text(condition.operator())
        + " "
        + Printable.text(condition.key())
        + " wants "
        + Printable.list(condition.wanted())
        + ", the request has "
        + (condition.actual().isEmpty() ? "none" : Printable.list(condition.actual()))
        + in(condition.hint());
  }

  private static String constraint(Mismatch.Constraint constraint) {
    return "its constraint "
        + (constraint.exact() ? "EncryptionContextEquals" : "EncryptionContextSubset")
        + " is "
        + pairs(constraint.wanted())
        + ", there is "
        + (constraint.actual().isEmpty() ? "none" : pairs(constraint.actual()))
        + in(constraint.hint());
  }

  private static String pairs(Map<String, String> pairs) {
    return Printable.list(
        new TreeMap<>(pairs)
            .entrySet().stream().map(pair -> pair.getKey() + "=" + pair.getValue()).toList());
  }

  private static String in(@Nullable Hint hint) {
    return hint == null ? "" : " (" + hint + ")";
  }

  private static String reason(Explanation explanation) {
    Reason reason = explanation.reason();
    if (reason instanceof Reason.AllowedByKeyPolicy allowed) {
      return "the key policy allows it (" + allowed.statement().statement() + ")";
    } else if (reason instanceof Reason.AllowedByIdentity allowed) {
      Place delegation = allowed.delegation();
      String identity =
          Arn.hasPrefix(explanation.principal())
              ? identity(allowed.statement())
              : "a service may list the grants that it may retire";
      return delegation == null ? identity : accountDecides(delegation) + ", and " + identity;
    } else if (reason instanceof Reason.AllowedByBoth allowed) {
      return "the key policy allows it ("
          + allowed.keyPolicy().statement()
          + "), and "
          + identity(allowed.identity());
    } else if (reason instanceof Reason.AllowedByGrant allowed) {
      return "grant " + Printable.text(allowed.grantId()) + " permits it";
    } else if (reason instanceof Reason.Denied denied) {
      return denied.statement() + " denies it";
    } else if (reason instanceof Reason.NothingAllows nothing) {
      if (nothing.hint() == Hint.NOT_RETIRING) {
        return Hint.NOT_RETIRING.toString();
      }
      return "no statement of "
          + (nothing.delegated() ? "an identity policy" : "the key policy")
          + " allows it"
          + in(nothing.hint());
    } else if (reason instanceof Reason.IdentityMissing missing) {
      return identityMissing(explanation, missing);
    } else if (reason instanceof Reason.NotAcrossAccounts) {
      return "the operation cannot be used with keys of other accounts";
    } else if (reason instanceof Reason.NoSuchKey noSuchKey) {
      return "there is no key or alias " + Printable.text(noSuchKey.identifier());
    }
    throw new AssertionError(reason);
  }

  private static String accountDecides(Place delegation) {
    return "the key policy lets the account decide (" + delegation.statement() + ")";
  }

  private static String identity(@Nullable Place statement) {
    return statement == null
        ? "the caller is a root user or an administrator"
        : statement + " allows it";
  }

  private static String identityMissing(Explanation explanation, Reason.IdentityMissing missing) {
    boolean sameAccount = account(explanation.resource()).equals(account(explanation.principal()));
    String key =
        sameAccount
            ? accountDecides(missing.keyPolicy())
            : "the key policy of the other account allows it ("
                + missing.keyPolicy().statement()
                + ")";
    return key + ", but no identity policy allows it" + in(missing.hint());
  }

  private static String account(String arn) {
    return Arn.parse(arn).map(Arn::account).orElse("");
  }
}
