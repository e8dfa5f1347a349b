package io.github.embeddedkms.awssdk;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.exception.ServiceErrors;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.KmsRequest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/**
 * The typed client on a client of the AWS SDK: the SDK marshals every request and unmarshals every
 * response. It is derived from the SDK's own descriptions of its shapes, so it knows no operation.
 */
public final class SdkBridge implements KmsClient, AutoCloseable {

  private static final String SDK_MODEL = "software.amazon.awssdk.services.kms.model.";

  private final SdkClient sdk;
  private final Class<?> sdkType;

  /** Wraps a synchronous client. */
  public SdkBridge(software.amazon.awssdk.services.kms.KmsClient sdk) {
    this.sdk = sdk;
    this.sdkType = software.amazon.awssdk.services.kms.KmsClient.class;
  }

  /** Wraps an asynchronous client. */
  public SdkBridge(software.amazon.awssdk.services.kms.KmsAsyncClient sdk) {
    this.sdk = sdk;
    this.sdkType = software.amazon.awssdk.services.kms.KmsAsyncClient.class;
  }

  /**
   * Tells whether the SDK's request has a member: its release can be older than the member.
   *
   * @param operation the name of the operation
   * @param member the name of the member in Java
   */
  public static boolean hasMember(String operation, String member) {
    try {
      SdkPojo request = builder(SDK_MODEL + operation + "Request");
      return request.sdkFields().stream()
          .anyMatch(field -> field.memberName().equalsIgnoreCase(member));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(operation + " is not the SDK's", e);
    }
  }

  @Override
  public void close() {
    sdk.close();
  }

  @Override
  @SuppressWarnings("unchecked") // the response is nested in its request
  public <R> R call(KmsRequest<R> request) {
    Class<?> type = request.getClass();
    try {
      Object sent = toSdk((Record) request, SDK_MODEL + type.getSimpleName() + "Request");
      Object response;
      try {
        String name = type.getSimpleName();
        Method method =
            sdkType.getMethod(
                Character.toLowerCase(name.charAt(0)) + name.substring(1), sent.getClass());
        response = method.invoke(sdk, sent);
        if (response instanceof CompletableFuture<?> future) {
          response = future.join();
        }
      } catch (InvocationTargetException e) {
        throw translated(e.getCause());
      } catch (CompletionException e) {
        throw translated(e.getCause());
      }
      return (R) toOurs((SdkPojo) response, type.getDeclaredClasses()[0]);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type + " is not the SDK's", e);
    }
  }

  private static RuntimeException translated(Throwable failure) {
    if (!(failure instanceof AwsServiceException error)) {
      throw new AssertionError("not a service error", failure);
    }
    String code = error.awsErrorDetails().errorCode();
    String message = error.awsErrorDetails().errorMessage();
    if (code.equals("EmbeddedKmsNotSupportedYet")) {
      return new NotSupportedYetException(message);
    }
    return ServiceErrors.of(code, error.statusCode(), message);
  }

  private static Object toSdk(Record ours, String sdkClass) throws ReflectiveOperationException {
    return fill(builder(sdkClass), ours);
  }

  private static SdkPojo builder(String sdkClass) throws ReflectiveOperationException {
    return (SdkPojo) Class.forName(sdkClass).getMethod("builder").invoke(null);
  }

  private static Object fill(SdkPojo builder, Record ours) throws ReflectiveOperationException {
    Map<String, SdkField<?>> fields =
        builder.sdkFields().stream().collect(Collectors.toMap(SdkField::memberName, f -> f));
    for (RecordMember member : RecordMember.of(ours.getClass())) {
      Object value = member.valueIn(ours);
      if (value != null) {
        @SuppressWarnings("unchecked") // the field's type is the converted one
        SdkField<Object> field = (SdkField<Object>) fields.get(member.wireName());
        field.set(builder, sdkValue(value, field));
      }
    }
    return ((SdkBuilder<?, ?>) builder).build();
  }

  private static Object sdkValue(Object value, SdkField<?> field)
      throws ReflectiveOperationException {
    if (value instanceof Enum<?>) {
      return value.toString();
    }
    if (value instanceof Bytes bytes) {
      return SdkBytes.fromByteArray(bytes.asByteArray());
    }
    if (value instanceof SecretBytes secret) {
      return SdkBytes.fromByteArray(secret.asByteArray());
    }
    if (value instanceof Record nested) {
      return toSdk(nested, SDK_MODEL + nested.getClass().getSimpleName());
    }
    if (value instanceof List<?> list) {
      Object[] elements = new Object[list.size()];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = sdkValue(list.get(i), field);
      }
      return Arrays.asList(elements);
    }
    return value;
  }

  private static Object toOurs(SdkPojo theirs, Class<?> type) throws ReflectiveOperationException {
    Map<String, SdkField<?>> fields =
        theirs.sdkFields().stream().collect(Collectors.toMap(SdkField::memberName, f -> f));
    List<RecordMember> members = RecordMember.of(type);
    Object[] values = new Object[members.size()];
    for (int i = 0; i < values.length; i++) {
      Object value = fields.get(members.get(i).wireName()).getValueOrDefault(theirs);
      values[i] = ourValue(value, members.get(i).type());
    }
    return RecordMember.newRecord(type.asSubclass(Record.class), values);
  }

  private static Object ourValue(Object value, Type type) throws ReflectiveOperationException {
    if (value == null
        || value instanceof SdkAutoConstructList
        || value instanceof SdkAutoConstructMap) {
      return null;
    }
    if (value instanceof List<?> list) {
      Type element = ((ParameterizedType) type).getActualTypeArguments()[0];
      Object[] elements = new Object[list.size()];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = ourValue(list.get(i), element);
      }
      return Arrays.asList(elements);
    }
    if (value instanceof SdkBytes bytes) {
      return type == Bytes.class
          ? Bytes.fromByteArray(bytes.asByteArray())
          : SecretBytes.fromByteArray(bytes.asByteArray());
    }
    if (value instanceof SdkPojo nested) {
      return toOurs(nested, (Class<?>) type);
    }
    if (type instanceof Class<?> plain && plain.isEnum()) {
      return Arrays.stream(plain.getEnumConstants())
          .filter(constant -> constant.toString().equals(value))
          .findFirst()
          .orElseThrow();
    }
    return value;
  }
}
