package io.github.embeddedkms.cli.output;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import org.jspecify.annotations.Nullable;
import software.amazon.smithy.jmespath.JmespathException;
import software.amazon.smithy.jmespath.JmespathExceptionType;
import software.amazon.smithy.jmespath.JmespathExpression;

/**
 * A JMESPath expression, which chooses a part of a response. Immutable.
 *
 * <p>Source: jmespath.org, "JMESPath Specification". The evaluator is that of {@code
 * software.amazon.smithy:smithy-jmespath}, except for slices ({@link QueryChecks}).
 */
public final class Query {

  private final String text;
  private final JmespathExpression expression;

  private Query(String text, JmespathExpression expression) {
    this.text = text;
    this.expression = expression;
  }

  /**
   * Parses an expression.
   *
   * @param text the value of the option {@code --query}
   * @return the query
   * @throws CommandLineException if this is not JMESPath, or calls an unknown function
   */
  public static Query parse(String text) {
    if (text.isEmpty()) {
      throw malformed(text, "Invalid JMESPath expression: cannot be empty.");
    }
    try {
      return new Query(
          text,
          QueryChecks.check(
              JmespathExpression.parse(OldLiterals.asJson(text), QueryTree.INSTANCE)));
    } catch (JmespathException e) {
      if (e.getType() == JmespathExceptionType.UNKNOWN_FUNCTION) {
        // The AWS CLI notices this only after the call, when a key may have been created.
        throw CommandLineException.value("Unknown function: " + e.getMessage() + "()");
      }
      throw malformed(text, "Invalid jmespath expression: " + e.getMessage());
    } catch (RuntimeException e) {
      // The parser checks few of the numbers and escapes that it passes to the JDK.
      throw malformed(text, "Invalid jmespath expression");
    } catch (StackOverflowError e) {
      throw malformed(text, "Invalid jmespath expression: nested too deeply");
    }
  }

  private static CommandLineException malformed(String text, String reason) {
    return CommandLineException.invalid("Bad value for --query " + text + ": " + reason);
  }

  /**
   * Evaluates the expression.
   *
   * @param document a JSON value: null, a boolean, number or string, a list or a map
   * @return the result, a JSON value that shares parts with the document
   * @throws CommandLineException if the expression does not fit the document
   */
  public @Nullable Object apply(@Nullable Object document) {
    try {
      return expression.evaluate(document, QueryTree.INSTANCE);
    } catch (JmespathException e) {
      // Its message can quote the response, which can contain a secret.
      throw failure(
          switch (e.getType()) {
            case INVALID_TYPE -> "a function does not take a value of this type";
            case INVALID_ARITY -> "a function does not take this number of arguments";
            default -> "a number is out of range";
          });
    } catch (RuntimeException | StackOverflowError e) {
      // The evaluator checks few of the arguments that it passes to the JDK.
      throw failure("the expression does not fit the response");
    }
  }

  private CommandLineException failure(String reason) {
    return CommandLineException.value("Cannot evaluate --query " + text + ": " + reason);
  }
}
