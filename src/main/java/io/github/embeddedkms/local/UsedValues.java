package io.github.embeddedkms.local;

import io.github.embeddedkms.local.UsedPermission.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The encryption contexts and aliases with which permissions of one shape were used. */
final class UsedValues {

  private static final String CONTEXT = "kms:EncryptionContext:";
  private static final String CONTEXT_KEYS = "kms:EncryptionContextKeys";
  private static final String ALIAS = "kms:RequestAlias";

  private static final String EQUALS = "StringEquals";
  private static final String ONLY = "ForAllValues:StringEquals";
  private static final String NULL = "Null";

  private final Map<String, FewValues> context = new TreeMap<>();
  private final FewValues aliases = new FewValues();

  /** Whether a use did not name the key by an alias. */
  private boolean withoutAlias;

  UsedValues() {}

  /** Returns whether adding a use would change nothing. */
  boolean covers(UsedPermission used) {
    if (!withoutAlias && (used.alias() == null || !aliases.covers(used.alias()))) {
      return false;
    }
    for (Map.Entry<String, String> pair : used.context().entrySet()) {
      FewValues values = context.get(pair.getKey());
      if (values == null || !values.covers(pair.getValue())) {
        return false;
      }
    }
    return true;
  }

  void add(UsedPermission used) {
    used.context().forEach((name, value) -> of(name).add(value));
    addAlias(used.alias());
  }

  private void addAlias(@Nullable String alias) {
    if (alias == null) {
      withoutAlias = true;
    } else {
      aliases.add(alias);
    }
  }

  void addAll(UsedValues others) {
    others.context.forEach((name, values) -> of(name).addAll(values));
    aliases.addAll(others.aliases);
    withoutAlias |= others.withoutAlias;
  }

  private FewValues of(String name) {
    return context.computeIfAbsent(name, added -> new FewValues());
  }

  /**
   * Returns the element {@code Condition} that these uses fulfil: by operator and condition key,
   * the value or values. Empty if every use of the action is to be allowed.
   */
  Map<String, Map<String, Object>> condition(Shape shape) {
    Map<String, Map<String, Object>> condition = new TreeMap<>();
    if (shape.takesContext()) {
      addContext(condition, shape.contextKeys());
    }
    if (!withoutAlias) {
      require(condition, ALIAS, aliases);
    }
    return condition;
  }

  /** Each name is required, and no other allowed. */
  private void addContext(Map<String, Map<String, Object>> condition, List<String> names) {
    if (names.isEmpty()) {
      put(condition, NULL, CONTEXT_KEYS, "true");
      return;
    }
    put(condition, ONLY, CONTEXT_KEYS, literals(names));
    List<String> ambiguous = equalInLowerCase(names);
    for (String name : names) {
      if (!ambiguous.contains(name)) {
        require(condition, CONTEXT + name, of(name));
      }
    }
    requirePresence(condition, ambiguous);
  }

  /**
   * Requires names that differ only in case. The names of condition keys ignore case, so that a
   * value could be that of any of them: the names are compared instead. There are two operators for
   * that, hence two names; of others, only one that is the same in lower case is required.
   */
  private static void requirePresence(
      Map<String, Map<String, Object>> condition, List<String> names) {
    Set<String> required = new TreeSet<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (i == 0) {
        put(condition, "ForAnyValue:StringEquals", CONTEXT_KEYS, literals(List.of(name)));
      } else if (i == 1) {
        put(condition, "ForAnyValue:StringLike", CONTEXT_KEYS, literalPattern(name));
      }
      if (required.add(name.toLowerCase(Locale.ROOT)) && i > 1) {
        put(condition, NULL, CONTEXT + name, "false");
      }
    }
  }

  /** Returns the names that are the same as another one in lower case. */
  private static List<String> equalInLowerCase(List<String> names) {
    Map<String, List<String>> byLowerCase = new TreeMap<>();
    for (String name : names) {
      byLowerCase
          .computeIfAbsent(name.toLowerCase(Locale.ROOT), added -> new ArrayList<>())
          .add(name);
    }
    List<String> equal = new ArrayList<>();
    for (List<String> same : byLowerCase.values()) {
      if (same.size() > 1) {
        equal.addAll(same);
      }
    }
    return equal;
  }

  /** Requires one of the values; any value if there are too many. */
  private static void require(
      Map<String, Map<String, Object>> condition, String key, FewValues values) {
    if (values.areMany()) {
      put(condition, NULL, key, "false");
    } else {
      put(condition, EQUALS, key, literals(values.listed()));
    }
  }

  private static void put(
      Map<String, Map<String, Object>> condition, String operator, String key, Object values) {
    condition.computeIfAbsent(operator, added -> new TreeMap<>()).put(key, values);
  }

  /** Returns a string as a pattern in which no character is a wildcard or begins a variable. */
  static String literalPattern(String text) {
    // One after the other: the replacements of the first contain none of the others.
    return text.replace("$", "${$}").replace("*", "${*}").replace("?", "${?}");
  }

  /** Returns the values so that nothing in them is a variable, for operators without wildcards. */
  private static Object literals(Collection<String> values) {
    List<String> literals = new ArrayList<>(values.size());
    for (String value : values) {
      literals.add(value.replace("${", "${$}{"));
    }
    return literals.size() == 1 ? literals.get(0) : literals;
  }
}
