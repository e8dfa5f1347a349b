package io.github.embeddedkms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** The table of targets names benchmarks by strings, which no compiler checks. */
class TargetsTest {

  private static final TargetOptions OPTIONS = TargetOptions.parse("--forks", "3");

  static Stream<JmhSubject> benchmarks() {
    return Targets.ROWS.stream()
        .flatMap(row -> Stream.of(row.subject(), row.peer()).filter(Objects::nonNull))
        .filter(JmhSubject.class::isInstance)
        .map(JmhSubject.class::cast);
  }

  @ParameterizedTest
  @MethodSource("benchmarks")
  void benchmarkOfRow_exists(JmhSubject subject) {
    assertThat(subject.type().getMethods())
        .filteredOn(method -> method.isAnnotationPresent(Benchmark.class))
        .extracting(Method::getName)
        .contains(subject.method());
    assertThat(parameters(subject))
        .extracting(Field::getName)
        .containsAll(subject.parameters().keySet());
  }

  /** JMH would measure each value, and a row has one result. */
  @ParameterizedTest
  @MethodSource("benchmarks")
  void parameterWithSeveralValues_isChosenByRow(JmhSubject subject) {
    assertThat(parameters(subject))
        .filteredOn(field -> field.getAnnotation(Param.class).value().length > 1)
        .extracting(Field::getName)
        .isSubsetOf(subject.parameters().keySet());
  }

  /** The parameters of the class and of the states that the method takes. */
  private static List<Field> parameters(JmhSubject subject) {
    Stream<Class<?>> states =
        Stream.of(subject.type().getMethods())
            .filter(method -> method.getName().equals(subject.method()))
            .flatMap(method -> Stream.of(method.getParameterTypes()));
    return Stream.concat(Stream.of(subject.type()), states)
        .flatMap(state -> Stream.of(state.getDeclaredFields()))
        .filter(field -> field.isAnnotationPresent(Param.class))
        .toList();
  }

  @Test
  void rows_haveDifferentNames() {
    assertThat(Targets.ROWS).extracting(Target::name).doesNotHaveDuplicates();
  }

  @Test
  void measure_comparesTheMedians() {
    TargetResult result =
        TargetResult.measure(
            Target.timesAtMost("a", 1.5, samples(3, 2, 4), samples(2, 2, 1)), OPTIONS);
    assertThat(result.text())
        .isEqualTo("met: a: 1.50 (1.00 to 4.00); target ≤ 1.50; 3.00 s, 2.00 s");
  }

  @Test
  void measure_slowerThanTarget_isMissed() {
    TargetResult result =
        TargetResult.measure(
            Target.speedAtLeast("a", 0.9, samples(2e-3, 2e-3, 2e-3), samples(1e-3, 1e-3, 1e-3)),
            OPTIONS);
    assertThat(result.text())
        .isEqualTo("missed: a: 0.50 (0.50 to 0.50); target ≥ 0.90; 2.00 ms, 1.00 ms");
  }

  @Test
  void measure_boundIsTime_showsUnits() {
    TargetResult alone =
        TargetResult.measure(Target.timeAtMost("a", 1e-3, samples(2e-7, 1.5e-5, 2e-5)), OPTIONS);
    assertThat(alone.text())
        .isEqualTo("met: a: 15.0 µs (200 ns to 20.0 µs); target ≤ 1.00 ms; 15.0 µs");
    TargetResult extra =
        TargetResult.measure(
            Target.extraAtMost("a", 0.15, samples(0.3, 0.3, 0.3), samples(0.1, 0.1, 0.1)), OPTIONS);
    assertThat(extra.text())
        .isEqualTo("missed: a: 200 ms (200 ms to 200 ms); target ≤ 150 ms; 300 ms, 100 ms");
  }

  @Test
  void measure_noBound_isStated() {
    TargetResult result =
        TargetResult.measure(
            Target.extra("a", samples(0.3, 0.3, 0.3), samples(0.1, 0.1, 0.1)), OPTIONS);
    assertThat(result.text())
        .isEqualTo("stated: a: 200 ms (200 ms to 200 ms); target none; 300 ms, 100 ms");
  }

  @Test
  void measure_subjectFails_saysWhyThereIsNoResult() {
    Target target =
        Target.timeAtMost(
            "a",
            1,
            options -> {
              throw new IllegalStateException("first | line\nsecond line");
            });
    TargetResult result = TargetResult.measure(target, OPTIONS);
    assertThat(result.text()).isEqualTo("no result: a: first | line; target ≤ 1.00 s");
    assertThat(TargetResult.markdown(List.of(result), OPTIONS))
        .endsWith("| a | first \\| line | ≤ 1.00 s | no result | – |\n");
  }

  @Test
  void measure_byHand_hasNoResult() {
    Target target = Target.measuredByHand("a", 1.5);
    assertThat(TargetResult.measure(target, OPTIONS).text())
        .isEqualTo("no result: a: measured by hand; target ≥ 1.50");
  }

  @Test
  void markdown_ofResults_isTable() {
    TargetResult result =
        TargetResult.measure(
            Target.timesAtMost("a", 2, samples(1, 1, 1), samples(1, 1, 1)), OPTIONS);
    assertThat(TargetResult.markdown(List.of(result), OPTIONS))
        .contains(", forks: 3\n\n| what | result (least to greatest) | target | | times |\n")
        .endsWith("| a | 1.00 (1.00 to 1.00) | ≤ 2.00 | met | 1.00 s, 1.00 s |\n");
  }

  @Test
  void parse_allOptions_returnsThem() {
    TargetOptions options = TargetOptions.parse("data", "key", "--forks", "7", "--time", "50");
    assertThat(options.rows().pattern()).isEqualTo("data key");
    assertThat(options.rows().flags()).isEqualTo(Pattern.CASE_INSENSITIVE);
    assertThat(options.forks()).isEqualTo(7);
    assertThat(options.time()).isEqualTo(Duration.ofMillis(50));
    assertThat(options.quick()).isFalse();
  }

  @Test
  void parse_quick_shortensEverything() {
    TargetOptions options = TargetOptions.parse("--quick");
    assertThat(options.forks()).isEqualTo(1);
    assertThat(options.time()).isEqualTo(Duration.ofMillis(200));
    assertThat(options.quick()).isTrue();
  }

  @Test
  void parse_nothing_returnsAllRowsAndFiveForks() {
    TargetOptions options = TargetOptions.parse();
    assertThat(options.rows().matcher("any").find()).isTrue();
    assertThat(options.forks()).isEqualTo(5);
    assertThat(options.time()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "--fork, '--fork is not an option; there are --forks, --time and --quick'",
    "--forks, --forks needs a number from 1",
    "--forks 0, --forks needs a number from 1",
    "--time x, --time needs a number from 1",
    "(, 'not a regular expression: (: Unclosed group'"
  })
  void parse_wrongArguments_areRefused(String arguments, String message) {
    assertThatThrownBy(() -> TargetOptions.parse(arguments.split(" ", -1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static Target.Subject samples(double... seconds) {
    int[] next = {0};
    return options -> seconds[next[0]++];
  }
}
