package io.github.embeddedkms.envelope;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.SortedMap;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A second reader of the message format, written from its specification with the JDK alone. It
 * takes the data key, and uses none of the code that it checks.
 */
final class IndependentMessageReader {

  private IndependentMessageReader() {}

  static byte[] open(byte[] message, byte[] dataKey, SortedMap<String, String> context)
      throws GeneralSecurityException {
    ByteBuffer in = ByteBuffer.wrap(message);
    int magic = in.getInt();
    require(magic == 0x454B4D01 || magic == 0x454B4D02, "magic");
    require(in.get() == 1, "suite");
    int recipients = in.get();
    require(recipients >= 1 && recipients <= 16, "recipients");
    for (int i = 0; i < recipients; i++) {
      if (magic == 0x454B4D02) {
        in.get();
      }
      in.position(in.position() + 2 + in.getShort(in.position()));
      in.position(in.position() + 2 + in.getShort(in.position()));
    }
    byte flags = in.get();
    byte[] salt = take(in, 32);
    byte[] canonical = canonical(context);
    if (flags == 1) {
      require(Arrays.equals(take(in, in.getInt()), canonical), "stored context");
    }
    byte[] commitment = take(in, 32);

    byte[] derived = derive(dataKey, salt, flags, canonical);
    require(Arrays.equals(Arrays.copyOf(derived, 32), commitment), "commitment");
    SecretKeySpec key = new SecretKeySpec(derived, 32, 32, "AES");
    byte[] base = Arrays.copyOfRange(derived, 64, 76);
    ByteArrayOutputStream plaintext = new ByteArrayOutputStream();
    for (int number = 0; ; number++) {
      byte[] segment = take(in, Math.min(in.remaining(), 65_552));
      plaintext.writeBytes(open(key, base, number, segment));
      if (segment.length < 65_552) {
        return plaintext.toByteArray();
      }
    }
  }

  /** Unwraps the data key of the first recipient, which is an offline one, with its secret. */
  static byte[] dataKey(byte[] message, byte[] secret, SortedMap<String, String> context)
      throws GeneralSecurityException {
    byte[] key = wrapKey(message, secret, context);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(128, new byte[12]));
    return cipher.doFinal(message, wrappedAt(message), 48);
  }

  private static int wrappedAt(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message);
    require(in.getInt() == 0x454B4D02, "magic");
    int sealed = 9 + in.getShort(7);
    return sealed + 2 + in.getShort(sealed) - 48;
  }

  /** Derives the key under which the data key of the first recipient is wrapped. */
  static byte[] wrapKey(byte[] message, byte[] secret, SortedMap<String, String> context)
      throws GeneralSecurityException {
    byte[] info = "embedded-kms/offline-recipient/v1".getBytes(StandardCharsets.US_ASCII);
    byte[] head = Arrays.copyOfRange(message, 6, wrappedAt(message));
    byte[] prk = hmac(new byte[32], secret);
    return hmac(prk, info, new byte[] {1}, head, canonical(context), new byte[] {1});
  }

  /** HKDF of RFC 5869, written out. */
  static byte[] derive(byte[] dataKey, byte[] salt, byte flags, byte[] canonical)
      throws GeneralSecurityException {
    byte[] prk = hmac(salt, dataKey);
    byte[] info = "embedded-kms/envelope/v1".getBytes(StandardCharsets.US_ASCII);
    byte[] first = hmac(prk, info, new byte[] {1, flags}, canonical, new byte[] {1});
    byte[] second = hmac(prk, first, info, new byte[] {1, flags}, canonical, new byte[] {2});
    byte[] third = hmac(prk, second, info, new byte[] {1, flags}, canonical, new byte[] {3});
    return ByteBuffer.allocate(96).put(first).put(second).put(third).array();
  }

  private static byte[] open(SecretKeySpec key, byte[] base, int number, byte[] segment)
      throws GeneralSecurityException {
    ByteBuffer nonce = ByteBuffer.wrap(base.clone());
    nonce.putInt(8, nonce.getInt(8) ^ number);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, nonce.array()));
    return cipher.doFinal(segment);
  }

  private static byte[] canonical(SortedMap<String, String> context) {
    ByteBuffer canonical = ByteBuffer.allocate(70_000).putShort((short) context.size());
    context.forEach(
        (name, value) -> {
          for (String text : new String[] {name, value}) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            canonical.putInt(bytes.length).put(bytes);
          }
        });
    return Arrays.copyOf(canonical.array(), canonical.position());
  }

  private static byte[] hmac(byte[] key, byte[]... parts) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }

  private static byte[] take(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalArgumentException(what);
    }
  }
}
