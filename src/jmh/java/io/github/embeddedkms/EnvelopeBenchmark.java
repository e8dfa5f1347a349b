package io.github.embeddedkms;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.streamingaead.AesGcmHkdfStreamingKey;
import com.google.crypto.tink.streamingaead.AesGcmHkdfStreamingParameters;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import io.github.embeddedkms.awssdk.AwsSdk;
import io.github.embeddedkms.envelope.CacheLimits;
import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.cryptography.materialproviders.IKeyring;
import software.amazon.cryptography.materialproviders.MaterialProviders;
import software.amazon.cryptography.materialproviders.model.CreateAwsKmsKeyringInput;
import software.amazon.cryptography.materialproviders.model.MaterialProvidersConfig;

/**
 * Messages through the envelope, compared with the unavoidable cost (the JDK's AES-256-GCM in
 * pieces of 64 KiB under a fixed key) and with alternatives: Tink's streaming AEAD, which calls no
 * key service, and the AWS Encryption SDK with this library's client of the AWS SDK.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class EnvelopeBenchmark {

  private static final int PIECE = 65_536;
  private static final int MEBIBYTE = 1 << 20;
  private static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("tenant", "acme"));
  private static final byte[] NO_ASSOCIATED_DATA = new byte[0];

  /** The length of a message: 1 KiB, 1 MiB or 256 MiB. */
  @Param({"1024", "1048576", "268435456"})
  public int bytes;

  private LocalKeyProvider kms;
  private Envelope envelope;
  private Envelope caching;
  private Envelope twoThreads;
  private byte[] data;
  private byte[] sealed;
  private SecretKeySpec key;
  private Cipher cipher;
  private long nonces;
  private StreamingAead tink;
  private EncryptionSdk encryptionSdk;

  @Setup(Level.Trial)
  public void setUp() throws Exception {
    kms = LocalKeyProvider.inMemory();
    String keyArn = kms.createKey(b -> {}).keyMetadata().arn();
    envelope = Envelope.builder(kms).key(keyArn).build();
    caching =
        Envelope.builder(kms)
            .key(keyArn)
            .cache(CacheLimits.ofMaximumAge(Duration.ofMinutes(5)))
            .build();
    twoThreads = Envelope.builder(kms).key(keyArn).parallelism(2).build();
    data = new byte[bytes];
    sealed = envelope.seal(data, CONTEXT);
    key = new SecretKeySpec(new byte[32], "AES");
    cipher = Cipher.getInstance("AES/GCM/NoPadding");
    tink = tink();
    encryptionSdk = new EncryptionSdk(kms, keyArn);
  }

  @AccessesPartialKey
  private static StreamingAead tink() throws GeneralSecurityException {
    AesGcmHkdfStreamingParameters parameters =
        AesGcmHkdfStreamingParameters.builder()
            .setKeySizeBytes(32)
            .setDerivedAesGcmKeySizeBytes(32)
            .setHkdfHashType(AesGcmHkdfStreamingParameters.HashType.SHA256)
            .setCiphertextSegmentSizeBytes(1 << 20)
            .build();
    return AesGcmHkdfStreaming.create(
        AesGcmHkdfStreamingKey.create(
            parameters,
            com.google.crypto.tink.util.SecretBytes.copyFrom(
                new byte[32], InsecureSecretKeyAccess.get())));
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    caching.close();
    kms.close();
  }

  /** Seals short messages as bytes and long messages as streams. */
  private long sealBy(Envelope by) throws IOException {
    if (bytes <= MEBIBYTE) {
      return by.seal(data, CONTEXT).length;
    }
    Counting out = new Counting();
    by.seal(new ByteArrayInputStream(data), out, CONTEXT);
    return out.count;
  }

  private long openBy(Envelope by) throws IOException {
    if (bytes <= MEBIBYTE) {
      return by.open(sealed, CONTEXT).length;
    }
    Counting out = new Counting();
    by.open(new ByteArrayInputStream(sealed), out, CONTEXT);
    return out.count;
  }

  @Benchmark
  public long seal() throws IOException {
    return sealBy(envelope);
  }

  @Benchmark
  public long sealCached() throws IOException {
    return sealBy(caching);
  }

  @Benchmark
  public long sealTwoThreads() throws IOException {
    return sealBy(twoThreads);
  }

  @Benchmark
  public long open() throws IOException {
    return openBy(envelope);
  }

  @Benchmark
  public long openCached() throws IOException {
    return openBy(caching);
  }

  @Benchmark
  public long openTwoThreads() throws IOException {
    return openBy(twoThreads);
  }

  @Benchmark
  public long sealFloor() throws GeneralSecurityException {
    byte[] out = new byte[PIECE + 16];
    long count = 0;
    for (int at = 0; at < data.length; at += PIECE) {
      byte[] nonce = ByteBuffer.allocate(12).putLong(4, ++nonces).array();
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce));
      count += cipher.doFinal(data, at, Math.min(PIECE, data.length - at), out, 0);
    }
    return count;
  }

  @Benchmark
  public long sealTink() throws GeneralSecurityException, IOException {
    Counting out = new Counting();
    try (OutputStream sealing = tink.newEncryptingStream(out, NO_ASSOCIATED_DATA)) {
      sealing.write(data);
    }
    return out.count;
  }

  @Benchmark
  public long sealEncryptionSdk() throws IOException {
    return encryptionSdk.seal(data);
  }

  /** Counts bytes and discards them. */
  private static final class Counting extends OutputStream {
    private long count;

    @Override
    public void write(int b) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      count += length;
    }
  }

  /** The AWS Encryption SDK, in its usual and shortest configuration. */
  private static final class EncryptionSdk {

    private final AwsCrypto crypto =
        AwsCrypto.builder()
            .withEncryptionAlgorithm(CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY)
            .build();
    private final IKeyring keyring;

    EncryptionSdk(LocalKeyProvider kms, String keyArn) {
      keyring =
          MaterialProviders.builder()
              .MaterialProvidersConfig(MaterialProvidersConfig.builder().build())
              .build()
              .CreateAwsKmsKeyring(
                  CreateAwsKmsKeyringInput.builder()
                      .kmsClient(AwsSdk.client(kms))
                      .kmsKeyId(keyArn)
                      .build());
    }

    long seal(byte[] data) throws IOException {
      if (data.length <= MEBIBYTE) {
        return crypto.encryptData(keyring, data, CONTEXT.asMap()).getResult().length;
      }
      Counting out = new Counting();
      try (InputStream sealing =
          crypto.createEncryptingStream(keyring, new ByteArrayInputStream(data), CONTEXT.asMap())) {
        sealing.transferTo(out);
      }
      return out.count;
    }
  }
}
