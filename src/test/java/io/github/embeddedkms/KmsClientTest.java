package io.github.embeddedkms;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.OperationType;
import io.github.embeddedkms.operation.OperationType.Trait;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KmsClientTest {

  static Stream<Class<?>> operations() {
    return Arrays.stream(KmsRequest.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("operations")
  void operation_hasOneMethod_thatBuildsItsRequestAndCalls(Class<?> operation) throws Exception {
    String name = operation.getSimpleName();
    String methodName = Character.toLowerCase(name.charAt(0)) + name.substring(1);
    Method members = KmsClient.class.getMethod(methodName, Consumer.class);
    Class<?> response = operation.getDeclaredClasses()[0];
    assertThat(members.getReturnType()).isEqualTo(response);

    RecordingClient client = new RecordingClient(new CallbackClient(request -> null));
    Consumer<Object> fillsNothing = builder -> {};
    members.invoke(client, fillsNothing);
    KmsRequest<?> empty = client.requests().get(0);
    assertThat(empty).isInstanceOf(operation);
  }

  private static boolean isListing(Class<?> operation) {
    return OperationType.named(operation.getSimpleName()).orElseThrow().has(Trait.PAGED);
  }

  @Test
  void methods_areThoseOfTheOperations_andOneIsAbstract() {
    // A listing has a second method, which goes through its pages.
    List<String> listings =
        operations()
            .filter(KmsClientTest::isListing)
            .map(operation -> operation.getSimpleName().replaceFirst("^L", "l") + "Pages")
            .toList();
    assertThat(Arrays.stream(KmsClient.class.getMethods()).map(Method::getName))
        .hasSize(1 + (int) operations().count() + listings.size())
        .containsAll(listings);
    assertThat(Arrays.stream(KmsClient.class.getMethods()).filter(method -> !method.isDefault()))
        .extracting(Method::getName)
        .containsExactly("call");
  }
}
