package io.github.embeddedkms;

import io.github.embeddedkms.model.AliasListEntry;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.operation.CancelKeyDeletion;
import io.github.embeddedkms.operation.CancelKeyDeletionBuilder;
import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.operation.CreateAliasBuilder;
import io.github.embeddedkms.operation.CreateKey;
import io.github.embeddedkms.operation.CreateKeyBuilder;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.DeleteAlias;
import io.github.embeddedkms.operation.DeleteAliasBuilder;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.DescribeKeyBuilder;
import io.github.embeddedkms.operation.DisableKey;
import io.github.embeddedkms.operation.DisableKeyBuilder;
import io.github.embeddedkms.operation.EnableKey;
import io.github.embeddedkms.operation.EnableKeyBuilder;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.EncryptBuilder;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyBuilder;
import io.github.embeddedkms.operation.GenerateDataKeyWithoutPlaintext;
import io.github.embeddedkms.operation.GenerateDataKeyWithoutPlaintextBuilder;
import io.github.embeddedkms.operation.GenerateRandom;
import io.github.embeddedkms.operation.GenerateRandomBuilder;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.ListAliases;
import io.github.embeddedkms.operation.ListAliasesBuilder;
import io.github.embeddedkms.operation.ListKeys;
import io.github.embeddedkms.operation.ListKeysBuilder;
import io.github.embeddedkms.operation.ReEncrypt;
import io.github.embeddedkms.operation.ReEncryptBuilder;
import io.github.embeddedkms.operation.ScheduleKeyDeletion;
import io.github.embeddedkms.operation.ScheduleKeyDeletionBuilder;
import io.github.embeddedkms.operation.UpdateAlias;
import io.github.embeddedkms.operation.UpdateAliasBuilder;
import java.util.function.Consumer;

/**
 * The operations of AWS KMS, typed, as one caller sees them.
 *
 * <p>Every named method spells out {@link #call} for one operation, in two forms: with a finished
 * request, or with a function that fills in its builder, as the AWS SDK for Java v2 has it. What an
 * operation does, its members with their sizes, and its errors stand at its record.
 *
 * <p>To decorate a client (record, delay, deny, fail on purpose), implement {@code call} alone. To
 * stub one with Mockito so that both forms are served, use {@code mock(KmsClient.class,
 * CALLS_REAL_METHODS)} and {@code doReturn(response).when(kms).call(any())}.
 *
 * <p>Every method answers what is wrong with a request by a {@link
 * io.github.embeddedkms.exception.KmsException}, and then nothing has changed. Where this library
 * does not do yet what the service does, the answer is an {@link UnsupportedOperationException}
 * with a text that begins {@code embedded-kms:}.
 *
 * <p>Implementations are safe for use by several threads.
 */
public interface KmsClient {

  /**
   * Sends a request to the service and waits for its answer.
   *
   * @param request any operation's request
   * @param <R> the type of its response
   * @return the response
   * @throws io.github.embeddedkms.exception.KmsException if the service refuses the request
   * @throws UnsupportedOperationException if this library does not do yet what is asked
   * @throws NullPointerException if the request is null
   */
  <R> R call(KmsRequest<R> request);

  /**
   * Calls the deletion of a KMS key off.
   *
   * @param request see {@link CancelKeyDeletion}
   * @return the response
   */
  default CancelKeyDeletion.Response cancelKeyDeletion(CancelKeyDeletion request) {
    return call(request);
  }

  /**
   * Calls the deletion of a KMS key off.
   *
   * @param members fills in the members of {@link CancelKeyDeletion}
   * @return the response
   */
  default CancelKeyDeletion.Response cancelKeyDeletion(Consumer<CancelKeyDeletionBuilder> members) {
    return call(filled(CancelKeyDeletionBuilder.builder(), members).build());
  }

  /**
   * Gives a KMS key a name.
   *
   * @param request see {@link CreateAlias}
   * @return the response
   */
  default CreateAlias.Response createAlias(CreateAlias request) {
    return call(request);
  }

  /**
   * Gives a KMS key a name.
   *
   * @param members fills in the members of {@link CreateAlias}
   * @return the response
   */
  default CreateAlias.Response createAlias(Consumer<CreateAliasBuilder> members) {
    return call(filled(CreateAliasBuilder.builder(), members).build());
  }

  /**
   * Makes a KMS key.
   *
   * @param request see {@link CreateKey}
   * @return the response
   */
  default CreateKey.Response createKey(CreateKey request) {
    return call(request);
  }

  /**
   * Makes a KMS key.
   *
   * @param members fills in the members of {@link CreateKey}
   * @return the response
   */
  default CreateKey.Response createKey(Consumer<CreateKeyBuilder> members) {
    return call(filled(CreateKeyBuilder.builder(), members).build());
  }

