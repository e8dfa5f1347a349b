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
import io.github.embeddedkms.crypto.HkdfSha256;
import io.github.embeddedkms.envelope.CacheLimits;
import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
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
 * Messages through the envelope, each row beside its floor: the JDK's AES-256-GCM in pieces of 64
 * KiB, with the same input and an output of the same kind. {@code seal*} and {@code open*} with a
 * {@link Message} compare lengths with alternatives: Tink's streaming AEAD, which calls no key
 * service, and the AWS Encryption SDK with this library's client of the AWS SDK.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(5)
public class EnvelopeBenchmark {

  private static final int PIECE = 65_536;
  private static final int SEALED_PIECE = PIECE + 16;
  private static final int KIBIBYTE = 1024;
  private static final int MEBIBYTE = 1 << 20;
  private static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("tenant", "acme"));
  private static final byte[] NO_ASSOCIATED_DATA = new byte[0];

  /** A provider and envelopes. */
  @State(Scope.Benchmark)
  public static class Envelopes {

    private final LocalKeyProvider kms = LocalKeyProvider.inMemory();
    private final String keyArn = kms.createKey(b -> {}).keyMetadata().arn();
    private final Envelope envelope = Envelope.builder(kms).key(keyArn).build();
    private final Envelope twoThreads = Envelope.builder(kms).key(keyArn).parallelism(2).build();
    private final Envelope caching =
        Envelope.builder(kms)
            .key(keyArn)
            .cache(CacheLimits.ofMaximumAge(Duration.ofMinutes(5)))
            .build();

    @TearDown(Level.Trial)
    public void tearDown() {
      caching.close();
      kms.close();
    }
  }

  /** The JDK's cipher, with a new nonce for each piece. */
  private static final class Jce {

    private final SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
    private final Cipher cipher;
    private long number;

    Jce() {
      try {
        cipher = Cipher.getInstance("AES/GCM/NoPadding");
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private void init(int mode, SecretKeySpec under, long nonce) throws GeneralSecurityException {
      byte[] bytes = ByteBuffer.allocate(12).putLong(4, nonce).array();
      cipher.init(mode, under, new GCMParameterSpec(128, bytes));
    }

    int seal(byte[] data, int at, int length, byte[] out, int outAt)
        throws GeneralSecurityException {
      init(Cipher.ENCRYPT_MODE, key, ++number);
      return cipher.doFinal(data, at, length, out, outAt);
    }

    /** Opens a piece that has been sealed under a certain nonce. */
    int open(long nonce, byte[] sealed, int at, int length, byte[] out, int outAt)
        throws GeneralSecurityException {
      init(Cipher.DECRYPT_MODE, key, nonce);
      return cipher.doFinal(sealed, at, length, out, outAt);
    }

    /** Seals bytes in pieces. The nonces are 1, 2 and so on in a new object. */
    byte[] seal(byte[] data) throws GeneralSecurityException {
      int pieces = (data.length + PIECE - 1) / PIECE;
      byte[] out = new byte[data.length + pieces * 16];
      int to = 0;
      for (int at = 0; at < data.length; at += PIECE) {
        to += seal(data, at, Math.min(PIECE, data.length - at), out, to);
      }
      return out;
    }

    byte[] open(byte[] sealed) throws GeneralSecurityException {
      int pieces = (sealed.length + SEALED_PIECE - 1) / SEALED_PIECE;
      byte[] out = new byte[sealed.length - pieces * 16];
      long nonce = 0;
      int to = 0;
      for (int at = 0; at < sealed.length; at += SEALED_PIECE) {
        to += open(++nonce, sealed, at, Math.min(SEALED_PIECE, sealed.length - at), out, to);
      }
      return out;
    }

    void seal(InputStream in, OutputStream out) throws IOException, GeneralSecurityException {
      byte[] piece = new byte[PIECE];
      byte[] sealed = new byte[SEALED_PIECE];
      int length = in.readNBytes(piece, 0, PIECE);
      while (length > 0) {
        out.write(sealed, 0, seal(piece, 0, length, sealed, 0));
        length = in.readNBytes(piece, 0, PIECE);
      }
    }

    void open(InputStream in, OutputStream out) throws IOException, GeneralSecurityException {
      byte[] piece = new byte[PIECE];
      byte[] sealed = new byte[SEALED_PIECE];
      long nonce = 0;
      int length = in.readNBytes(sealed, 0, SEALED_PIECE);
      while (length > 0) {
        out.write(piece, 0, open(++nonce, sealed, 0, length, piece, 0));
        length = in.readNBytes(sealed, 0, SEALED_PIECE);
      }
    }
  }

  /** 1 MiB as bytes, with a new result array each time. */
  @State(Scope.Benchmark)
  public static class Mebibyte {

    private final byte[] data = new byte[MEBIBYTE];
    private final Jce jce = new Jce();
    private byte[] sealed;
    private byte[] sealedByJce;

    @Setup(Level.Trial)
    public void setUp(Envelopes by) throws GeneralSecurityException {
      sealed = by.envelope.seal(data, CONTEXT);
      sealedByJce = new Jce().seal(data);
    }
  }

  @Benchmark
  public byte[] bytesSeal(Envelopes by, Mebibyte message) {
    return by.envelope.seal(message.data, CONTEXT);
  }

  @Benchmark
  public byte[] bytesSealFloor(Mebibyte message) throws GeneralSecurityException {
    return message.jce.seal(message.data);
  }

  @Benchmark
  public byte[] bytesOpen(Envelopes by, Mebibyte message) {
    return by.envelope.open(message.sealed, CONTEXT);
  }

  @Benchmark
  public byte[] bytesOpenFloor(Mebibyte message) throws GeneralSecurityException {
    return message.jce.open(message.sealedByJce);
  }

  /** 16 MiB as a stream in memory, on one thread, to a stream that discards it. */
  @State(Scope.Benchmark)
  public static class Stream {

    private final byte[] data = new byte[16 * MEBIBYTE];
    private final Jce jce = new Jce();
    private byte[] sealed;
    private byte[] sealedByJce;

    @Setup(Level.Trial)
    public void setUp(Envelopes by) throws GeneralSecurityException {
      sealed = by.envelope.seal(data, CONTEXT);
      sealedByJce = new Jce().seal(data);
    }
  }

  @Benchmark
  public long streamSeal(Envelopes by, Stream message) throws IOException {
    Counting out = new Counting();
    by.envelope.seal(new ByteArrayInputStream(message.data), out, CONTEXT);
    return out.count;
  }

  @Benchmark
  public long streamSealFloor(Stream message) throws IOException, GeneralSecurityException {
    Counting out = new Counting();
    message.jce.seal(new ByteArrayInputStream(message.data), out);
    return out.count;
  }

  @Benchmark
  public long streamOpen(Envelopes by, Stream message) throws IOException {
    Counting out = new Counting();
    by.envelope.open(new ByteArrayInputStream(message.sealed), out, CONTEXT);
    return out.count;
  }

  @Benchmark
  public long streamOpenFloor(Stream message) throws IOException, GeneralSecurityException {
    Counting out = new Counting();
    message.jce.open(new ByteArrayInputStream(message.sealedByJce), out);
    return out.count;
  }

  /** Writes a large array to a sealing stream, which does not copy it. */
  @Benchmark
  public long streamWrite(Envelopes by, Stream message) throws IOException {
    Counting out = new Counting();
    try (OutputStream sealing = by.envelope.sealing(out, CONTEXT)) {
      sealing.write(message.data);
    }
    return out.count;
  }

  @Benchmark
  public long streamWriteFloor(Stream message) throws GeneralSecurityException {
    byte[] out = new byte[SEALED_PIECE];
    long count = 0;
    for (int at = 0; at < message.data.length; at += PIECE) {
      count += message.jce.seal(message.data, at, PIECE, out, 0);
    }
    return count;
  }

  /**
   * A file of 32 MiB in the file cache, or in /dev/shm if there is one. The output exists before
   * and is overwritten: allocating its pages can take longer than sealing them.
   */
  @State(Scope.Benchmark)
  public static class InFile {

    private final Jce jce = new Jce();
    private Path folder;
    private Path plaintext;
    private Path sealed;
    private Path sealedByJce;
    private Path output;

    @Setup(Level.Trial)
    public void setUp(Envelopes by) throws IOException, GeneralSecurityException {
      Path memory = Path.of("/dev/shm");
      folder =
          Files.isDirectory(memory)
              ? Files.createTempDirectory(memory, "envelope")
              : Files.createTempDirectory("envelope");
      byte[] data = new byte[32 * MEBIBYTE];
      plaintext = Files.write(folder.resolve("plaintext"), data);
      sealed = Files.write(folder.resolve("sealed"), by.envelope.seal(data, CONTEXT));
      sealedByJce = Files.write(folder.resolve("sealedByJce"), new Jce().seal(data));
      output = Files.write(folder.resolve("output"), Files.readAllBytes(sealed));
    }

    private OutputStream overwrite() throws IOException {
      return Files.newOutputStream(output, StandardOpenOption.WRITE);
    }

    @TearDown(Level.Trial)
    public void tearDown() throws IOException {
      for (Path file : List.of(plaintext, sealed, sealedByJce, output, folder)) {
        Files.delete(file);
      }
    }
  }

  private interface StreamAction {
    void run(InputStream in, OutputStream out) throws IOException, GeneralSecurityException;
  }

  private static void run(InFile message, Path from, StreamAction action)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(from);
        OutputStream out = message.overwrite()) {
      action.run(in, out);
    }
  }

  @Benchmark
  public void fileSealTwoThreads(Envelopes by, InFile message) throws Exception {
    run(message, message.plaintext, (in, out) -> by.twoThreads.seal(in, out, CONTEXT));
  }

  @Benchmark
  public void fileSealOneThread(Envelopes by, InFile message) throws Exception {
    run(message, message.plaintext, (in, out) -> by.envelope.seal(in, out, CONTEXT));
  }

  @Benchmark
  public void fileSealFloor(InFile message) throws Exception {
    run(message, message.plaintext, message.jce::seal);
  }

  @Benchmark
  public void fileOpenTwoThreads(Envelopes by, InFile message) throws Exception {
    run(message, message.sealed, (in, out) -> by.twoThreads.open(in, out, CONTEXT));
  }

  @Benchmark
  public void fileOpenOneThread(Envelopes by, InFile message) throws Exception {
    run(message, message.sealed, (in, out) -> by.envelope.open(in, out, CONTEXT));
  }

  @Benchmark
  public void fileOpenFloor(InFile message) throws Exception {
    run(message, message.sealedByJce, message.jce::open);
  }

  /** Only reads and writes: no number of threads is faster, since one thread does that. */
  @Benchmark
  public void fileCopy(InFile message) throws Exception {
    run(
        message,
        message.plaintext,
        (in, out) -> {
          byte[] piece = new byte[PIECE];
          int length = in.readNBytes(piece, 0, PIECE);
          while (length > 0) {
            out.write(piece, 0, length);
            length = in.readNBytes(piece, 0, PIECE);
          }
        });
  }

  /**
   * Messages of 1 KiB with a cached data key, and their floor: one HKDF and one GCM seal or open.
   * As in the format, each message has its own key, which the cipher has to expand.
   */
  @State(Scope.Thread)
  public static class Small {

    private static final int COUNT = 16;

    private final byte[] data = new byte[KIBIBYTE];
    private final byte[] dataKey = new byte[32];
    private final byte[] info = new byte[50];
    private final byte[][] salts = new byte[COUNT][32];
    private final byte[][] sealed = new byte[COUNT][];
    private final byte[][] sealedByJce = new byte[COUNT][];
    private final Jce jce = new Jce();
    private int next;

    @Setup(Level.Trial)
    public void setUp(Envelopes by) throws GeneralSecurityException {
      for (int i = 0; i < COUNT; i++) {
        salts[i][0] = (byte) i;
        sealed[i] = by.caching.seal(data, CONTEXT);
        sealedByJce[i] = run(Cipher.ENCRYPT_MODE, salts[i], data);
      }
    }

    private int next() {
      next = (next + 1) % COUNT;
      return next;
    }

    private byte[] run(int mode, byte[] salt, byte[] input) throws GeneralSecurityException {
      byte[] derived = HkdfSha256.derive(dataKey, salt, info, 76);
      jce.init(mode, new SecretKeySpec(derived, 32, 32, "AES"), salt[0]);
      return jce.cipher.doFinal(input);
    }
  }

  @Benchmark
  public byte[] smallSealCached(Envelopes by, Small message) {
    return by.caching.seal(message.data, CONTEXT);
  }

  @Benchmark
  public byte[] smallSealFloor(Small message) throws GeneralSecurityException {
    return message.run(Cipher.ENCRYPT_MODE, message.salts[message.next()], message.data);
  }

  @Benchmark
  public byte[] smallOpenCached(Envelopes by, Small message) {
    return by.caching.open(message.sealed[message.next()], CONTEXT);
  }

  @Benchmark
  public byte[] smallOpenFloor(Small message) throws GeneralSecurityException {
    int i = message.next();
    return message.run(Cipher.DECRYPT_MODE, message.salts[i], message.sealedByJce[i]);
  }

  /** A message of some length, in memory. */
  @State(Scope.Benchmark)
  public static class Message {

    /** The length of a message: 1 KiB, 1 MiB or 256 MiB. */
    @Param({"1024", "1048576", "268435456"})
    public int bytes;

    private byte[] data;
    private byte[] sealed;
    private StreamingAead tink;
    private EncryptionSdk encryptionSdk;

    @Setup(Level.Trial)
    public void setUp(Envelopes by) throws Exception {
      data = new byte[bytes];
      sealed = by.envelope.seal(data, CONTEXT);
      tink = tink();
      encryptionSdk = new EncryptionSdk(by.kms, by.keyArn);
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
  }

  @Benchmark
  public long seal(Envelopes by, Message message) throws IOException {
    return message.sealBy(by.envelope);
  }

  @Benchmark
  public long sealCached(Envelopes by, Message message) throws IOException {
    return message.sealBy(by.caching);
  }

  @Benchmark
  public long sealTwoThreads(Envelopes by, Message message) throws IOException {
    return message.sealBy(by.twoThreads);
  }

  @Benchmark
  public long open(Envelopes by, Message message) throws IOException {
    return message.openBy(by.envelope);
  }

  @Benchmark
  public long openCached(Envelopes by, Message message) throws IOException {
    return message.openBy(by.caching);
  }

  @Benchmark
  public long openTwoThreads(Envelopes by, Message message) throws IOException {
    return message.openBy(by.twoThreads);
  }

  @Benchmark
  public long sealTink(Message message) throws GeneralSecurityException, IOException {
    Counting out = new Counting();
    try (OutputStream sealing = message.tink.newEncryptingStream(out, NO_ASSOCIATED_DATA)) {
      sealing.write(message.data);
    }
    return out.count;
  }

  @Benchmark
  public long sealEncryptionSdk(Message message) throws IOException {
    return message.encryptionSdk.seal(message.data);
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
