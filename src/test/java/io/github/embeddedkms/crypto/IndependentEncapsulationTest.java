package io.github.embeddedkms.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.embeddedkms.model.Bytes;
import java.lang.reflect.Method;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Security;
import java.security.spec.X509EncodedKeySpec;
import javax.crypto.SecretKey;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The JDK's own ML-KEM and ours derive the same secrets, in both directions. JDK 24 and later have
 * it; {@code javax.crypto.KEM} is called by reflection, since it is newer than JDK 17.
 */
class IndependentEncapsulationTest {

  private static final String PROVIDER = "SunJCE";

  @ParameterizedTest
  @EnumSource(
      value = KeyPairType.class,
      names = {"ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"})
  void mlKem_ofTheJdk_andOurs_agree(KeyPairType type) throws Exception {
    String name = type.toString().replace('_', '-');
    assumeTrue(jdkHas(name), "this JDK has no " + name + " of its own: JDK 24 has");
    PrivateKeyMaterial key = TestKeys.of(type);
    PublicKey publicKey =
        KeyFactory.getInstance(name, PROVIDER)
            .generatePublic(new X509EncodedKeySpec(key.publicKey().asByteArray()));
    Object kem = Kem.instance();

    Object theirs = Kem.encapsulate(kem, publicKey);
    Bytes ciphertext = Bytes.fromByteArray((byte[]) Kem.get(theirs, "encapsulation"));
    assertThat(key.decapsulate(ciphertext).asByteArray())
        .isEqualTo(((SecretKey) Kem.get(theirs, "key")).getEncoded());

    java.security.KeyPair pair = KeyPairGenerator.getInstance(name, PROVIDER).generateKeyPair();
    Encapsulation ours =
        new AsymmetricPublicKey(type, Bytes.fromByteArray(pair.getPublic().getEncoded()))
            .encapsulate();
    assertThat(Kem.decapsulate(kem, pair.getPrivate(), ours.ciphertext().asByteArray()))
        .isEqualTo(ours.sharedSecret().asByteArray());
  }

  private static boolean jdkHas(String name) {
    return Security.getProvider(PROVIDER).getService("KEM", name) != null;
  }

  /** {@code javax.crypto.KEM}. */
  private static final class Kem {

    static Object instance() throws Exception {
      return Class.forName("javax.crypto.KEM")
          .getMethod("getInstance", String.class, String.class)
          .invoke(null, "ML-KEM", PROVIDER);
    }

    static Object encapsulate(Object kem, PublicKey key) throws Exception {
      Object encapsulator =
          kem.getClass().getMethod("newEncapsulator", PublicKey.class).invoke(kem, key);
      return get(encapsulator, "encapsulate");
    }

    static byte[] decapsulate(Object kem, PrivateKey key, byte[] ciphertext) throws Exception {
      Object decapsulator =
          kem.getClass().getMethod("newDecapsulator", PrivateKey.class).invoke(kem, key);
      Method method = decapsulator.getClass().getMethod("decapsulate", byte[].class);
      return ((SecretKey) method.invoke(decapsulator, (Object) ciphertext)).getEncoded();
    }

    static Object get(Object of, String method) throws Exception {
      return of.getClass().getMethod(method).invoke(of);
    }
  }
}