  /**
   * Opens a ciphertext.
   *
   * @param request see {@link Decrypt}
   * @return the response
   */
  default Decrypt.Response decrypt(Decrypt request) {
    return call(request);
  }

  /**
   * Opens a ciphertext.
   *
   * @param members fills in the members of {@link Decrypt}
   * @return the response
   */
  default Decrypt.Response decrypt(Consumer<DecryptBuilder> members) {
    return call(filled(DecryptBuilder.builder(), members).build());
  }

  /**
   * Takes a name off a KMS key.
   *
   * @param request see {@link DeleteAlias}
   * @return the response
   */
  default DeleteAlias.Response deleteAlias(DeleteAlias request) {
    return call(request);
  }

  /**
   * Takes a name off a KMS key.
   *
   * @param members fills in the members of {@link DeleteAlias}
   * @return the response
   */
  default DeleteAlias.Response deleteAlias(Consumer<DeleteAliasBuilder> members) {
    return call(filled(DeleteAliasBuilder.builder(), members).build());
  }

  /**
   * Tells what is known about a KMS key.
   *
   * @param request see {@link DescribeKey}
   * @return the response
   */
  default DescribeKey.Response describeKey(DescribeKey request) {
    return call(request);
  }

  /**
   * Tells what is known about a KMS key.
   *
   * @param members fills in the members of {@link DescribeKey}
   * @return the response
   */
  default DescribeKey.Response describeKey(Consumer<DescribeKeyBuilder> members) {
    return call(filled(DescribeKeyBuilder.builder(), members).build());
  }

  /**
   * Makes a KMS key unusable for the time being.
   *
   * @param request see {@link DisableKey}
   * @return the response
   */
  default DisableKey.Response disableKey(DisableKey request) {
    return call(request);
  }

  /**
   * Makes a KMS key unusable for the time being.
   *
   * @param members fills in the members of {@link DisableKey}
   * @return the response
   */
  default DisableKey.Response disableKey(Consumer<DisableKeyBuilder> members) {
    return call(filled(DisableKeyBuilder.builder(), members).build());
  }

  /**
   * Makes a disabled KMS key usable again.
   *
   * @param request see {@link EnableKey}
   * @return the response
   */
  default EnableKey.Response enableKey(EnableKey request) {
    return call(request);
  }

  /**
   * Makes a disabled KMS key usable again.
   *
   * @param members fills in the members of {@link EnableKey}
   * @return the response
   */
  default EnableKey.Response enableKey(Consumer<EnableKeyBuilder> members) {
    return call(filled(EnableKeyBuilder.builder(), members).build());
  }

  /**
   * Encrypts up to 4096 bytes under a KMS key.
   *
   * @param request see {@link Encrypt}
   * @return the response
   */
  default Encrypt.Response encrypt(Encrypt request) {
    return call(request);
  }

  /**
   * Encrypts up to 4096 bytes under a KMS key.
   *
   * @param members fills in the members of {@link Encrypt}
   * @return the response
   */
  default Encrypt.Response encrypt(Consumer<EncryptBuilder> members) {
    return call(filled(EncryptBuilder.builder(), members).build());
  }

  /**
   * Makes a data key, in the clear and sealed under a KMS key.
   *
   * @param request see {@link GenerateDataKey}
   * @return the response
   */
  default GenerateDataKey.Response generateDataKey(GenerateDataKey request) {
    return call(request);
  }

  /**
   * Makes a data key, in the clear and sealed under a KMS key.
   *
   * @param members fills in the members of {@link GenerateDataKey}
   * @return the response
   */
  default GenerateDataKey.Response generateDataKey(Consumer<GenerateDataKeyBuilder> members) {
    return call(filled(GenerateDataKeyBuilder.builder(), members).build());
  }

  /**
   * Makes a data key, sealed under a KMS key only.
   *
   * @param request see {@link GenerateDataKeyWithoutPlaintext}
   * @return the response
   */
  default GenerateDataKeyWithoutPlaintext.Response generateDataKeyWithoutPlaintext(
      GenerateDataKeyWithoutPlaintext request) {
    return call(request);
  }

  /**
   * Makes a data key, sealed under a KMS key only.
   *
   * @param members fills in the members of {@link GenerateDataKeyWithoutPlaintext}
   * @return the response
   */
  default GenerateDataKeyWithoutPlaintext.Response generateDataKeyWithoutPlaintext(
      Consumer<GenerateDataKeyWithoutPlaintextBuilder> members) {
    return call(filled(GenerateDataKeyWithoutPlaintextBuilder.builder(), members).build());
  }

