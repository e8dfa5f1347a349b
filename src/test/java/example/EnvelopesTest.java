package example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.CALLS_REAL_METHODS;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.envelope.AtomicFile;
import io.github.embeddedkms.envelope.CacheLimits;
import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.envelope.WrongContextOrKeyException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DecryptResponseBuilder;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyResponseBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documented examples of envelope encryption. */
class EnvelopesTest {

  @TempDir Path directory;

  private final LocalKeyProvider kms = LocalKeyProvider.inMemory();
  private final byte[] letter = "Dear customer".getBytes(UTF_8);

  @BeforeEach
  void createKeys() {
    for (String alias : List.of("alias/letters", "alias/recovery")) {
      String keyId = kms.createKey(key -> {}).keyMetadata().keyId();
      kms.createAlias(a -> a.aliasName(alias).targetKeyId(keyId));
    }
  }

  @AfterEach
  void close() {
    kms.close();
  }

  @Test
  void bytes_sealedAndOpened_areTheSame() {
    Envelope envelope = Envelope.builder(kms).key("alias/letters").build();
    EncryptionContext context = EncryptionContext.of(Map.of("tenant", "acme"));

    byte[] sealed = envelope.seal(letter, context);
    byte[] opened = envelope.open(sealed, context); // the same context, or an exception

    assertThat(opened).isEqualTo(letter);
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> envelope.open(sealed, EncryptionContext.none()));
  }

  @Test
  void file_sealed_opensWholeAndInPart() throws IOException {
    Envelope envelope = Envelope.builder(kms).key("alias/letters").build();
    EncryptionContext context = EncryptionContext.none();
    Path film = Files.write(directory.resolve("film"), new byte[300_000]);
    Path sealedFilm = directory.resolve("film.sealed");
    Path copy = directory.resolve("copy");

    try (InputStream in = Files.newInputStream(film);
        OutputStream out = Files.newOutputStream(sealedFilm)) {
      envelope.seal(in, out, context);
    }
    try (InputStream in = Files.newInputStream(sealedFilm);
        AtomicFile out = AtomicFile.create(copy)) {
      envelope.open(in, out, context);
      out.commit(); // the copy appears only if all of it was authentic
    }
    ByteBuffer part = ByteBuffer.allocate(1000);
    try (SeekableByteChannel channel =
        envelope.openingChannel(Files.newByteChannel(sealedFilm), context)) {
      channel.position(200_000).read(part); // opens the segment that it is in
    }

    assertThat(copy).hasSameBinaryContentAs(film);
    assertThat(part.position()).isEqualTo(1000);
  }

  @Test
  void message_rewrapped_opensWithTheNewKey() {
    EncryptionContext context = EncryptionContext.none();
    kms.createAlias(
        alias ->
            alias
                .aliasName("alias/letters-2027")
                .targetKeyId(kms.createKey(key -> {}).keyMetadata().keyId()));

    Envelope envelope =
        Envelope.builder(kms)
            .key("alias/letters")
            .key("alias/recovery") // either of them opens
            .cache(CacheLimits.ofMaximumAge(Duration.ofMinutes(5)))
            .build();
    byte[] sealed = envelope.seal(letter, context);
    byte[] rewrapped = envelope.rewrap(sealed, context, List.of("alias/letters-2027"));

    assertThat(Envelope.builder(kms).key("alias/letters-2027").build().open(rewrapped, context))
        .isEqualTo(letter);
    envelope.close();
  }

  @Test
  void envelope_overStub_sealsAndOpens() {
    KmsClient stub = mock(KmsClient.class, CALLS_REAL_METHODS);
    // A new response for each call: an envelope wipes the data keys that it receives.
    doAnswer(
            call ->
                GenerateDataKeyResponseBuilder.builder()
                    .keyId("arn:aws:kms:us-east-1:000000000000:key/example")
                    .plaintext(SecretBytes.fromByteArray(new byte[32]))
                    .ciphertextBlob(Bytes.fromUtf8String("sealed"))
                    .build())
        .when(stub)
        .call(any(GenerateDataKey.class));
    doAnswer(
            call ->
                DecryptResponseBuilder.builder()
                    .keyId("arn:aws:kms:us-east-1:000000000000:key/example")
                    .plaintext(SecretBytes.fromByteArray(new byte[32]))
                    .encryptionAlgorithm(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT)
                    .build())
        .when(stub)
        .call(any(Decrypt.class));
    Letters letters = new Letters(stub);
    byte[] sealed = letters.seal("acme", "Dear customer");
    assertThat(letters.open("acme", sealed)).isEqualTo("Dear customer");
    assertThat(letters.open("acme", sealed)).isEqualTo("Dear customer");
    verify(stub, times(3)).call(any());
  }
}
