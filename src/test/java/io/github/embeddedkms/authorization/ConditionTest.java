package io.github.embeddedkms.authorization;

import static io.github.embeddedkms.authorization.Subjects.facts;
import static io.github.embeddedkms.authorization.Subjects.holds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every operator with present, absent and several values, alone and with prefix and suffix. */
class ConditionTest {

  /** A key with one value, and one that can have several. */
  private static final String SINGLE = "x:y";

  private static final String MULTI = "aws:TagKeys";

  /**
   * An operator, a value of the policy, a value of the request that matches it, one that does not
   * match, and whether the operator holds for those that do not match.
   */
  private record Line(String operator, String wanted, String equal, String other, boolean negated) {

    @Override
    public String toString() {
      return operator;
    }
  }

  static List<Line> operators() {
    List<Line> lines = new ArrayList<>();
    add(lines, "StringEquals", "StringNotEquals", "a", "a", "A");
    add(lines, "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "a", "A", "b");
    add(lines, "StringLike", "StringNotLike", "a*", "ab", "Ab");
    add(lines, "ArnEquals", "ArnNotEquals", "arn:a:b:*:d:e*", "arn:a:b:c:d:e:f", "arn:a:b:c:d:g");
    add(lines, "ArnLike", "ArnNotLike", "arn:a:b:*:d:e*", "arn:a:b:c:d:e:f", "e");
    add(lines, "NumericEquals", "NumericNotEquals", "10", "10.0", "1");
    add(lines, "NumericLessThan", null, "10", "9.5", "10");
    add(lines, "NumericLessThanEquals", null, "10", "10", "10.5");
    add(lines, "NumericGreaterThan", null, "10", "11", "10");
    add(lines, "NumericGreaterThanEquals", null, "10", "10", "9");
    String date = "2030-01-01T00:00:00Z";
    add(lines, "DateEquals", "DateNotEquals", date, "2030-01-01", "2030-01-02");
    add(lines, "DateLessThan", null, date, "2029-12-31T23:59:59Z", date);
    add(lines, "DateLessThanEquals", null, date, date, "2030-01-01T00:00:01Z");
    add(lines, "DateGreaterThan", null, date, "2030-01-01T00:00:01Z", date);
    add(lines, "DateGreaterThanEquals", null, date, date, "2029-12-31T23:59:59Z");
    add(lines, "Bool", null, "true", "True", "false");
    add(lines, "BinaryEquals", null, "AQI=", "AQI=", "AQM=");
    add(lines, "IpAddress", "NotIpAddress", "10.0.0.0/8", "10.1.2.3", "192.0.2.1");
    return lines;
  }

  private static void add(
      List<Line> lines, String positive, String negative, String wanted, String equal, String no) {
    lines.add(new Line(positive, wanted, equal, no, false));
    if (negative != null) {
      lines.add(new Line(negative, wanted, equal, no, true));
    }
  }

  @Test
  void operators_ofTheTable_areAll() {
    Set<String> tested = operators().stream().map(Line::operator).collect(Collectors.toSet());
    assertThat(Stream.concat(tested.stream(), Stream.of("Null")).map(Operator::named))
        .containsExactlyInAnyOrder(Operator.values());
  }

  private static String condition(String operator, String key, String... wanted) {
    String values = Arrays.stream(wanted).map(v -> "'" + v + "'").collect(Collectors.joining(","));
    return "'" + operator + "':{'" + key + "':[" + values + "]}";
  }

  @ParameterizedTest
  @MethodSource("operators")
  void oneValue_matchesOrNot_andAbsent(Line line) {
    String condition = condition(line.operator, SINGLE, line.wanted);
    assertThat(holds(condition, facts(SINGLE, line.equal))).isEqualTo(!line.negated);
    assertThat(holds(condition, facts(SINGLE, line.other))).isEqualTo(line.negated);
    assertThat(holds(condition, facts())).isEqualTo(line.negated);
  }

  @ParameterizedTest
  @MethodSource("operators")
  void severalValuesOfThePolicy_oneMustMatch_orNoneIfNegated(Line line) {
    for (String[] wanted :
        new String[][] {{line.wanted, "?"}, {"?", line.wanted}, {line.wanted, line.wanted}}) {
      String condition = condition(line.operator, SINGLE, wanted);
      assertThat(holds(condition, facts(SINGLE, line.equal))).isEqualTo(!line.negated);
      assertThat(holds(condition, facts(SINGLE, line.other))).isEqualTo(line.negated);
    }
    String none = condition(line.operator, SINGLE);
    assertThat(holds(none, facts(SINGLE, line.equal))).isEqualTo(line.negated);
  }

  @ParameterizedTest
  @MethodSource("operators")
  void ifExists_absentKey_holds(Line line) {
    String condition = condition(line.operator + "IfExists", SINGLE, line.wanted);
    assertThat(holds(condition, facts())).isTrue();
    assertThat(holds(condition, facts(SINGLE, line.equal))).isEqualTo(!line.negated);
    assertThat(holds(condition, facts(SINGLE, line.other))).isEqualTo(line.negated);
  }

  @ParameterizedTest
  @MethodSource("operators")
  void forAllValues_everyValueMustMatch_noneHolds(Line line) {
    for (String suffix : List.of("", "IfExists")) {
      String condition = condition("ForAllValues:" + line.operator + suffix, MULTI, line.wanted);
      assertThat(holds(condition, facts())).isTrue();
      assertThat(holds(condition, facts(MULTI, line.equal, MULTI, line.equal)))
          .isEqualTo(!line.negated);
      assertThat(holds(condition, facts(MULTI, line.other, MULTI, line.other)))
          .isEqualTo(line.negated);
      assertThat(holds(condition, facts(MULTI, line.equal, MULTI, line.other))).isFalse();
      assertThat(holds(condition, facts(MULTI, line.other, MULTI, line.equal))).isFalse();
    }
    // A key with one value is a list of one.
    String ofSingle = condition("ForAllValues:" + line.operator, SINGLE, line.wanted);
    assertThat(holds(ofSingle, facts(SINGLE, line.equal))).isEqualTo(!line.negated);
    assertThat(holds(ofSingle, facts())).isTrue();
  }

  @ParameterizedTest
  @MethodSource("operators")
  void forAnyValue_oneValueMustMatch_noneDoesNotHold(Line line) {
    String condition = condition("ForAnyValue:" + line.operator, MULTI, line.wanted);
    assertThat(holds(condition, facts())).isFalse();
    assertThat(holds(condition, facts(MULTI, line.equal, MULTI, line.equal)))
        .isEqualTo(!line.negated);
    assertThat(holds(condition, facts(MULTI, line.other, MULTI, line.other)))
        .isEqualTo(line.negated);
    assertThat(holds(condition, facts(MULTI, line.equal, MULTI, line.other))).isTrue();
    assertThat(holds(condition, facts(MULTI, line.other, MULTI, line.equal))).isTrue();
    String ifExists = condition("ForAnyValue:" + line.operator + "IfExists", MULTI, line.wanted);
    assertThat(holds(ifExists, facts())).isTrue();
    String ofSingle = condition("ForAnyValue:" + line.operator, SINGLE, line.wanted);
    assertThat(holds(ofSingle, facts(SINGLE, line.equal))).isEqualTo(!line.negated);
    assertThat(holds(ofSingle, facts())).isFalse();
  }

  /** Neither the operator nor its negation holds, unless the request has no value. */
  @ParameterizedTest
  @MethodSource("operators")
  void multiValuedKey_withoutSetOperator_holdsForNoValue(Line line) {
    String condition = condition(line.operator, MULTI, line.wanted);
    assertThat(holds(condition, facts(MULTI, line.equal))).isFalse();
    assertThat(holds(condition, facts(MULTI, line.other))).isFalse();
    assertThat(holds(condition, facts())).isEqualTo(line.negated);
    String ifExists = condition(line.operator + "IfExists", MULTI, line.wanted);
    assertThat(holds(ifExists, facts(MULTI, line.equal))).isFalse();
  }

  @Test
  void null_presentOrAbsentKey_isCompared() {
    for (String key : List.of(SINGLE, MULTI)) {
      assertThat(holds(condition("Null", key, "true"), facts())).isTrue();
      assertThat(holds(condition("Null", key, "true"), facts(key, "a"))).isFalse();
      assertThat(holds(condition("Null", key, "False"), facts())).isFalse();
      assertThat(holds(condition("Null", key, "false"), facts(key, "a"))).isTrue();
      assertThat(holds(condition("Null", key, "true", "false"), facts())).isTrue();
      assertThat(holds(condition("Null", key, "yes"), facts())).isFalse();
    }
    assertThat(holds("'Null':{'x:y':true}", facts())).isTrue();
  }

  @Test
  void severalKeysAndOperators_allMustHold() {
    String keys = "'StringEquals':{'x:y':'a','x:z':'b'}";
    assertThat(holds(keys, facts("x:y", "a", "x:z", "b"))).isTrue();
    assertThat(holds(keys, facts("x:y", "a", "x:z", "c"))).isFalse();
    String operators = "'StringLike':{'x:y':'a*'},'StringNotEquals':{'x:y':'ab'}";
    assertThat(holds(operators, facts("x:y", "ac"))).isTrue();
    assertThat(holds(operators, facts("x:y", "ab"))).isFalse();
    assertThat(holds("'StringEquals':{}", facts())).isTrue();
  }

  @Test
  void key_anyCase_isTheSame() {
    assertThat(
            holds(
                "'StringEquals':{'KMS:encryptionCONTEXT:AppName':'Shop'}",
                Subjects.context("appNAME", "Shop")))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    // An equals sign is no wildcard, and a text that is not of the type never matches.
    "StringEquals,a*,ab,false",
    "StringEquals,a*,a*,true",
    "ArnLike,*,arn:a:b:c:d:e,false",
    "ArnNotLike,arn:a:b:c:d:e,text,true",
    "NumericEquals,x,x,false",
    "NumericNotEquals,x,1,true",
    "NumericLessThan,10,x,false",
    "NumericEquals,1e2,100,true",
    "NumericEquals,1e999999999,1,false",
    "NumericEquals,-0,0,true",
    "DateEquals,2030,2030-01-01T01:00:00+01:00,true",
    "DateEquals,2030-02,2030-02-01T00:00Z,true",
    "DateEquals,2030-01-01T00:00:00.5Z,2030-01-01T00:00:00.500Z,true",
    "DateEquals,1893456000,2030-01-01,true",
    "DateEquals,2030-01-01T00:00:00,2030-01-01,false",
    "DateNotEquals,2030-13-01,2030-13-01,true",
    "DateLessThan,2030-01-01,99999999999999999999,false",
    "DateLessThan,2030-01-01,9999999999999999,false",
    "Bool,yes,yes,false",
    "Bool,TRUE,true,true",
    "BinaryEquals,?,?,false",
    "IpAddress,10.1.2.3,10.1.2.3,true",
    "IpAddress,10.1.2.3,10.1.2.4,false",
    "IpAddress,0.0.0.0/0,255.1.2.3,true",
    "IpAddress,10.1.2.0/25,10.1.2.128,false",
    "IpAddress,10.1.2.0/25,10.1.2.127,true",
    "IpAddress,10.1.2.0/33,10.1.2.0,false",
    "IpAddress,10.1.2,10.1.2.0,false",
    "IpAddress,localhost,127.0.0.1,false",
    "IpAddress,2001:db8::/32,2001:db8:1::5,true",
    "IpAddress,2001:db8::/32,2001:db9::,false",
    "IpAddress,::1,0:0:0:0:0:0:0:1,true",
    "IpAddress,::ffff:10.1.2.3,::ffff:a01:203,true",
    "IpAddress,::/0,10.1.2.3,false",
    "IpAddress,0.0.0.0/0,::1,false",
    "NotIpAddress,::/0,10.1.2.3,true",
    "IpAddress,1::2::3,1::2::3,false",
    "IpAddress,1:2:3:4:5:6:7:8::,1:2:3:4:5:6:7:8,false",
    "IpAddress,fe80::1%eth0,fe80::1,false",
    "IpAddress,10.1.2.256,10.1.2.256,false"
  })
  void values_edgesOfTheirTypes(String operator, String wanted, String actual, boolean expected) {
    assertThat(holds(condition(operator, SINGLE, wanted), facts(SINGLE, actual)))
        .isEqualTo(expected);
  }

  @Test
  void numbersAndBooleansOfJson_areValues() {
    assertThat(holds("'NumericEquals':{'x:y':[1.50]}", facts("x:y", "1.5"))).isTrue();
    assertThat(holds("'StringEquals':{'x:y':30}", facts("x:y", "30"))).isTrue();
    assertThat(holds("'Bool':{'x:y':true}", facts("x:y", "true"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ForAllValues:", "ForAnyValue:"})
  void manyValues_variables_areResolvedOnce(String quantifier) {
    Set<String> tagKeys =
        IntStream.range(0, 1000).mapToObj(String::valueOf).collect(Collectors.toSet());
    AtomicInteger asked = new AtomicInteger();
    Facts facts =
        key -> {
          if (key.equals("x:y")) {
            asked.incrementAndGet();
            return List.of("9");
          }
          return key.equals("aws:tagkeys") ? List.copyOf(tagKeys) : List.of();
        };
    String condition = condition(quantifier + "StringLike", MULTI, "x*", "${x:y}?*", "?", "??");
    assertThat(holds(condition, facts)).isEqualTo(quantifier.equals("ForAnyValue:"));
    assertThat(asked).hasValue(1);
  }
}
