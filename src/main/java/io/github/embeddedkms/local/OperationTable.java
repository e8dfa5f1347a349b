package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.StateRule.CRYPTOGRAPHIC;
import static io.github.embeddedkms.local.StateRule.NOT_PENDING_DELETION;
import static io.github.embeddedkms.local.StateRule.SWITCHABLE;
import static io.github.embeddedkms.model.KeyUsageType.ENCRYPT_DECRYPT;

import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.operation.CreateKey;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.DisableKey;
import io.github.embeddedkms.operation.EnableKey;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyWithoutPlaintext;
import io.github.embeddedkms.operation.KmsRequest;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All operations, each with its checks in the order of the service: constraints, the key's name,
 * permission, usage, state, algorithm, what is not supported yet, dry run. What deviates is spelled
 * out where it deviates.
 *
 * <p>Source: section 3.5 of the recorded behaviour of the service.
 */
final class OperationTable {

  private final Map<Class<?>, Operation<?, ?>> byRequest;

  OperationTable(
      KeyResolver resolver,
      DataKeyOperations dataKeys,
      EncryptionOperations encryption,
      KeyOperations keys,
      AliasOperations aliases) {
    byRequest =
        Stream.of(
                operation(CreateAlias.class, resolver)
                    .constraints()
                    .check(AliasOperations::nameIsFree)
                    .check(AliasOperations::targetIsAKey)
                    .resolve(CreateAlias::targetKeyId)
                    .state(NOT_PENDING_DELETION)
                    .act(aliases::createAlias),
                operation(CreateKey.class, resolver)
                    .constraints()
                    .check(KeyOperations::specFitsUsage)
                    .check(KeyOperations::tagsAreAcceptable)
                    .check(KeyOperations::isSupported)
                    .act(keys::createKey),
                // The blob is opened before the key's state is looked at: see EncryptionOperations.
                operation(Decrypt.class, resolver)
                    .constraints()
                    .context(Decrypt::encryptionContext)
                    .act(encryption::decrypt),
                operation(DescribeKey.class, resolver)
                    .constraints()
                    .resolve(DescribeKey::keyId)
                    .authorize(DescribeKey::grantTokens)
                    .act(keys::describeKey),
                operation(DisableKey.class, resolver)
                    .noAlias(DisableKey::keyId)
                    .constraints()
                    .resolve(DisableKey::keyId)
                    .state(SWITCHABLE)
                    .act(keys::disableKey),
                operation(EnableKey.class, resolver)
                    .noAlias(EnableKey::keyId)
                    .constraints()
                    .resolve(EnableKey::keyId)
                    .state(SWITCHABLE)
                    .act(keys::enableKey),
                operation(Encrypt.class, resolver)
                    .constraints()
                    .context(Encrypt::encryptionContext)
                    .resolve(Encrypt::keyId)
                    .authorize(Encrypt::grantTokens)
                    .usage(ENCRYPT_DECRYPT)
                    .state(CRYPTOGRAPHIC)
                    .algorithm(Encrypt::encryptionAlgorithm)
                    .dryRun(Encrypt::dryRun)
                    .act(encryption::encrypt),
                // The length of the data key is checked before usage and state.
                operation(GenerateDataKey.class, resolver)
                    .constraints()
                    .context(GenerateDataKey::encryptionContext)
                    .resolve(GenerateDataKey::keyId)
                    .authorize(GenerateDataKey::grantTokens)
                    .check(
                        DataKeyOperations.oneLength(
                            GenerateDataKey::keySpec, GenerateDataKey::numberOfBytes))
                    .usage(ENCRYPT_DECRYPT)
                    .state(CRYPTOGRAPHIC)
                    .notYet("Recipient", request -> request.recipient() != null)
                    .dryRun(GenerateDataKey::dryRun)
                    .act(dataKeys::generateDataKey),
                operation(GenerateDataKeyWithoutPlaintext.class, resolver)
                    .constraints()
                    .context(GenerateDataKeyWithoutPlaintext::encryptionContext)
                    .resolve(GenerateDataKeyWithoutPlaintext::keyId)
                    .authorize(GenerateDataKeyWithoutPlaintext::grantTokens)
                    .check(
                        DataKeyOperations.oneLength(
                            GenerateDataKeyWithoutPlaintext::keySpec,
                            GenerateDataKeyWithoutPlaintext::numberOfBytes))
                    .usage(ENCRYPT_DECRYPT)
                    .state(CRYPTOGRAPHIC)
                    .dryRun(GenerateDataKeyWithoutPlaintext::dryRun)
                    .act(dataKeys::generateDataKeyWithoutPlaintext))
            .collect(Collectors.toUnmodifiableMap(Operation::type, Function.identity()));
  }

  /** The operation that answers a request. */
  @SuppressWarnings("unchecked") // an operation stands under its own request's class
  <R> Operation<KmsRequest<R>, R> of(KmsRequest<R> request) {
    Operation<?, ?> operation = byRequest.get(request.getClass());
    if (operation == null) {
      throw new AssertionError(request.getClass() + " is missing in the table");
    }
    return (Operation<KmsRequest<R>, R>) operation;
  }

  private static <Q extends KmsRequest<R>, R> OperationBuilder<Q, R> operation(
      Class<Q> type, KeyResolver resolver) {
    return new OperationBuilder<>(type, resolver);
  }
}
