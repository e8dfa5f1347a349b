package io.github.embeddedkms.authorization;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The element {@code Principal} or {@code NotPrincipal} of a statement.
 *
 * @param negated whether this is {@code NotPrincipal}
 * @param byKind the principals as the policy lists them, by kind
 * @param patterns all of them
 */
record Principals(
    boolean negated, Map<String, List<String>> byKind, List<PrincipalPattern> patterns) {

  static Principals of(boolean negated, Map<String, List<String>> byKind) {
    List<PrincipalPattern> patterns = new ArrayList<>();
    byKind.forEach((kind, names) -> names.forEach(name -> patterns.add(pattern(kind, name))));
    return new Principals(negated, byKind, List.copyOf(patterns));
  }

  private static PrincipalPattern pattern(String kind, String name) {
    return switch (kind) {
      case "AWS" -> PrincipalPattern.aws(name);
      case "Service" -> new PrincipalPattern.Service(name);
      default -> new PrincipalPattern.Provider(name);
    };
  }

  PrincipalPattern.Match match(Principal caller) {
    if (negated) {
      return spares(caller) ? PrincipalPattern.Match.NONE : PrincipalPattern.Match.DIRECT;
    }
    PrincipalPattern.Match best = PrincipalPattern.Match.NONE;
    for (PrincipalPattern pattern : patterns) {
      PrincipalPattern.Match match = pattern.match(caller);
      if (match == PrincipalPattern.Match.DIRECT) {
        return match;
      }
      best = match == PrincipalPattern.Match.NONE ? best : match;
    }
    return best;
  }

  /** Every level of the caller must be listed: otherwise the statement may deny its account. */
  private boolean spares(Principal caller) {
    return patterns.contains(PrincipalPattern.ANYONE) || patterns.containsAll(caller.levels());
  }

  /** Returns the principals as the policy lists them. */
  List<String> listed() {
    return byKind.values().stream().flatMap(List::stream).toList();
  }
}
