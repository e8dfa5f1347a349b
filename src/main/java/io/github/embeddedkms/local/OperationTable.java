package io.github.embeddedkms.local;

import io.github.embeddedkms.operation.KmsRequest;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * All operations, by family. The rows with the checks of each operation stand with their family.
 *
 * <p>A family and a row are created when they are first used. A command line sends requests of one
 * class, and the JVM takes longer to load the others' classes and lambdas than most operations take
 * to run.
 */
final class OperationTable {

  private final Components components;
  private final ConcurrentMap<Class<?>, Operation<?, ?>> byRequest = new ConcurrentHashMap<>();

  OperationTable(Components components) {
    this.components = components;
  }

  private Family familyOf(String operation) {
    return switch (operation) {
      case "CreateKey" -> new KeyCreation(components);
      case "DescribeKey", "DisableKey", "EnableKey", "ListKeys" -> new KeyOperations(components);
      case "CancelKeyDeletion", "ScheduleKeyDeletion" -> new KeyDeletion(components);
      case "CreateAlias", "DeleteAlias", "ListAliases", "UpdateAlias" ->
          new AliasOperations(components);
      case "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateRandom" ->
          new DataKeyOperations(components);
      case "Decrypt", "Encrypt", "ReEncrypt" -> new EncryptionOperations(components);
      default -> throw new AssertionError(operation + " is in no family");
    };
  }

  /** The operation that answers a request. */
  @SuppressWarnings("unchecked") // an operation is stored under its own request's class
  <R> Operation<KmsRequest<R>, R> of(KmsRequest<R> request) {
    Operation<?, ?> operation = byRequest.get(request.getClass());
    if (operation == null) {
      operation = byRequest.computeIfAbsent(request.getClass(), this::create);
    }
    return (Operation<KmsRequest<R>, R>) operation;
  }

  private Operation<?, ?> create(Class<?> request) {
    String name = request.getSimpleName();
    return familyOf(name).operation(name);
  }
}
