package io.github.embeddedkms.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.model.SecretBytes;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every response with a plaintext that may be absent has a method that returns it or throws. */
class RequiredPlaintextTest {

  static Stream<RecordComponent> plaintexts() {
    return Arrays.stream(KmsRequest.class.getPermittedSubclasses())
        .flatMap(request -> Arrays.stream(request.getDeclaredClasses()))
        .filter(Class::isRecord)
        .flatMap(response -> Arrays.stream(response.getRecordComponents()))
        .filter(member -> member.getType() == SecretBytes.class)
        .filter(member -> member.getAnnotatedType().isAnnotationPresent(Nullable.class));
  }

  @Test
  void responses_withPlaintext_areKnown() {
    assertThat(plaintexts().map(member -> member.getDeclaringRecord().getName()))
        .containsExactlyInAnyOrder(
            Decrypt.Response.class.getName(),
            DeriveSharedSecret.Response.class.getName(),
            GenerateDataKey.Response.class.getName(),
            GenerateDataKeyPair.Response.class.getName(),
            GenerateRandom.Response.class.getName());
  }

  @ParameterizedTest
  @MethodSource("plaintexts")
  void requirePlaintext_present_returnsIt(RecordComponent plaintext) throws Exception {
    SecretBytes secret = SecretBytes.fromUtf8String("hello");
    assertThat(require(plaintext).invoke(response(plaintext, secret))).isSameAs(secret);
  }

  @ParameterizedTest
  @MethodSource("plaintexts")
  void requirePlaintext_absent_throwsWithItsName(RecordComponent plaintext) throws Exception {
    Object response = response(plaintext, null);
    assertThatThrownBy(() -> require(plaintext).invoke(response))
        .isInstanceOf(InvocationTargetException.class)
        .cause()
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage(
            "the response has no %s; if the request has a recipient, ciphertextForRecipient has it",
            plaintext.getName());
  }

  private static Method require(RecordComponent plaintext) throws NoSuchMethodException {
    String name = plaintext.getName();
    return plaintext
        .getDeclaringRecord()
        .getMethod("require" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1));
  }

  /** A response without any other member. */
  private static Object response(RecordComponent plaintext, @Nullable SecretBytes secret)
      throws ReflectiveOperationException {
    RecordComponent[] members = plaintext.getDeclaringRecord().getRecordComponents();
    Class<?>[] types =
        Arrays.stream(members).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] values =
        Arrays.stream(members)
            .map(member -> member.getName().equals(plaintext.getName()) ? secret : null)
            .toArray();
    return plaintext.getDeclaringRecord().getConstructor(types).newInstance(values);
  }
}
