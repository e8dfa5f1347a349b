package io.github.embeddedkms.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class PolicyFuzzTest {

  @FuzzTest
  void anyText_isAPolicyOrRefused_andDecides(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    Policy identityPolicy = Policy.identityPolicy(text);
    try {
      Identity identity = Identity.of(identityPolicy);
      assertDecided(Subjects.DEFAULT, Principal.of(Subjects.ALICE, identity));
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("policy #0: ").hasCauseInstanceOf(PolicyFault.class);
    }
    Policy keyPolicy = Policy.keyPolicy(text);
    try {
      keyPolicy.requireValid("aws", Identities.of(Map.of(Subjects.ALICE, Identity.none())));
    } catch (PolicyFault e) {
      assertThat(e.getMessage()).isNotEmpty();
      assertThat(e.path()).isNotNull();
      return;
    }
    for (String caller : List.of(Subjects.ALICE, Subjects.DEV, Subjects.CAROL, Subjects.LOGS)) {
      assertDecided(keyPolicy, Subjects.principal(caller));
    }
    String printed = keyPolicy.printed();
    Policy again = Policy.keyPolicy(printed);
    // Blanks and escapes can make the policy too long.
    if (printed.getBytes(StandardCharsets.UTF_8).length <= 32_768) {
      again.requireValid("aws", Identities.administrators());
      assertThat(again.printed()).isEqualTo(printed);
    }
  }

  private static void assertDecided(Policy keyPolicy, Principal caller) {
    Inquiry inquiry =
        Inquiry.ofKey(
            "kms:Decrypt",
            Subjects.KEY,
            keyPolicy,
            caller,
            Subjects.context("tenant", "acme", "a", "*"));
    Explanation explanation = Evaluator.explain(inquiry);
    assertThat(explanation.allowed()).isEqualTo(Evaluator.decide(inquiry).isAllowed());
    assertThat(explanation.toString()).isNotEmpty();
  }
}
