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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * All operations, each with its checks in the order of the service: constraints, the key's name,
 * permission, usage, state, algorithm, what is not supported yet, dry run. What deviates is spelled
 * out where it deviates.
 *
 * <p>Source: recorded answers of the service to requests with several faults.
 */
final class OperationTable {

  private final KeyResolver resolver;
  private final DataKeyOperations dataKeys;
  private final EncryptionOperations encryption;
  private final KeyCreation creation;
  private final KeyOperations keys;
  private final KeyDeletion deletion;
  private final AliasOperations aliases;

  /**
   * Each operation from its first request on. A command line sends requests of one class, and the
   * JVM takes longer to build what is spelled out below than most operations take to run.
   */
  private final ConcurrentMap<Class<?>, Operation<?, ?>> byRequest = new ConcurrentHashMap<>();

  OperationTable(
      KeyResolver resolver,
      DataKeyOperations dataKeys,
      EncryptionOperations encryption,
      KeyCreation creation,
      KeyOperations keys,
      KeyDeletion deletion,
      AliasOperations aliases) {
    this.resolver = resolver;
    this.dataKeys = dataKeys;
    this.encryption = encryption;
    this.creation = creation;
    this.keys = keys;
    this.deletion = deletion;
    this.aliases = aliases;
  }

  private Operation<?, ?> ofKey(String name) {
    return switch (name) {
      case "CancelKeyDeletion" ->
          operation(CancelKeyDeletion.class)
              .noAlias(CancelKeyDeletion::keyId)
              .constraints()
              .resolve(CancelKeyDeletion::keyId)
              .state(PENDING)
              .act(deletion::cancelKeyDeletion);
      case "CreateKey" ->
          operation(CreateKey.class)
              .constraints()
              .check(KeyCreation::specFitsUsage)
              .check(KeyCreation::tagsAreAcceptable)
              .check(KeyCreation::everythingIsSupported)
              .act(creation::createKey);
      case "DescribeKey" ->
          operation(DescribeKey.class)
              .constraints()
              .check(KeyOperations::keyIsNotManagedByAws)
              .resolve(DescribeKey::keyId)
              .authorize(DescribeKey::grantTokens)
              .act(keys::describeKey);
      case "DisableKey" ->
          operation(DisableKey.class)
              .noAlias(DisableKey::keyId)
              .constraints()
              .resolve(DisableKey::keyId)
              .state(SWITCHABLE)
              .act(keys::disableKey);
      case "EnableKey" ->
          operation(EnableKey.class)
              .noAlias(EnableKey::keyId)
              .constraints()
              .resolve(EnableKey::keyId)
              .state(SWITCHABLE)
              .act(keys::enableKey);
      case "ListKeys" -> operation(ListKeys.class).constraints().act(keys::listKeys);
      case "ScheduleKeyDeletion" ->
          operation(ScheduleKeyDeletion.class)
              .noAlias(ScheduleKeyDeletion::keyId)
              .constraints()
              .resolve(ScheduleKeyDeletion::keyId)
              .state(DELETABLE)
              .check(KeyDeletion::windowIsAllowed)
              .act(deletion::scheduleKeyDeletion);
      default -> ofAlias(name);
    };
  }

  private Operation<?, ?> ofAlias(String name) {
    return switch (name) {
      // The name is looked at before the target, and whether it is taken last.
      case "CreateAlias" ->
          operation(CreateAlias.class)
              .constraints()
              .check(AliasOperations::mayBeChosen)
              .check(AliasOperations.targetIsAKey(CreateAlias::targetKeyId))
              .resolve(CreateAlias::targetKeyId)
              .state(NOT_PENDING_DELETION)
              .act(aliases::createAlias);
      case "DeleteAlias" ->
          operation(DeleteAlias.class)
              .constraints()
              .check(AliasOperations.canBeCustomers(DeleteAlias::aliasName))
              .act(aliases::deleteAlias);
      case "ListAliases" ->
          operation(ListAliases.class)
              .noAlias(ListAliases::keyId)
              .constraints()
              .act(aliases::listAliases);
      case "UpdateAlias" ->
          operation(UpdateAlias.class)
              .constraints()
              .check(AliasOperations.canBeCustomers(UpdateAlias::aliasName))
              .check(AliasOperations.targetIsAKey(UpdateAlias::targetKeyId))
              .resolve(UpdateAlias::targetKeyId)
              .state(NOT_PENDING_DELETION)
              .act(aliases::updateAlias);
      default -> ofDataKey(name);
    };
  }

  private Operation<?, ?> ofDataKey(String name) {
    return switch (name) {
      // The length of the data key is checked before usage and state.
      case "GenerateDataKey" ->
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
              .act(dataKeys::generateDataKey);
      case "GenerateDataKeyWithoutPlaintext" ->
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
              .act(dataKeys::generateDataKeyWithoutPlaintext);
      case "GenerateRandom" ->
          operation(GenerateRandom.class)
              .constraints()
              .check(DataKeyOperations::numberIsGiven)
              .notYet("CustomKeyStoreId", request -> request.customKeyStoreId() != null)
              .notYet("Recipient", request -> request.recipient() != null)
              .act(dataKeys::generateRandom);
      default -> ofEncryption(name);
    };
  }

  private Operation<?, ?> ofEncryption(String name) {
    return switch (name) {
      // The blob is opened before the key's state is looked at: see CiphertextOpener.
      case "Decrypt" ->
          operation(Decrypt.class)
              .constraints()
              .context(Decrypt::encryptionContext)
              .act(encryption::decrypt);
      case "Encrypt" ->
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
              .act(encryption::encrypt);
      // Two keys, and the source opened like the ciphertext of Decrypt.
      case "ReEncrypt" ->
          operation(ReEncrypt.class)
              .constraints()
              .context(ReEncrypt::sourceEncryptionContext)
              .act(encryption::reEncrypt);
      default -> throw new AssertionError(name + " is missing in the table");
    };
  }

  /** The operation that answers a request. */
  @SuppressWarnings("unchecked") // an operation stands under its own request's class
  <R> Operation<KmsRequest<R>, R> of(KmsRequest<R> request) {
    Operation<?, ?> operation = byRequest.get(request.getClass());
    if (operation == null) {
      operation =
          byRequest.computeIfAbsent(request.getClass(), type -> ofKey(type.getSimpleName()));
    }
    return (Operation<KmsRequest<R>, R>) operation;
  }

  private <Q extends KmsRequest<R>, R> OperationBuilder<Q, R> operation(Class<Q> type) {
    return new OperationBuilder<>(type, resolver);
  }
}
