package io.github.embeddedkms.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.envelope.TrustedKeys.Attempt;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.ThrottlingException;
import io.github.embeddedkms.model.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of several failures is reported. */
class AttemptsTest {

  private final List<String> tried = new ArrayList<>();

  private Optional<String> outcome(Attempt attempt) {
    tried.add(attempt.keyId());
    return switch (attempt.keyId()) {
      case "opens" -> Optional.of("opened");
      case "mismatch" -> Optional.empty();
      case "invalid" -> throw new InvalidCiphertextException();
      case "incorrect" -> throw new IncorrectKeyException("another key");
      case "throttled" -> throw new ThrottlingException("slow down");
      default -> throw new IllegalStateException("closed");
    };
  }

  private static List<Attempt> attempts(String outcomes) {
    List<Attempt> attempts = new ArrayList<>();
    for (String outcome : outcomes.split(" ", -1)) {
      Recipient recipient = new Recipient("arn", Bytes.fromUtf8String("blob"));
      attempts.add(new Attempt(recipient, outcome));
    }
    return attempts;
  }

  @ParameterizedTest
  @CsvSource({
    "mismatch, WrongContextOrKeyException, WrongContextOrKeyException",
    "invalid incorrect, WrongContextOrKeyException, WrongContextOrKeyException",
    "throttled, ThrottlingException, ThrottlingException",
    "throttled closed, ThrottlingException, ThrottlingException",
    "closed throttled, IllegalStateException, IllegalStateException",
    "throttled mismatch, WrongContextOrKeyException, ThrottlingException",
    "invalid throttled, WrongContextOrKeyException, ThrottlingException",
    "mismatch mismatch mismatch, TooManyRecipientsException, TooManyRecipientsException",
    "throttled throttled throttled, ThrottlingException, ThrottlingException",
    "throttled mismatch mismatch, TooManyRecipientsException, ThrottlingException",
    "mismatch mismatch opens, TooManyRecipientsException, TooManyRecipientsException",
  })
  void severalFailures_oneIsReported(String outcomes, String reported, String reportedByRewrap) {
    Attempts two = new Attempts(2);
    assertThatThrownBy(() -> two.first(attempts(outcomes), this::outcome))
        .extracting(e -> e.getClass().getSimpleName())
        .isEqualTo(reported);
    assertThat(tried).hasSizeLessThanOrEqualTo(2);
    assertThatThrownBy(() -> two.firstOrFailure(attempts(outcomes), this::outcome))
        .extracting(e -> e.getClass().getSimpleName())
        .isEqualTo(reportedByRewrap);
  }

  @ParameterizedTest
  @CsvSource({"opens closed, 1", "invalid opens closed, 2", "throttled mismatch opens, 3"})
  void firstRecipientThatOpens_endsTheSearch(String outcomes, int calls) {
    assertThat(new Attempts(3).first(attempts(outcomes), this::outcome)).isEqualTo("opened");
    assertThat(tried).hasSize(calls);
  }
}
