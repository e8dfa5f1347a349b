package io.github.embeddedkms.cli.output;

import io.github.embeddedkms.json.JsonTree;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.smithy.jmespath.JmespathException;
import software.amazon.smithy.jmespath.JmespathExceptionType;
import software.amazon.smithy.jmespath.RuntimeType;
import software.amazon.smithy.jmespath.evaluation.EvaluationUtils;
import software.amazon.smithy.jmespath.evaluation.JmespathRuntime;
import software.amazon.smithy.jmespath.evaluation.NumberType;

/** JSON values as {@link JsonTree} has them, for the evaluator of queries. */
final class QueryTree implements JmespathRuntime<@Nullable Object> {

  static final QueryTree INSTANCE = new QueryTree();

  private QueryTree() {}

  private static JmespathException wrongType() {
    return new JmespathException(JmespathExceptionType.INVALID_TYPE, "invalid-type");
  }

  @Override
  public RuntimeType typeOf(@Nullable Object value) {
    if (value == null) {
      return RuntimeType.NULL;
    }
    if (value instanceof String) {
      return RuntimeType.STRING;
    }
    if (value instanceof Map) {
      return RuntimeType.OBJECT;
    }
    if (value instanceof List) {
      return RuntimeType.ARRAY;
    }
    return value instanceof Boolean ? RuntimeType.BOOLEAN : RuntimeType.NUMBER;
  }

  /**
   * As JSON in ASCII, as in the AWS CLI. Strings, which the evaluator returns as they are, never
   * get here.
   */
  @Override
  public String toString(@Nullable Object value) {
    StringBuilder ascii = new StringBuilder();
    for (char unit : JsonTree.write(value, "").toCharArray()) {
      ascii.append(unit < 0x80 ? String.valueOf(unit) : escaped(unit));
    }
    return ascii.toString();
  }

  private static String escaped(char unit) {
    return String.format(Locale.ROOT, "\\u%04x", (int) unit);
  }

  @Override
  public @Nullable Object createNull() {
    return null;
  }

  @Override
  public Object createBoolean(boolean value) {
    return value;
  }

  @Override
  public boolean asBoolean(@Nullable Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrongType();
  }

  @Override
  public Object createString(String value) {
    return value;
  }

  @Override
  public String asString(@Nullable Object value) {
    if (value instanceof String string) {
      return string;
    }
    throw wrongType();
  }

  /**
   * Integers stay integers, so that they are printed without a fraction. Everything else becomes a
   * double, as in the AWS CLI: arithmetic with the exponents that {@link BigDecimal} allows would
   * never end.
   */
  @Override
  public Object createNumber(Number value) {
    if (value instanceof Long || value instanceof Integer || value instanceof BigInteger) {
      return value;
    }
    double number = value.doubleValue();
    if (!Double.isFinite(number)) {
      throw new JmespathException(JmespathExceptionType.INVALID_VALUE, "a number is out of range");
    }
    return number;
  }

  @Override
  public NumberType numberType(@Nullable Object value) {
    return EvaluationUtils.numberType(asNumber(value));
  }

  @Override
  public Number asNumber(@Nullable Object value) {
    if (value instanceof Number number) {
      return number;
    }
    throw wrongType();
  }

  @Override
  public int length(@Nullable Object value) {
    if (value instanceof String string) {
      return EvaluationUtils.codePointCount(string);
    }
    return value instanceof Map<?, ?> object ? object.size() : list(value).size();
  }

  @Override
  public Iterable<@Nullable Object> asIterable(@Nullable Object value) {
    return value instanceof Map<?, ?> object ? new ArrayList<>(object.keySet()) : list(value);
  }

  @SuppressWarnings("unchecked")
  private static List<@Nullable Object> list(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return (List<@Nullable Object>) list;
    }
    throw wrongType();
  }

  @Override
  public @Nullable Object element(@Nullable Object array, int index) {
    return list(array).get(index);
  }

  @Override
  public @Nullable Object value(@Nullable Object object, @Nullable Object key) {
    return object instanceof Map<?, ?> members ? members.get(key) : null;
  }

  @Override
  public ArrayBuilder<@Nullable Object> arrayBuilder() {
    List<@Nullable Object> elements = new ArrayList<>();
    return new ArrayBuilder<>() {
      @Override
      public void add(@Nullable Object value) {
        elements.add(value);
      }

      @Override
      public void addAll(@Nullable Object collection) {
        asIterable(collection).forEach(elements::add);
      }

      @Override
      public Object build() {
        return elements;
      }
    };
  }

  @Override
  public ObjectBuilder<@Nullable Object> objectBuilder() {
    Map<Object, @Nullable Object> members = new LinkedHashMap<>();
    return new ObjectBuilder<>() {
      @Override
      public void put(@Nullable Object key, @Nullable Object value) {
        members.put(asString(key), value);
      }

      @Override
      public void putAll(@Nullable Object object) {
        asIterable(object).forEach(key -> put(key, value(object, key)));
      }

      @Override
      public Object build() {
        return members;
      }
    };
  }
}
