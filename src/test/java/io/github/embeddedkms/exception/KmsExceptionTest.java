package io.github.embeddedkms.exception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.embeddedkms.PackagedClasses;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KmsExceptionTest {

  /** The service errors that the service's model does not list. */
  private static final Set<String> COMMON =
      Set.of(
          "AccessDeniedException",
          "ExpiredTokenException",
          "IncompleteSignatureException",
          "InvalidSignatureException",
          "MissingAuthenticationTokenException",
          "NotAuthorizedException",
          "SerializationException",
          "ThrottlingException",
          "UnknownOperationException",
          "UnrecognizedClientException",
          "ValidationException");

  private static final Set<String> FAULTS =
      Set.of("KmsInternalException", "DependencyTimeoutException", "KeyUnavailableException");

  private static final Set<String> WITHOUT_MESSAGE =
      Set.of(
          "InvalidCiphertextException", "KmsInvalidSignatureException", "KmsInvalidMacException");

  /** Returns the AWS SDK's names of the errors in the service's model. */
  private static Set<String> modelled() {
    return PackagedClasses.beside(software.amazon.awssdk.services.kms.model.KmsException.class)
        .stream()
        .filter(RuntimeException.class::isAssignableFrom)
        .map(Class::getSimpleName)
        .filter(name -> !name.equals("KmsException"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static Stream<Class<? extends KmsException>> errors() {
    return PackagedClasses.beside(KmsException.class).stream()
        .filter(KmsException.class::isAssignableFrom)
        .filter(type -> type != KmsException.class && type != UnmodeledKmsException.class)
        .map(type -> type.asSubclass(KmsException.class));
  }

  @Test
  void hierarchy_hasOneClassForEachModelledAndCommonError() {
    Set<String> expected = new TreeSet<>(modelled());
    assertThat(expected).hasSize(48);
    expected.addAll(COMMON);
    assertThat(errors().map(Class::getSimpleName)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @MethodSource("errors")
  void error_codeStatusAndRetry_matchTheService(Class<? extends KmsException> type)
      throws ReflectiveOperationException {
    KmsException error = create(type, "the text");
    String name = type.getSimpleName();
    // Abbreviations are words in Java names and in capitals on the wire.
    String code = name.replaceFirst("^Kms", "KMS").replace("HasCmKs", "HasCMKs");
    assertThat(error.errorCode()).isEqualTo(code);
    assertThat(error.statusCode()).isEqualTo(FAULTS.contains(name) ? 500 : 400);
    assertThat(error.isRetryable())
        .isEqualTo(FAULTS.contains(name) || name.equals("ThrottlingException"));
    assertThat(error).hasMessage(WITHOUT_MESSAGE.contains(name) ? null : "the text");
  }

  @ParameterizedTest
  @MethodSource("errors")
  void error_neverHasACause(Class<? extends KmsException> type)
      throws ReflectiveOperationException {
    KmsException error = create(type, null);
    assertThat(error).hasMessage(null).hasNoCause();
    assertThatIllegalStateException().isThrownBy(() -> error.initCause(new Exception("why")));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void serviceError_ofCode_isOfItsClass(Class<? extends KmsException> type)
      throws ReflectiveOperationException {
    KmsException created = create(type, "the text");
    KmsException found = ServiceErrors.of(created.errorCode(), 499, "the text");
    assertThat(found).isExactlyInstanceOf(type).hasMessage(created.getMessage());
    assertThat(found.statusCode()).isEqualTo(created.statusCode());
  }

  @Test
  void serviceError_ofUnknownCode_keepsWhatIsKnown() {
    KmsException found = ServiceErrors.of("SlowDown", 503, "wait");
    assertThat(found).isExactlyInstanceOf(UnmodeledKmsException.class).hasMessage("wait");
    assertThat(found.errorCode()).isEqualTo("SlowDown");
    assertThat(found.statusCode()).isEqualTo(503);
    assertThat(found.isRetryable()).isTrue();
    assertThat(ServiceErrors.of("SlowDown", 429, null).isRetryable()).isTrue();
    assertThat(ServiceErrors.of("Forbidden", 403, null).isRetryable()).isFalse();
  }

  private static KmsException create(Class<? extends KmsException> type, String message)
      throws ReflectiveOperationException {
    List<Constructor<?>> constructors = List.of(type.getConstructors());
    assertThat(constructors).hasSize(1);
    Constructor<?> only = constructors.get(0);
    return type.cast(
        only.getParameterCount() == 0 ? only.newInstance() : only.newInstance(message));
  }
}
