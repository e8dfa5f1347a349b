package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.operation.KmsRequest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OperationTableTest {

  static List<Sample> samples() {
    return Sample.all();
  }

  @Test
  void samples_coverEveryOperation() {
    assertThat(samples().stream().map(Sample::operation).distinct())
        .containsExactlyElementsOf(
            Arrays.stream(KmsRequest.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .sorted()
                .toList());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void operation_validRequest_returnsItsOwnResponse(Sample sample) {
    try (Fixture fixture = sample.fixture()) {
      KmsRequest<?> request = sample.valid().apply(fixture);
      assertThat(request.getClass().getSimpleName()).isEqualTo(sample.operation());
      Object response = fixture.kms.call(request);
      assertThat(response.getClass().getEnclosingClass()).isEqualTo(request.getClass());
    }
  }
}
