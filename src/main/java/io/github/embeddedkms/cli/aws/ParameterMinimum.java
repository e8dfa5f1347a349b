package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.constraint.DeclaredConstraint;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Range;
import java.lang.reflect.AnnotatedType;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The least values and lengths of parameters. The AWS CLI checks them before it sends a request;
 * everything else about values, maxima for example, it leaves to the service.
 */
final class ParameterMinimum {

  private ParameterMinimum() {}

  /**
   * Compares a value with the minimum of its type.
   *
   * @param type the type of the member, with its constraints
   * @param value a string, a list or an integer; anything else has no minimum
   * @param path the position of the value in the request
   * @return what is wrong, in the AWS CLI's words; null if nothing is
   */
  static @Nullable String violation(AnnotatedType type, Object value, String path) {
    if (value instanceof Integer number) {
      Range bounds = DeclaredConstraint.find(Range.class, type);
      return bounds == null ? null : violation(number, bounds.min(), path);
    }
    int length =
        value instanceof String text
            ? text.codePointCount(0, text.length())
            : value instanceof List<?> list ? list.size() : Integer.MAX_VALUE;
    Length bounds = DeclaredConstraint.find(Length.class, type);
    return bounds == null || length >= bounds.min()
        ? null
        : "Invalid length for parameter "
            + path
            + ", value: "
            + length
            + ", valid min length: "
            + bounds.min();
  }

  /**
   * Compares a number with its minimum.
   *
   * @return what is wrong, in the AWS CLI's words; null if nothing is
   */
  static @Nullable String violation(Number value, int minimum, String path) {
    return new BigDecimal(value.toString()).compareTo(BigDecimal.valueOf(minimum)) >= 0
        ? null
        : "Invalid value for parameter "
            + path
            + ", value: "
            + value
            + ", valid min value: "
            + minimum;
  }
}
