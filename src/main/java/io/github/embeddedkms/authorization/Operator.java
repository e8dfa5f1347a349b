package io.github.embeddedkms.authorization;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The condition operators, each with the function that compares a value of the policy with one of
 * the request. A negated operator has the function of its positive form.
 *
 * <p>Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
 */
enum Operator {
  STRING_EQUALS("StringEquals", true, false, wanted -> wanted.text()::equals),
  STRING_NOT_EQUALS("StringNotEquals", true, true, wanted -> wanted.text()::equals),
  STRING_EQUALS_IGNORE_CASE(
      "StringEqualsIgnoreCase", true, false, wanted -> wanted.text()::equalsIgnoreCase),
  STRING_NOT_EQUALS_IGNORE_CASE(
      "StringNotEqualsIgnoreCase", true, true, wanted -> wanted.text()::equalsIgnoreCase),
  STRING_LIKE("StringLike", true, false, wanted -> wanted::matches),
  STRING_NOT_LIKE("StringNotLike", true, true, wanted -> wanted::matches),
  ARN_EQUALS("ArnEquals", true, false, wanted -> wanted::matchesArn),
  ARN_NOT_EQUALS("ArnNotEquals", true, true, wanted -> wanted::matchesArn),
  ARN_LIKE("ArnLike", true, false, wanted -> wanted::matchesArn),
  ARN_NOT_LIKE("ArnNotLike", true, true, wanted -> wanted::matchesArn),
  NUMERIC_EQUALS("NumericEquals", false, false, w -> Comparison.numeric(w, order -> order == 0)),
  NUMERIC_NOT_EQUALS(
      "NumericNotEquals", false, true, w -> Comparison.numeric(w, order -> order == 0)),
  NUMERIC_LESS_THAN(
      "NumericLessThan", false, false, w -> Comparison.numeric(w, order -> order < 0)),
  NUMERIC_LESS_THAN_EQUALS(
      "NumericLessThanEquals", false, false, w -> Comparison.numeric(w, order -> order <= 0)),
  NUMERIC_GREATER_THAN(
      "NumericGreaterThan", false, false, w -> Comparison.numeric(w, order -> order > 0)),
  NUMERIC_GREATER_THAN_EQUALS(
      "NumericGreaterThanEquals", false, false, w -> Comparison.numeric(w, order -> order >= 0)),
  DATE_EQUALS("DateEquals", false, false, w -> Comparison.date(w, order -> order == 0)),
  DATE_NOT_EQUALS("DateNotEquals", false, true, w -> Comparison.date(w, order -> order == 0)),
  DATE_LESS_THAN("DateLessThan", false, false, w -> Comparison.date(w, order -> order < 0)),
  DATE_LESS_THAN_EQUALS(
      "DateLessThanEquals", false, false, w -> Comparison.date(w, order -> order <= 0)),
  DATE_GREATER_THAN("DateGreaterThan", false, false, w -> Comparison.date(w, order -> order > 0)),
  DATE_GREATER_THAN_EQUALS(
      "DateGreaterThanEquals", false, false, w -> Comparison.date(w, order -> order >= 0)),
  BOOL("Bool", true, false, Comparison::bool),
  BINARY_EQUALS("BinaryEquals", false, false, Comparison::binary),
  IP_ADDRESS("IpAddress", false, false, Comparison::ipAddress),
  NOT_IP_ADDRESS("NotIpAddress", false, true, Comparison::ipAddress),
  /** Compares whether the key is absent, not its values. */
  NULL("Null", false, false, Comparison::bool);

  private static final Map<String, Operator> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(operator -> operator.text, o -> o));

  private final String text;
  private final boolean takesVariables;
  private final boolean negated;

  @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
  private final Function<Wildcard, Predicate<String>> comparison;

  Operator(
      String text,
      boolean takesVariables,
      boolean negated,
      Function<Wildcard, Predicate<String>> comparison) {
    this.text = text;
    this.takesVariables = takesVariables;
    this.negated = negated;
    this.comparison = comparison;
  }

  /** Returns the operator with a name, whose case counts; null if there is none. */
  static @Nullable Operator named(String name) {
    return BY_NAME.get(name);
  }

  /** Returns whether variables in the values of the policy are replaced. */
  boolean takesVariables() {
    return takesVariables;
  }

  /** Returns whether the condition holds if no value of the policy matches. */
  boolean isNegated() {
    return negated;
  }

  /** Returns the test whether a value of the request matches a value of the policy. */
  Predicate<String> matching(Wildcard wanted) {
    return comparison.apply(wanted);
  }

  /**
   * Returns the same test without regard to the case of letters, for operators that compare
   * strings.
   */
  Predicate<String> matchingIgnoringCase(Wildcard wanted) {
    return switch (this) {
      case STRING_EQUALS, STRING_NOT_EQUALS -> wanted.text()::equalsIgnoreCase;
      case STRING_LIKE, STRING_NOT_LIKE -> wanted::matchesIgnoringCase;
      case ARN_EQUALS, ARN_LIKE, ARN_NOT_EQUALS, ARN_NOT_LIKE -> wanted::matchesArnIgnoringCase;
      default -> matching(wanted);
    };
  }
}
