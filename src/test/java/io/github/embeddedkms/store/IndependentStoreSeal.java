package io.github.embeddedkms.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.embeddedkms.blob.IndependentXaesGcm;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * A second implementation of the sealed store, written from the description of its format, with
 * Bouncy Castle and the JDK. It uses no code of the library or of Tink. For tests that check what a
 * database really contains.
 */
public final class IndependentStoreSeal {

  /** The length of the nonce that precedes everything that is sealed. */
  private static final int NONCE_BYTES = 24;

  private final byte[] storeId;
  private final int epoch;
  private final byte[] storeKey;

  /** Creates the keys of one epoch of a store. */
  public IndependentStoreSeal(byte[] storeId, int epoch, byte[] storeKey) {
    this.storeId = storeId.clone();
    this.epoch = epoch;
    this.storeKey = storeKey.clone();
  }

  /** Returns R for a passphrase: Argon2id with the given parameters. */
  public static byte[] rootOfPassphrase(String passphrase, byte[] parameters) {
    ByteBuffer in = ByteBuffer.wrap(parameters);
    Argon2Parameters.Builder builder = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id);
    builder.withVersion(0x13);
    builder.withMemoryAsKB(in.getInt());
    builder.withIterations(in.getInt());
    builder.withParallelism(in.getInt());
    builder.withSalt(Arrays.copyOfRange(parameters, 12, 28));
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(builder.build());
    byte[] root = new byte[32];
    generator.generateBytes(
        Normalizer.normalize(passphrase, Normalizer.Form.NFC).getBytes(UTF_8), root);
    return root;
  }

  /** Returns the check value of a row of kind 1 or 2. */
  public static byte[] check(byte[] root, int kind, byte[] storeId, int epoch, byte[] parameters) {
    return Arrays.copyOf(outputKeyMaterial(root, kind, storeId, epoch, parameters), 32);
  }

  /** Returns the store key of a row of kind 1 or 2, or nothing if it is not authentic. */
  public static Optional<byte[]> openRoot(
      byte[] root, int kind, byte[] storeId, int epoch, byte[] parameters, byte[] sealed) {
    byte[] wrap =
        Arrays.copyOfRange(outputKeyMaterial(root, kind, storeId, epoch, parameters), 32, 64);
    return open(wrap, sealed, rootData(storeId, epoch));
  }

  /** Returns the data that a store key is bound to, under roots of every kind. */
  public static byte[] rootData(byte[] storeId, int epoch) {
    return bytes(
        out -> {
          out.writeBytes("embedded-kms/store-root/v1");
          out.write(storeId);
          out.writeInt(epoch);
        });
  }

  /**
   * Returns the check value, 32 bytes, and the key that seals the store key under kinds 1 and 2.
   */
  public static byte[] outputKeyMaterial(
      byte[] root, int kind, byte[] storeId, int epoch, byte[] parameters) {
    byte[] information =
        bytes(
            out -> {
              out.writeBytes("embedded-kms/store-root/v1");
              out.writeByte(kind);
              out.writeInt(epoch);
              out.write(parameters);
            });
    return hkdf(new HKDFParameters(root, storeId, information), 64);
  }

  /** Returns the opened material of one key, or nothing if it is not authentic. */
  public Optional<byte[]> openMaterial(
      String account, String region, String keyId, byte[] materialId, byte[] sealed) {
    byte[] data =
        bytes(
            out -> {
              out.writeBytes("embedded-kms/store-material/v1");
              out.write(storeId);
              out.writeInt(epoch);
              text(out, account);
              text(out, region);
              text(out, keyId);
              out.write(materialId);
            });
    return open(key("material"), sealed, data);
  }

  /**
   * Returns the authenticated bytes of an item of kind 1 for keys, 2 for aliases, 3 for tombstones.
   */
  public byte[] row(
      int kind,
      String account,
      String region,
      String id,
      long version,
      long sequence,
      byte[] document) {
    return bytes(
        out -> {
          out.writeBytes("embedded-kms/store-row/v1");
          out.write(storeId);
          out.writeInt(epoch);
          out.writeByte(kind);
          text(out, account);
          text(out, region);
          text(out, id);
          out.writeLong(version);
          out.writeLong(sequence);
          out.writeInt(document.length);
          out.write(document);
        });
  }

  /** Returns the MAC that is stored with a row. */
  public byte[] mac(byte[] row) {
    return hmac(key("row"), row);
  }

  /** Returns the number that a row adds to the sum. */
  public byte[] summand(byte[] row) {
    return hmac(key("set"), row);
  }

  /** Returns the sum sealed in the tag of a head of schema 1, or nothing if it is not authentic. */
  public Optional<byte[]> openTag(long sequence, long count, byte[] tag) {
    return open(key("set"), tag, bytes(out -> writeHead(out, 1, sequence, count)));
  }

  /**
   * Returns the sum sealed in the tag of a head of a later schema, or nothing if it is not
   * authentic.
   */
  public Optional<byte[]> openTag(
      int schema, long sequence, long count, int writer, long confirmed, long floor, byte[] tag) {
    byte[] data =
        bytes(
            out -> {
              writeHead(out, schema, sequence, count);
              out.writeInt(writer);
              out.writeLong(confirmed);
              out.writeLong(floor);
            });
    return open(key("set"), tag, data);
  }

  private void writeHead(DataOutputStream out, int schema, long sequence, long count)
      throws IOException {
    out.writeBytes("embedded-kms/store-head/v1");
    out.write(storeId);
    out.writeInt(schema);
    out.writeInt(epoch);
    out.writeLong(sequence);
    out.writeLong(count);
  }

  /** Returns K_x of this store key. */
  public byte[] key(String purpose) {
    byte[] information = ("embedded-kms/store/" + purpose + "/v1").getBytes(UTF_8);
    return hkdf(HKDFParameters.skipExtractParameters(storeKey, information), 32);
  }

  private static Optional<byte[]> open(byte[] key, byte[] sealed, byte[] associatedData) {
    if (sealed.length < NONCE_BYTES) {
      return Optional.empty();
    }
    return IndependentXaesGcm.open(
        key,
        Arrays.copyOf(sealed, NONCE_BYTES),
        Arrays.copyOfRange(sealed, NONCE_BYTES, sealed.length),
        associatedData);
  }

  private static byte[] hkdf(HKDFParameters parameters, int length) {
    HKDFBytesGenerator generator = new HKDFBytesGenerator(new SHA256Digest());
    generator.init(parameters);
    byte[] output = new byte[length];
    generator.generateBytes(output, 0, length);
    return output;
  }

  private static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writer.write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }
}
