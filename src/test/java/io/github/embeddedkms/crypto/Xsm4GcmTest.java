package io.github.embeddedkms.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.embeddedkms.blob.IndependentXsm4Gcm;
import io.github.embeddedkms.model.SecretBytes;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.engines.SM4Engine;
import org.bouncycastle.crypto.macs.CMac;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;

class Xsm4GcmTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] KEY = HEX.parseHex("0123456789abcdeffedcba9876543210");
  private static final byte[] DATA = {1, 2, 3};

  private final Xsm4Gcm cipher = new Xsm4Gcm(KEY);

  @Test
  void sm4Gcm_vectorOfRfc8998_givesItsCiphertext() throws Exception {
    byte[] plaintext =
        HEX.parseHex(
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
                + "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa");
    GCMModeCipher gcm = GCMBlockCipher.newInstance(new SM4Engine());
    gcm.init(
        true,
        new AEADParameters(
            new KeyParameter(KEY),
            128,
            HEX.parseHex("00001234567800000000abcd"),
            HEX.parseHex("feedfacedeadbeeffeedfacedeadbeefabaddad2")));
    byte[] sealed = new byte[plaintext.length + 16];
    int written = gcm.processBytes(plaintext, 0, plaintext.length, sealed, 0);
    gcm.doFinal(sealed, written);
    assertThat(HEX.formatHex(sealed))
        .isEqualTo(
            "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
                + "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
                + "83de3541e4c2b58177e065a9bf7b62ec");
  }

  /** Printed by: openssl mac -cipher SM4-CBC -macopt hexkey:… -in FILE CMAC */
  @Test
  void sm4Cmac_equalsValuesOfOpenSsl() {
    assertThat(cmac("hello, SM4-CMAC of more than one block".getBytes(US_ASCII)))
        .isEqualTo("675fde950cf315136538ad918f49a5ab");
    assertThat(cmac(HEX.parseHex("00015800000102030405060708090a0b")))
        .isEqualTo("9a1b20b7faeadef5f72cdc45e6ccc81f");
    assertThat(HEX.formatHex(cipher.derivedKey(HEX.parseHex("000102030405060708090a0b"))))
        .isEqualTo("9a1b20b7faeadef5f72cdc45e6ccc81f");
  }

  private static String cmac(byte[] message) {
    CMac mac = new CMac(new SM4Engine());
    mac.init(new KeyParameter(KEY));
    mac.update(message, 0, message.length);
    byte[] out = new byte[16];
    mac.doFinal(out, 0);
    return HEX.formatHex(out);
  }

  @Test
  void derivedKey_exampleOfTheFormat_hasItsValue() {
    byte[] blobKey = HEX.parseHex("f4b34ba0fa7fa229a18672e4d6351175");
    byte[] nonce = HEX.parseHex("000102030405060708090a0b0c0d0e0f1011121314151617");
    assertThat(HEX.formatHex(new Xsm4Gcm(blobKey).derivedKey(nonce)))
        .isEqualTo("bbb78f9105c98be6b650ae7149f68835");
  }

  @Test
  void seal_isOpenedByTheIndependentImplementation() {
    byte[] sealed = cipher.seal("hello".getBytes(UTF_8), DATA);
    assertThat(sealed).hasSize(24 + 5 + 16);
    byte[] nonce = Arrays.copyOf(sealed, 24);
    byte[] rest = Arrays.copyOfRange(sealed, 24, sealed.length);
    assertThat(IndependentXsm4Gcm.open(KEY, nonce, rest, DATA)).hasValue("hello".getBytes(UTF_8));
  }

  @Test
  void sealNewSecret_isOpenedAfterItsPrefix() {
    byte[] prefix = {7, 8};
    SealedSecret made = cipher.sealNewSecret(prefix, 32, DATA);
    assertThat(made.secret().length()).isEqualTo(32);
    assertThat(made.secret().asByteArray()).isNotEqualTo(new byte[32]);
    assertThat(made.sealed()).startsWith(prefix).hasSize(2 + 24 + 32 + 16);
    assertThat(cipher.open(made.sealed(), 2, DATA)).contains(made.secret());
    assertThat(cipher.open(made.sealed(), 1, DATA)).isEmpty();
    byte[] nonce = Arrays.copyOfRange(made.sealed(), 2, 26);
    byte[] rest = Arrays.copyOfRange(made.sealed(), 26, made.sealed().length);
    assertThat(IndependentXsm4Gcm.open(KEY, nonce, rest, DATA))
        .hasValue(made.secret().asByteArray());
  }

  @Test
  void sealNewSecret_cipherIsClosed_wipesTheSecret() {
    ScriptedRandom random = new ScriptedRandom(new byte[0]);
    Xsm4Gcm closed = new Xsm4Gcm(KEY, random);
    closed.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> closed.sealNewSecret(new byte[0], 32, DATA))
        .withMessage("the secret is closed");
    assertThat(random.filled.get(0)).hasSize(32).containsOnly(0);
  }

  @Test
  void open_flippedBitTruncationOrOtherData_isEmpty() {
    byte[] sealed = cipher.seal("hello".getBytes(UTF_8), DATA);
    assertThat(cipher.open(sealed, DATA).map(SecretBytes::asUtf8String)).hasValue("hello");
    assertThat(cipher.open(sealed, new byte[0])).isEmpty();
    assertThat(new Xsm4Gcm(new byte[16]).open(sealed, DATA)).isEmpty();
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] flipped = sealed.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(cipher.open(flipped, DATA)).isEmpty();
    }
    for (int length = 0; length < sealed.length; length++) {
      assertThat(cipher.open(Arrays.copyOf(sealed, length), DATA)).isEmpty();
    }
  }
}
