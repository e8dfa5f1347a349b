package io.github.embeddedkms.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.embeddedkms.LoadedClasses;
import io.github.embeddedkms.operation.OperationType.Trait;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

class OperationTypeTest {

  private static final String SDK_MODEL = "software.amazon.awssdk.services.kms.model.";

  static Stream<OperationType> supported() {
    return Arrays.stream(OperationType.values()).filter(OperationType::isSupported);
  }

  private static Set<String> membersInTheSdk(String shape) throws ReflectiveOperationException {
    Object builder = Class.forName(SDK_MODEL + shape).getMethod("builder").invoke(null);
    return ((SdkPojo) builder)
        .sdkFields().stream().map(SdkField::locationName).collect(Collectors.toSet());
  }

  @Test
  void names_areAllOperationsOfTheModel() {
    assertThat(OperationType.values()).hasSize(56);
    Set<String> ofTheSdk = new TreeSet<>();
    for (java.lang.reflect.Method method :
        software.amazon.awssdk.services.kms.KmsClient.class.getMethods()) {
      Class<?>[] parameters = method.getParameterTypes();
      if (parameters.length == 1 && parameters[0].getSimpleName().endsWith("Request")) {
        String name = parameters[0].getSimpleName().replaceFirst("Request$", "");
        ofTheSdk.add(name);
      }
    }
    assertThat(Arrays.stream(OperationType.values()).map(OperationType::operationName))
        .containsExactlyElementsOf(ofTheSdk);
  }

  @ParameterizedTest
  @EnumSource
  void traits_areThoseOfTheModel(OperationType type) throws ReflectiveOperationException {
    Set<String> request = membersInTheSdk(type.operationName() + "Request");
    assertThat(type.has(Trait.DRY_RUN)).isEqualTo(request.contains("DryRun"));
    assertThat(type.has(Trait.PAGED)).isEqualTo(request.containsAll(Set.of("Limit", "Marker")));
    if (type.operationName().matches("(Describe|Get|List).*")) {
      assertThat(type.has(Trait.READ_ONLY)).isTrue();
    }
  }

  @Test
  void supported_areTheRequestsThatTheCompilerPermits() {
    List<Class<?>> requests = new ArrayList<>();
    supported().forEach(type -> requests.add(type.request()));
    assertThat(requests).containsExactly(KmsRequest.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @EnumSource
  void find_byNameAndTarget(OperationType type) {
    assertThat(OperationType.named(type.operationName())).contains(type);
    assertThat(OperationType.ofTarget("TrentService." + type.operationName())).contains(type);
    assertThat(type.target()).isEqualTo("TrentService." + type.operationName());
    assertThat(OperationType.ofTarget(type.operationName())).isEmpty();
    assertThat(OperationType.named(type.operationName().toLowerCase(java.util.Locale.ROOT)))
        .isEmpty();
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.MethodSource("supported")
  void request_andResponse_areItsRecords(OperationType type) {
    assertThat(type.request().getSimpleName()).isEqualTo(type.operationName());
    assertThat(type.response().getDeclaringClass()).isEqualTo(type.request());
  }

  @Test
  void request_ofAnOperationThatIsNotSupported_isABugOfTheCaller() {
    assertThat(OperationType.CONNECT_CUSTOM_KEY_STORE.isSupported()).isFalse();
    assertThatIllegalStateException()
        .isThrownBy(OperationType.CONNECT_CUSTOM_KEY_STORE::request)
        .withMessage("ConnectCustomKeyStore is not supported yet");
  }

  @Test
  void find_byName_loadsNoRequestOfAnotherOperation() throws IOException, InterruptedException {
    LoadedClasses loaded = LoadedClasses.of(Find.class);
    assertThat(loaded.contain(ListKeys.class)).isTrue();
    assertThat(supported().map(OperationType::request))
        .filteredOn(request -> request != ListKeys.class)
        .hasSize(KmsRequest.class.getPermittedSubclasses().length - 1)
        .noneMatch(loaded::contain);
  }

  /** The child JVM's program. */
  static final class Find {
    public static void main(String[] arguments) {
      System.out.println(OperationType.named("ListKeys").orElseThrow().request());
    }
  }
}
