package io.github.embeddedkms.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.authorization.Reason;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which refusals the failure of a test shows, and how. */
class RefusalsTest {

  private final Refusals refusals = new Refusals();
  private final ExecutorService otherThread = Executors.newSingleThreadExecutor();

  @AfterEach
  void end() {
    otherThread.shutdown();
  }

  private static Explanation refusal(String action) {
    return new Explanation(
        false,
        action,
        "*",
        "arn:aws:iam::000000000000:user/alice",
        new Reason.NothingAllows(true, null),
        List.of(),
        "User: …");
  }

  private static String shown(String action) {
    return "\nDENIED "
        + action
        + " on * for arn:aws:iam::000000000000:user/alice\n"
        + "  no statement of an identity policy allows it";
  }

  /** Returns what is printed with the failure of a test; empty for nothing. */
  private static String printed(RefusalsOfTest test) {
    AssertionError failure = new AssertionError("failed");
    test.addTo(failure);
    return failure.getSuppressed().length == 0 ? "" : failure.getSuppressed()[0].getMessage();
  }

  private RefusalsOfTest begin() {
    RefusalsOfTest test = new RefusalsOfTest();
    refusals.begin(test);
    return test;
  }

  @Test
  void refusals_ofOneTest_areShownInOrder_andCounted() {
    RefusalsOfTest test = begin();
    assertThat(printed(test)).isEmpty();
    refusals.accept(refusal("kms:Encrypt"));
    assertThat(printed(test)).isEqualTo("a call was refused in this test" + shown("kms:Encrypt"));
    refusals.accept(refusal("kms:Decrypt"));
    refusals.accept(refusal("kms:Encrypt"));
    assertThat(printed(test))
        .isEqualTo(
            "3 calls were refused in this test"
                + shown("kms:Decrypt")
                + shown("kms:Encrypt")
                + "\n  2 times");
  }

  @Test
  void refusals_tooManyToShow_areThoseThatOccurredLast() {
    RefusalsOfTest test = begin();
    IntStream.range(0, 22).forEach(i -> refusals.accept(refusal("kms:Call" + i)));
    assertThat(printed(test))
        .startsWith(
            "22 calls were refused in this test; the first 2 are not shown"
                + shown("kms:Call2")
                + shown("kms:Call3"))
        .endsWith(shown("kms:Call21"));
  }

  @Test
  void refusal_inTheThreadOfATest_belongsToThatTest() throws Exception {
    RefusalsOfTest here = begin();
    RefusalsOfTest there = otherThread.submit(this::begin).get();
    refusals.accept(refusal("kms:Encrypt"));
    otherThread.submit(() -> refusals.accept(refusal("kms:Decrypt"))).get();
    assertThat(printed(here)).contains("kms:Encrypt").doesNotContain("kms:Decrypt");
    assertThat(printed(there)).contains("kms:Decrypt").doesNotContain("kms:Encrypt");
  }

  @Test
  void refusal_inAThreadOfNoTest_belongsToAllThatRun() throws Exception {
    RefusalsOfTest ended = begin();
    refusals.end(ended);
    RefusalsOfTest one = begin();
    RefusalsOfTest other = begin();
    otherThread.submit(() -> refusals.accept(refusal("kms:Decrypt"))).get();
    assertThat(printed(ended)).isEmpty();
    assertThat(printed(one)).isEqualTo(printed(other)).contains("kms:Decrypt");
  }

  @Test
  void refusal_inAThreadWithTwoTests_belongsToTheInnerOne() {
    RefusalsOfTest outer = begin();
    RefusalsOfTest inner = begin();
    refusals.accept(refusal("kms:Decrypt"));
    refusals.end(inner);
    refusals.accept(refusal("kms:Encrypt"));
    assertThat(printed(inner)).contains("kms:Decrypt").doesNotContain("kms:Encrypt");
    assertThat(printed(outer)).contains("kms:Encrypt").doesNotContain("kms:Decrypt");
  }

  @Test
  void refusal_outsideOfTests_isShownInEachTestUntilTheReset() {
    refusals.accept(refusal("kms:Decrypt"));
    RefusalsOfTest one = begin();
    refusals.end(one);
    RefusalsOfTest other = begin();
    refusals.end(other);
    refusals.reset();
    RefusalsOfTest afterReset = begin();
    assertThat(printed(one)).isEqualTo(printed(other)).contains("kms:Decrypt");
    assertThat(printed(refusals.outsideTests())).isEmpty();
    assertThat(printed(afterReset)).isEmpty();
  }
}
