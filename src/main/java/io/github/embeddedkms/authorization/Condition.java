package io.github.embeddedkms.authorization;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One key of a statement's conditions, under its operator.
 *
 * <p>Immutable. Source: IAM User Guide, "Conditions with multiple context keys or values" and
 * "Single-valued vs. multivalued context keys".
 */
final class Condition {

  private static final String IF_EXISTS = "IfExists";

  /** How the values of the request are combined. */
  enum Quantifier {
    /** There is one value. */
    NONE(""),
    FOR_ALL_VALUES("ForAllValues:"),
    FOR_ANY_VALUE("ForAnyValue:");

    private final String prefix;

    Quantifier(String prefix) {
      this.prefix = prefix;
    }
  }

  /**
   * An operator with its prefix and suffix.
   *
   * @param text the whole name
   * @param ifExists whether an absent key fulfils the condition
   */
  record Test(String text, Quantifier quantifier, Operator operator, boolean ifExists) {

    /** Parses the name of an operator, whose case counts; null if there is none of that name. */
    static @Nullable Test parse(String text) {
      Quantifier quantifier = Quantifier.NONE;
      for (Quantifier each : Quantifier.values()) {
        quantifier = text.startsWith(each.prefix) ? each : quantifier;
      }
      String name = text.substring(quantifier.prefix.length());
      boolean ifExists = name.endsWith(IF_EXISTS);
      Operator operator =
          Operator.named(ifExists ? name.substring(0, name.length() - IF_EXISTS.length()) : name);
      return operator == null || (ifExists && operator == Operator.NULL)
          ? null
          : new Test(text, quantifier, operator, ifExists);
    }
  }

  /**
   * A value of the policy.
   *
   * @param test its test, null if the value contains variables
   */
  private record Wanted(Variables variables, @Nullable Predicate<String> test) {}

  private final Test test;
  private final String name;
  private final String key;
  private final boolean multiValued;
  private final List<Wanted> wanted = new ArrayList<>();

  /** The tests of all values of the policy; null if some contain variables. */
  private final @Nullable List<Predicate<String>> constantTests;

  /**
   * Creates a condition.
   *
   * @param name the name of the key in the policy
   * @param values the values in the policy
   * @param withVariables whether the version of the policy has variables
   */
  Condition(Test test, String name, List<String> values, boolean withVariables) {
    this.test = test;
    this.name = name;
    this.key = name.toLowerCase(Locale.ROOT);
    this.multiValued = ConditionKeys.isMultiValued(key);
    List<Predicate<String>> constants = new ArrayList<>();
    for (String value : values) {
      Variables variables =
          withVariables && test.operator.takesVariables()
              ? Variables.in(value, 0)
              : Variables.none(value);
      Wildcard constant = variables.constant();
      Predicate<String> match = constant == null ? null : test.operator.matching(constant);
      wanted.add(new Wanted(variables, match));
      if (match != null) {
        constants.add(match);
      }
    }
    this.constantTests = constants.size() == wanted.size() ? constants : null;
  }

  Test test() {
    return test;
  }

  /** Returns the key as the policy has it. */
  String name() {
    return name;
  }

  /** Returns the key in lower case. */
  String key() {
    return key;
  }

  /** Returns whether the condition can never hold as it is when the request has values. */
  boolean lacksQuantifier() {
    return multiValued && test.quantifier == Quantifier.NONE && test.operator != Operator.NULL;
  }

  /** Returns the values as the policy has them. */
  List<String> wanted() {
    return wanted.stream().map(value -> value.variables.text()).toList();
  }

  /** Adds the condition keys that are asked for: the condition's own, and those of variables. */
  void addKeys(List<String> keys) {
    keys.add(key);
    for (Wanted value : wanted) {
      value.variables.addKeys(keys);
    }
  }

  /** Returns the key of the first variable without a value; null if all have one. */
  @Nullable String missingVariable(Inquiry inquiry) {
    for (Wanted value : wanted) {
      String missing = value.variables.missing(inquiry);
      if (missing != null) {
        return missing;
      }
    }
    return null;
  }

  boolean holds(Inquiry inquiry) {
    if (inquiry.target() == Inquiry.Target.ALIAS && ConditionKeys.isUnknownForAliases(key)) {
      return false;
    }
    List<String> actual = inquiry.values(key);
    if (test.operator == Operator.NULL) {
      return matches(actual.isEmpty() ? "true" : "false", tests(inquiry));
    }
    if (actual.isEmpty()) {
      return test.ifExists
          || switch (test.quantifier) {
            case NONE -> test.operator.isNegated();
            case FOR_ALL_VALUES -> true;
            case FOR_ANY_VALUE -> false;
          };
    }
    return !lacksQuantifier() && holdsFor(actual, tests(inquiry));
  }

  /** Returns whether the condition would hold if the case of letters in values did not count. */
  boolean wouldHoldIgnoringCase(Inquiry inquiry) {
    List<String> actual = inquiry.values(key);
    if (actual.isEmpty() || lacksQuantifier() || test.operator.isNegated()) {
      return false;
    }
    List<Predicate<String>> tests = new ArrayList<>();
    for (Wanted value : wanted) {
      Wildcard resolved = value.variables.resolve(inquiry);
      if (resolved != null) {
        tests.add(test.operator.matchingIgnoringCase(resolved));
      }
    }
    return holdsFor(actual, tests);
  }

  private boolean holdsFor(List<String> actual, List<Predicate<String>> tests) {
    return switch (test.quantifier) {
      case NONE -> holds(actual.get(0), tests);
      case FOR_ALL_VALUES -> {
        for (String each : actual) {
          if (!holds(each, tests)) {
            yield false;
          }
        }
        yield true;
      }
      case FOR_ANY_VALUE -> {
        for (String each : actual) {
          if (holds(each, tests)) {
            yield true;
          }
        }
        yield false;
      }
    };
  }

  /** Returns the tests of the policy's values, without those whose variables have no value. */
  private List<Predicate<String>> tests(Inquiry inquiry) {
    if (constantTests != null) {
      return constantTests;
    }
    List<Predicate<String>> tests = new ArrayList<>(wanted.size());
    for (Wanted value : wanted) {
      if (value.test != null) {
        tests.add(value.test);
        continue;
      }
      Wildcard resolved = value.variables.resolve(inquiry);
      if (resolved != null) {
        tests.add(test.operator.matching(resolved));
      }
    }
    return tests;
  }

  private boolean holds(String actual, List<Predicate<String>> tests) {
    return matches(actual, tests) != test.operator.isNegated();
  }

  private static boolean matches(String actual, List<Predicate<String>> tests) {
    for (Predicate<String> each : tests) {
      if (each.test(actual)) {
        return true;
      }
    }
    return false;
  }
}
