package io.github.embeddedkms.authorization;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A string of a policy in which variables are replaced: <code>${key}</code>, and <code>
 * ${key, 'default'}</code>. <code>${*}</code>, <code>${?}</code> and <code>${$}</code> are the
 * characters themselves. Anything else that begins like a variable is literal.
 *
 * <p>Wildcards in the value of a variable do not act: a caller whose name or tag is {@code *} must
 * not match everything.
 *
 * <p>Immutable. Source: IAM User Guide, "IAM policy elements: Variables and tags".
 */
final class Variables {

  private final String text;

  /** Strings and variables in turn; null if the string has no variable. */
  private final @Nullable List<Part> parts;

  private final @Nullable Wildcard constant;

  /**
   * A part of the string.
   *
   * @param text the string; for a variable, what it was in the policy
   * @param literal whether its wildcards do not act
   * @param key the condition key, lower-cased; null if this is no variable
   * @param otherwise the default of the variable, if it has one
   */
  private record Part(
      String text, boolean literal, @Nullable String key, @Nullable String otherwise) {}

  private Variables(String text, @Nullable List<Part> parts) {
    this.text = text;
    boolean isConstant = parts == null || parts.stream().allMatch(part -> part.key() == null);
    this.parts = isConstant ? null : parts;
    this.constant =
        parts == null ? Wildcard.of(text) : isConstant ? substitute(parts, List.of()) : null;
  }

  /** Returns a string in which nothing is replaced. */
  static Variables none(String text) {
    return new Variables(text, null);
  }

  /**
   * Returns a string in which variables are replaced.
   *
   * @param from the index after which there can be variables
   */
  static Variables in(String text, int from) {
    return text.indexOf("${", from) < 0 ? none(text) : new Variables(text, parse(text, from));
  }

  /** Takes time in proportion to the length, also if many variables begin and none ends. */
  private static List<Part> parse(String text, int from) {
    List<Part> parts = new ArrayList<>();
    int done = 0;
    int begin = text.indexOf("${", from);
    while (begin >= 0) {
      int end = end(text, begin + 2);
      Part variable = end < 0 ? null : variable(text.substring(begin, end + 1));
      if (variable != null) {
        parts.add(new Part(text.substring(done, begin), false, null, null));
        parts.add(variable);
        done = end + 1;
      }
      begin = text.indexOf("${", variable == null ? begin + 2 : done);
    }
    parts.add(new Part(text.substring(done), false, null, null));
    return parts;
  }

  /** Returns the end of a variable, -1 if the next one begins before. */
  private static int end(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) == '}') {
        return i;
      }
      if (text.charAt(i) == '{') {
        return -1;
      }
    }
    return -1;
  }

  private static @Nullable Part variable(String text) {
    String inside = text.substring(2, text.length() - 1);
    if (inside.equals("*") || inside.equals("?") || inside.equals("$")) {
      return new Part(inside, true, null, null);
    }
    int comma = inside.indexOf(',');
    String key = (comma < 0 ? inside : inside.substring(0, comma)).strip();
    String otherwise = comma < 0 ? null : inside.substring(comma + 1).strip();
    if (key.isEmpty() || (otherwise != null && !isQuoted(otherwise))) {
      return null;
    }
    return new Part(
        text,
        false,
        key.toLowerCase(Locale.ROOT),
        otherwise == null ? null : otherwise.substring(1, otherwise.length() - 1));
  }

  private static boolean isQuoted(String text) {
    return text.length() >= 2 && text.startsWith("'") && text.endsWith("'");
  }

  /** Returns the string as the policy has it. */
  String text() {
    return text;
  }

  /** Returns the string if it is the same for all inquiries. */
  @Nullable Wildcard constant() {
    return constant;
  }

  /** Returns the string with the values of its variables; null if one has no value. */
  @Nullable Wildcard resolve(Inquiry inquiry) {
    if (parts == null) {
      return constant;
    }
    List<String> values = new ArrayList<>();
    for (Part part : parts) {
      if (part.key() != null) {
        String value = value(part, part.key(), inquiry);
        if (value == null) {
          return null;
        }
        values.add(value);
      }
    }
    return substitute(parts, values);
  }

  /** Adds the condition keys of the variables. */
  void addKeys(List<String> keys) {
    if (parts != null) {
      for (Part part : parts) {
        if (part.key() != null) {
          keys.add(part.key());
        }
      }
    }
  }

  /** Returns the key of the first variable without a value; null if all have one. */
  @Nullable String missing(Inquiry inquiry) {
    if (parts != null) {
      for (Part part : parts) {
        if (part.key() != null && value(part, part.key(), inquiry) == null) {
          return part.key();
        }
      }
    }
    return null;
  }

  private static @Nullable String value(Part part, String key, Inquiry inquiry) {
    List<String> values = ConditionKeys.isMultiValued(key) ? List.of() : inquiry.values(key);
    return values.isEmpty() ? part.otherwise() : values.get(0);
  }

  private static Wildcard substitute(List<Part> parts, List<String> values) {
    StringBuilder pattern = new StringBuilder();
    BitSet literals = new BitSet();
    int next = 0;
    for (Part part : parts) {
      String replaced = part.key() == null ? part.text() : values.get(next++);
      if (part.literal() || part.key() != null) {
        literals.set(pattern.length(), pattern.length() + replaced.length());
      }
      pattern.append(replaced);
    }
    return Wildcard.of(pattern.toString(), literals);
  }
}
