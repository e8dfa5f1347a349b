package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DecryptBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperationHandlerTest {

  private final SecretBytes plaintext = SecretBytes.fromUtf8String("secret");
  private final Call<Decrypt> call =
      new Call<>(
          "Decrypt", Caller.of("eu-west-1", "111122223333"), DecryptBuilder.builder().build());

  /** Replaces the check that opens a ciphertext. */
  private void open(Call<Decrypt> call) {
    Opening opening = new Opening("Decrypt", null, null, null, null);
    call.opening(opening);
    opening.opened(null, plaintext);
  }

  private static Decrypt.Response fail() {
    throw new IllegalArgumentException("failed");
  }

  private void assertWiped() {
    assertThatThrownBy(plaintext::asByteArray).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void run_checkAfterOpeningFails_wipesThePlaintext() {
    var operation =
        new OperationHandler<Decrypt, Decrypt.Response>(
            "Decrypt", List.of(this::open, call -> fail()), List.of(), call -> fail(), null);
    assertThatThrownBy(() -> operation.run(call)).hasMessage("failed");
    assertWiped();
  }

  @Test
  void run_actFails_wipesThePlaintext() {
    var operation =
        new OperationHandler<Decrypt, Decrypt.Response>(
            "Decrypt", List.of(this::open), List.of(), call -> fail(), null);
    assertThatThrownBy(() -> operation.run(call)).hasMessage("failed");
    assertWiped();
  }

  @Test
  void run_everyCheckPasses_returnsThePlaintext() {
    var operation =
        new OperationHandler<Decrypt, Decrypt.Response>(
            "Decrypt",
            List.of(this::open),
            List.of(),
            call ->
                new Decrypt.Response(
                    "key", call.opening().plaintext(), SYMMETRIC_DEFAULT, null, null),
            null);
    assertThat(operation.run(call).plaintext().asUtf8String()).isEqualTo("secret");
  }
}
