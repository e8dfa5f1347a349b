package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.StateRule.CRYPTOGRAPHIC;
import static io.github.embeddedkms.local.StateRule.DELETABLE;
import static io.github.embeddedkms.local.StateRule.NOT_PENDING_DELETION;
import static io.github.embeddedkms.local.StateRule.PENDING;
import static io.github.embeddedkms.local.StateRule.SWITCHABLE;
import static io.github.embeddedkms.model.KeyUsageType.ENCRYPT_DECRYPT;

import io.github.embeddedkms.operation.CancelKeyDeletion;
import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.operation.CreateKey;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DeleteAlias;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.DisableKey;
import io.github.embeddedkms.operation.EnableKey;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyWithoutPlaintext;
import io.github.embeddedkms.operation.GenerateRandom;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.ListAliases;
import io.github.embeddedkms.operation.ListKeys;
import io.github.embeddedkms.operation.ReEncrypt;
import io.github.embeddedkms.operation.ScheduleKeyDeletion;
import io.github.embeddedkms.operation.UpdateAlias;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All operations, each with its checks in the order of the service: constraints, the key's name,
 * permission, usage, state, algorithm, what is not supported yet, dry run. What deviates is spelled
 * out where it deviates.
 *
 * <p>Source: recorded answers of the service to requests with several faults.
 */
final class OperationTable {

  private final KeyResolver resolver;
  private final Map<Class<?>, Operation<?, ?>> byRequest;

  OperationTable(
      KeyResolver resolver,
      DataKeyOperations dataKeys,
      EncryptionOperations encryption,
      KeyCreation creation,
      KeyOperations keys,
      KeyDeletion deletion,
      AliasOperations aliases) {
    this.resolver = resolver;
    byRequest =
        Stream.of(
                keys(creation, keys, deletion),
                aliases(aliases),
                dataKeys(dataKeys),
                encryption(encryption))
            .flatMap(Function.identity())
            .collect(Collectors.toUnmodifiableMap(Operation::type, Function.identity()));
  }

  private Stream<Operation<?, ?>> keys(
      KeyCreation creation, KeyOperations keys, KeyDeletion deletion) {
    return Stream.of(
        operation(CancelKeyDeletion.class)
            .noAlias(CancelKeyDeletion::keyId)
            .constraints()
            .resolve(CancelKeyDeletion::keyId)
            .state(PENDING)
            .act(deletion::cancelKeyDeletion),
        operation(CreateKey.class)
            .constraints()
            .check(KeyCreation::specFitsUsage)
            .check(KeyCreation::tagsAreAcceptable)
            .check(KeyCreation::everythingIsSupported)
            .act(creation::createKey),
        operation(DescribeKey.class)
            .constraints()
            .check(KeyOperations::keyIsNotManagedByAws)
            .resolve(DescribeKey::keyId)
            .authorize(DescribeKey::grantTokens)
            .act(keys::describeKey),
        operation(DisableKey.class)
            .noAlias(DisableKey::keyId)
            .constraints()
            .resolve(DisableKey::keyId)
            .state(SWITCHABLE)
            .act(keys::disableKey),
        operation(EnableKey.class)
            .noAlias(EnableKey::keyId)
            .constraints()
            .resolve(EnableKey::keyId)
            .state(SWITCHABLE)
            .act(keys::enableKey),
        operation(ListKeys.class).constraints().act(keys::listKeys),
        operation(ScheduleKeyDeletion.class)
            .noAlias(ScheduleKeyDeletion::keyId)
            .constraints()
            .resolve(ScheduleKeyDeletion::keyId)
            .state(DELETABLE)
            .check(KeyDeletion::windowIsAllowed)
            .act(deletion::scheduleKeyDeletion));
  }

  private Stream<Operation<?, ?>> aliases(AliasOperations aliases) {
    return Stream.of(
        // The name is looked at before the target, and whether it is taken last.
        operation(CreateAlias.class)
            .constraints()
            .check(AliasOperations::mayBeChosen)
            .check(AliasOperations.targetIsAKey(CreateAlias::targetKeyId))
            .resolve(CreateAlias::targetKeyId)
            .state(NOT_PENDING_DELETION)
            .act(aliases::createAlias),
        operation(DeleteAlias.class)
            .constraints()
            .check(AliasOperations.canBeCustomers(DeleteAlias::aliasName))
            .act(aliases::deleteAlias),
        operation(ListAliases.class)
            .noAlias(ListAliases::keyId)
            .constraints()
            .act(aliases::listAliases),
        operation(UpdateAlias.class)
            .constraints()
            .check(AliasOperations.canBeCustomers(UpdateAlias::aliasName))
            .check(AliasOperations.targetIsAKey(UpdateAlias::targetKeyId))
            .resolve(UpdateAlias::targetKeyId)
            .state(NOT_PENDING_DELETION)
            .act(aliases::updateAlias));
  }

  private Stream<Operation<?, ?>> dataKeys(DataKeyOperations dataKeys) {
    return Stream.of(
        // The length of the data key is checked before usage and state.
        operation(GenerateDataKey.class)
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
        operation(GenerateDataKeyWithoutPlaintext.class)
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
            .act(dataKeys::generateDataKeyWithoutPlaintext),
        operation(GenerateRandom.class)
            .constraints()
            .check(DataKeyOperations::numberIsGiven)
            .notYet("CustomKeyStoreId", request -> request.customKeyStoreId() != null)
            .notYet("Recipient", request -> request.recipient() != null)
            .act(dataKeys::generateRandom));
  }

  private Stream<Operation<?, ?>> encryption(EncryptionOperations encryption) {
    return Stream.of(
        // The blob is opened before the key's state is looked at: see CiphertextOpener.
        operation(Decrypt.class)
            .constraints()
            .context(Decrypt::encryptionContext)
            .act(encryption::decrypt),
        operation(Encrypt.class)
            .constraints()
            .context(Encrypt::encryptionContext)
            .resolve(Encrypt::keyId)
            .authorize(Encrypt::grantTokens)
            .usage(ENCRYPT_DECRYPT)
            .state(CRYPTOGRAPHIC)
            .algorithm(Encrypt::encryptionAlgorithm)
            .check(EncryptionOperations::plaintextIsOpen)
            .dryRun(Encrypt::dryRun)
            .act(encryption::encrypt),
        // Two keys, and the source opened like the ciphertext of Decrypt.
        operation(ReEncrypt.class)
            .constraints()
            .context(ReEncrypt::sourceEncryptionContext)
            .act(encryption::reEncrypt));
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

  private <Q extends KmsRequest<R>, R> OperationBuilder<Q, R> operation(Class<Q> type) {
    return new OperationBuilder<>(type, resolver);
  }
}