  /**
   * Returns random bytes.
   *
   * @param request see {@link GenerateRandom}
   * @return the response
   */
  default GenerateRandom.Response generateRandom(GenerateRandom request) {
    return call(request);
  }

  /**
   * Returns random bytes.
   *
   * @param members fills in the members of {@link GenerateRandom}
   * @return the response
   */
  default GenerateRandom.Response generateRandom(Consumer<GenerateRandomBuilder> members) {
    return call(filled(GenerateRandomBuilder.builder(), members).build());
  }

  /**
   * Lists aliases, one page of them.
   *
   * @param request see {@link ListAliases}
   * @return the response
   */
  default ListAliases.Response listAliases(ListAliases request) {
    return call(request);
  }

  /**
   * Lists aliases, one page of them.
   *
   * @param members fills in the members of {@link ListAliases}
   * @return the response
   */
  default ListAliases.Response listAliases(Consumer<ListAliasesBuilder> members) {
    return call(filled(ListAliasesBuilder.builder(), members).build());
  }

  /**
   * Lists KMS keys, one page of them.
   *
   * @param request see {@link ListKeys}
   * @return the response
   */
  default ListKeys.Response listKeys(ListKeys request) {
    return call(request);
  }

  /**
   * Lists KMS keys, one page of them.
   *
   * @param members fills in the members of {@link ListKeys}
   * @return the response
   */
  default ListKeys.Response listKeys(Consumer<ListKeysBuilder> members) {
    return call(filled(ListKeysBuilder.builder(), members).build());
  }

  /**
   * Encrypts under another key or context what a ciphertext holds.
   *
   * @param request see {@link ReEncrypt}
   * @return the response
   */
  default ReEncrypt.Response reEncrypt(ReEncrypt request) {
    return call(request);
  }

  /**
   * Encrypts under another key or context what a ciphertext holds.
   *
   * @param members fills in the members of {@link ReEncrypt}
   * @return the response
   */
  default ReEncrypt.Response reEncrypt(Consumer<ReEncryptBuilder> members) {
    return call(filled(ReEncryptBuilder.builder(), members).build());
  }

  /**
   * Begins the waiting period before a KMS key is deleted.
   *
   * @param request see {@link ScheduleKeyDeletion}
   * @return the response
   */
  default ScheduleKeyDeletion.Response scheduleKeyDeletion(ScheduleKeyDeletion request) {
    return call(request);
  }

  /**
   * Begins the waiting period before a KMS key is deleted.
   *
   * @param members fills in the members of {@link ScheduleKeyDeletion}
   * @return the response
   */
  default ScheduleKeyDeletion.Response scheduleKeyDeletion(
      Consumer<ScheduleKeyDeletionBuilder> members) {
    return call(filled(ScheduleKeyDeletionBuilder.builder(), members).build());
  }

  /**
   * Makes an alias stand for another KMS key.
   *
   * @param request see {@link UpdateAlias}
   * @return the response
   */
  default UpdateAlias.Response updateAlias(UpdateAlias request) {
    return call(request);
  }

  /**
   * Makes an alias stand for another KMS key.
   *
   * @param members fills in the members of {@link UpdateAlias}
   * @return the response
   */
  default UpdateAlias.Response updateAlias(Consumer<UpdateAliasBuilder> members) {
    return call(filled(UpdateAliasBuilder.builder(), members).build());
  }

  /**
   * Lists aliases, page after page, each asked for when it is needed.
   *
   * @param members fills in the members of {@link ListAliases}; a marker, if there is one, says
   *     where to begin
   * @return the pages and what is on them
   */
  default Pages<ListAliases.Response, AliasListEntry> listAliasesPages(
      Consumer<ListAliasesBuilder> members) {
    ListAliases first = filled(ListAliasesBuilder.builder(), members).build();
    return new Pages<>(
        marker ->
            call(marker == null ? first : ListAliasesBuilder.builder(first).marker(marker).build()),
        ListAliases.Response::nextMarker,
        ListAliases.Response::aliases);
  }

  /**
   * Lists KMS keys, page after page, each asked for when it is needed.
   *
   * @param members fills in the members of {@link ListKeys}; a marker, if there is one, says where
   *     to begin
   * @return the pages and what is on them
   */
  default Pages<ListKeys.Response, KeyListEntry> listKeysPages(Consumer<ListKeysBuilder> members) {
    ListKeys first = filled(ListKeysBuilder.builder(), members).build();
    return new Pages<>(
        marker ->
            call(marker == null ? first : ListKeysBuilder.builder(first).marker(marker).build()),
        ListKeys.Response::nextMarker,
        ListKeys.Response::keys);
  }

  private static <B> B filled(B builder, Consumer<B> members) {
    members.accept(builder);
    return builder;
  }
}
