package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.blob.IndependentBlobReader;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * A blob can be decrypted only with its own context; an independent reader with the material
 * agrees.
 */
class ContextBindingProperties {

  private static final Fixture FIXTURE = new Fixture();
  private static final byte[] MATERIAL = new byte[32];
  private static final String KEY =
      FIXTURE.keyWith("00000000-0000-4000-8000-000000000001", MATERIAL);

  @AfterContainer
  static void close() {
    FIXTURE.close();
  }

  @Property
  void blob_decryptsOnlyWithAnEqualContext(
      @ForAll("contexts") Map<String, String> one, @ForAll("contexts") Map<String, String> other) {
    Bytes blob = encrypt("x", one);
    assertThat(opens(blob, one)).isTrue();
    assertThat(opens(blob, other)).isEqualTo(one.equals(other));
  }

  @Property
  void blob_isDecryptedByTheIndependentReader(
      @ForAll("contexts") Map<String, String> context,
      @ForAll @Size(min = 1, max = 64) byte[] plaintext) {
    Bytes blob =
        FIXTURE
            .kms
            .encrypt(
                b ->
                    b.keyId(KEY)
                        .plaintext(SecretBytes.fromByteArray(plaintext))
                        .encryptionContext(context))
            .ciphertextBlob();
    assertThat(IndependentBlobReader.open(blob.asByteArray(), MATERIAL, KEY, context))
        .hasValue(plaintext);
  }

  @Provide
  Arbitrary<Map<String, String>> contexts() {
    Arbitrary<String> text =
        Arbitraries.of(
            "", "a", "b", "ab", "A", "\u00e9", "e\u0301", "\uFFFD", "\uD83D\uDE00", "\u0000");
    return Arbitraries.maps(text, text).ofMaxSize(3);
  }

  private static Bytes encrypt(String plaintext, Map<String, String> context) {
    return FIXTURE
        .kms
        .encrypt(
            b ->
                b.keyId(KEY)
                    .plaintext(SecretBytes.fromUtf8String(plaintext))
                    .encryptionContext(context))
        .ciphertextBlob();
  }

  private static boolean opens(Bytes blob, Map<String, String> context) {
    try {
      FIXTURE.kms.decrypt(b -> b.ciphertextBlob(blob).encryptionContext(context));
      return true;
    } catch (InvalidCiphertextException e) {
      return false;
    }
  }
}
