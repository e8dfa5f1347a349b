package io.github.embeddedkms.cli.output;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import software.amazon.smithy.jmespath.ExpressionVisitor;
import software.amazon.smithy.jmespath.JmespathException;
import software.amazon.smithy.jmespath.JmespathExceptionType;
import software.amazon.smithy.jmespath.JmespathExpression;
import software.amazon.smithy.jmespath.ast.AndExpression;
import software.amazon.smithy.jmespath.ast.ComparatorExpression;
import software.amazon.smithy.jmespath.ast.CurrentExpression;
import software.amazon.smithy.jmespath.ast.ExpressionTypeExpression;
import software.amazon.smithy.jmespath.ast.FieldExpression;
import software.amazon.smithy.jmespath.ast.FilterProjectionExpression;
import software.amazon.smithy.jmespath.ast.FlattenExpression;
import software.amazon.smithy.jmespath.ast.FunctionExpression;
import software.amazon.smithy.jmespath.ast.IndexExpression;
import software.amazon.smithy.jmespath.ast.LiteralExpression;
import software.amazon.smithy.jmespath.ast.MultiSelectHashExpression;
import software.amazon.smithy.jmespath.ast.MultiSelectListExpression;
import software.amazon.smithy.jmespath.ast.NotExpression;
import software.amazon.smithy.jmespath.ast.ObjectProjectionExpression;
import software.amazon.smithy.jmespath.ast.OrExpression;
import software.amazon.smithy.jmespath.ast.ProjectionExpression;
import software.amazon.smithy.jmespath.ast.SliceExpression;
import software.amazon.smithy.jmespath.ast.Subexpression;

/**
 * Copies an expression, refuses functions that do not exist, and replaces slices: the library's
 * return the last element for a slice that begins after it, {@code Keys[3:]} of three keys for
 * example, and fail for a slice of an empty list.
 */
final class QueryChecks implements ExpressionVisitor<JmespathExpression> {

  private QueryChecks() {}

  /**
   * Returns the expression to evaluate.
   *
   * @throws JmespathException if a function does not exist; its message is the name
   */
  static JmespathExpression check(JmespathExpression parsed) {
    return parsed.accept(new QueryChecks());
  }

  /** A slice of a list, with the rules of Python, which the specification took over. */
  private static final class Slice extends JmespathExpression {

    private final OptionalInt start;
    private final OptionalInt stop;
    private final int step;

    Slice(SliceExpression parsed) {
      super(parsed.getLine(), parsed.getColumn());
      this.start = parsed.getStart();
      this.stop = parsed.getStop();
      this.step = parsed.getStep();
    }

    /** Only the evaluator of JSON trees visits this node, so its values are those of JSON trees. */
    @Override
    @SuppressWarnings({"unchecked", "NullAway"})
    public <T> T accept(ExpressionVisitor<T> evaluator) {
      return (T) slice(evaluator.visitCurrentNode(new CurrentExpression()));
    }

    private @Nullable Object slice(@Nullable Object current) {
      if (!(current instanceof List<?> list)) {
        return null;
      }
      if (step == 0) {
        throw new JmespathException(
            JmespathExceptionType.INVALID_VALUE, "a number is out of range");
      }
      int least = step > 0 ? 0 : -1;
      int most = step > 0 ? list.size() : list.size() - 1;
      int first = position(start, step > 0 ? least : most, least, most, list.size());
      int end = position(stop, step > 0 ? most : least, least, most, list.size());
      List<@Nullable Object> slice = new ArrayList<>();
      // With a long, a large step does not overflow.
      for (long i = first; step > 0 ? i < end : i > end; i += step) {
        slice.add(list.get((int) i));
      }
      return slice;
    }

    /** A position within the bounds. Negative ones count from the end. */
    private static int position(OptionalInt given, int absent, int least, int most, int size) {
      if (given.isEmpty()) {
        return absent;
      }
      int position = given.getAsInt() < 0 ? given.getAsInt() + size : given.getAsInt();
      return Math.max(least, Math.min(most, position));
    }
  }

  @Override
  public JmespathExpression visitSlice(SliceExpression slice) {
    return new Slice(slice);
  }

  @Override
  public JmespathExpression visitFunction(FunctionExpression function) {
    requireKnown(function.getName());
    return new FunctionExpression(function.getName(), all(function.getArguments()));
  }

  /** The library tells functions apart only when it calls them. None takes no argument. */
  private static void requireKnown(String function) {
    try {
      new FunctionExpression(function, List.of()).evaluate(null, QueryTree.INSTANCE);
    } catch (JmespathException e) {
      if (e.getType() == JmespathExceptionType.UNKNOWN_FUNCTION) {
        throw e;
      }
    }
  }

  private JmespathExpression one(JmespathExpression expression) {
    return expression.accept(this);
  }

  private List<JmespathExpression> all(List<JmespathExpression> expressions) {
    return expressions.stream().map(this::one).toList();
  }

  @Override
  public JmespathExpression visitAnd(AndExpression and) {
    return new AndExpression(one(and.getLeft()), one(and.getRight()));
  }

  @Override
  public JmespathExpression visitOr(OrExpression or) {
    return new OrExpression(one(or.getLeft()), one(or.getRight()));
  }

  @Override
  public JmespathExpression visitNot(NotExpression not) {
    return new NotExpression(one(not.getExpression()));
  }

  @Override
  public JmespathExpression visitComparator(ComparatorExpression comparison) {
    return new ComparatorExpression(
        comparison.getComparator(), one(comparison.getLeft()), one(comparison.getRight()));
  }

  @Override
  public JmespathExpression visitSubexpression(Subexpression expression) {
    return new Subexpression(one(expression.getLeft()), one(expression.getRight()));
  }

  @Override
  public JmespathExpression visitExpressionType(ExpressionTypeExpression reference) {
    return new ExpressionTypeExpression(one(reference.getExpression()));
  }

  @Override
  public JmespathExpression visitFlatten(FlattenExpression flatten) {
    return new FlattenExpression(one(flatten.getExpression()));
  }

  @Override
  public JmespathExpression visitProjection(ProjectionExpression projection) {
    return new ProjectionExpression(one(projection.getLeft()), one(projection.getRight()));
  }

  @Override
  public JmespathExpression visitObjectProjection(ObjectProjectionExpression projection) {
    return new ObjectProjectionExpression(one(projection.getLeft()), one(projection.getRight()));
  }

  @Override
  public JmespathExpression visitFilterProjection(FilterProjectionExpression filter) {
    return new FilterProjectionExpression(
        one(filter.getLeft()), one(filter.getComparison()), one(filter.getRight()));
  }

  @Override
  public JmespathExpression visitMultiSelectList(MultiSelectListExpression list) {
    return new MultiSelectListExpression(all(list.getExpressions()));
  }

  @Override
  public JmespathExpression visitMultiSelectHash(MultiSelectHashExpression hash) {
    Map<String, JmespathExpression> members = new LinkedHashMap<>();
    hash.getExpressions().forEach((name, value) -> members.put(name, one(value)));
    return new MultiSelectHashExpression(members);
  }

  @Override
  public JmespathExpression visitCurrentNode(CurrentExpression current) {
    return current;
  }

  @Override
  public JmespathExpression visitField(FieldExpression field) {
    return field;
  }

  @Override
  public JmespathExpression visitIndex(IndexExpression index) {
    return index;
  }

  @Override
  public JmespathExpression visitLiteral(LiteralExpression literal) {
    return literal;
  }
}
