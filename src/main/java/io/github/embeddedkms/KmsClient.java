package io.github.embeddedkms;

import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.operation.CreateAliasBuilder;
import io.github.embeddedkms.operation.CreateKey;
import io.github.embeddedkms.operation.CreateKeyBuilder;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DecryptBuilder;
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
import io.github.embeddedkms.operation.KmsRequest;
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

  private static <B> B filled(B builder, Consumer<B> members) {
    members.accept(builder);
    return builder;
  }
}
