package io.github.embeddedkms.authorization;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The element {@code Resource} or {@code NotResource} of a statement.
 *
 * @param negated whether this is {@code NotResource}
 * @param listed the patterns as the policy lists them
 * @param patterns the patterns that can match something
 */
record Resources(boolean negated, List<String> listed, List<Variables> patterns) {

  /** The colons before the resource of an ARN: variables are replaced only after the last. */
  private static final int COLONS = 5;

  /**
   * Returns an element.
   *
   * @param ofKey whether it is one of a key policy. In an identity policy, IAM completes an ARN
   *     that ends too early: {@code arn:aws:kms} is {@code arn:aws:kms:*:*:*}
   */
  static Resources of(boolean negated, List<String> listed, boolean ofKey, boolean withVariables) {
    List<Variables> patterns = new ArrayList<>();
    for (String text : listed) {
      if (namesItsService(text)) {
        patterns.add(withVariables ? Variables.in(text, resource(text)) : Variables.none(text));
        long colons = text.chars().filter(c -> c == ':').count();
        if (!ofKey && colons > 0 && colons < COLONS) {
          patterns.add(Variables.none(text + ":*".repeat(COLONS - (int) colons)));
        }
      }
    }
    return new Resources(negated, listed, List.copyOf(patterns));
  }

  /** A pattern with a wildcard in its service, the third part of an ARN, matches nothing. */
  private static boolean namesItsService(String text) {
    if (text.equals("*")) {
      return true;
    }
    int partition = text.indexOf(':');
    int service = partition < 0 ? -1 : text.indexOf(':', partition + 1);
    if (service < 0) {
      return false;
    }
    int end = text.indexOf(':', service + 1);
    String name = text.substring(service + 1, end < 0 ? text.length() : end);
    return name.indexOf('*') < 0 && name.indexOf('?') < 0;
  }

  private static int resource(String text) {
    int colon = -1;
    for (int i = 0; i < COLONS; i++) {
      colon = text.indexOf(':', colon + 1);
      if (colon < 0) {
        return text.length();
      }
    }
    return colon + 1;
  }

  /** Returns whether the element matches. A variable without a value matches nothing. */
  boolean matches(Inquiry inquiry) {
    boolean found = false;
    for (Variables pattern : patterns) {
      Wildcard resolved = pattern.resolve(inquiry);
      if (resolved == null) {
        if (negated) {
          return false;
        }
      } else if (!found) {
        found = resolved.matches(inquiry.resource());
      }
    }
    return found != negated;
  }

  /** Returns the key of the first variable without a value; null if all have one. */
  @Nullable String missingVariable(Inquiry inquiry) {
    for (Variables pattern : patterns) {
      String missing = pattern.missing(inquiry);
      if (missing != null) {
        return missing;
      }
    }
    return null;
  }
}
