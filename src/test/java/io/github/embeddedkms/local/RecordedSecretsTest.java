package io.github.embeddedkms.local;

import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.local.RecordedWorld.K;
import static io.github.embeddedkms.local.RecordedWorld.L;
import static io.github.embeddedkms.local.RecordedWorld.MAC;
import static io.github.embeddedkms.local.RecordedWorld.SIGNING;
import static io.github.embeddedkms.local.RecordedWorld.caller;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.exception.InvalidGrantTokenException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Nothing that is recorded holds a plaintext, a message, a ciphertext or a token. */
class RecordedSecretsTest {

  private static final String SECRET = "a plaintext that is secret";
  private static final String TOKEN = "a-token-of-a-grant";

  @Test
  void recording_holdsStringsOnly_andNoneOfARequestsBytes() throws IllegalAccessException {
    List<String> forbidden = new ArrayList<>();
    AccessRecorder recorder;
    try (LocalKeyProvider kms = RecordedWorld.wide(Identities.administrators())) {
      recorder = AccessRecorder.around(kms);
      for (Bytes bytes : use(recorder.client(caller(ALICE)))) {
        forbidden.add(Base64.getEncoder().encodeToString(bytes.asByteArray()));
        forbidden.add(HexFormat.of().formatHex(bytes.asByteArray()));
        forbidden.add(new String(bytes.asByteArray(), StandardCharsets.ISO_8859_1));
      }
      forbidden.addAll(List.of(SECRET, TOKEN));
      Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
      List<String> strings = new ArrayList<>();
      walk(field(recorder, "recording"), seen, strings);
      assertThat(strings)
          .contains("kms:Encrypt", ALICE, "tenant", "acme", "kms:Sign", "kms:VerifyMac")
          .allSatisfy(string -> assertThat(forbidden).noneMatch(string::contains));
      assertThat(forbidden).noneMatch(recorder.report()::contains);
    }
  }

  /** Returns the ciphertexts, signatures, MACs and data keys. */
  private static List<Bytes> use(KmsClient kms) {
    SecretBytes secret = SecretBytes.fromUtf8String(SECRET);
    Map<String, String> context = Map.of("tenant", "acme");
    Bytes blob =
        kms.encrypt(b -> b.keyId(K).encryptionContext(context).plaintext(secret)).ciphertextBlob();
    kms.decrypt(b -> b.ciphertextBlob(blob).encryptionContext(context));
    Bytes other =
        kms.reEncrypt(
                b -> b.ciphertextBlob(blob).sourceEncryptionContext(context).destinationKeyId(L))
            .ciphertextBlob();
    var dataKey = kms.generateDataKey(b -> b.keyId(K).keySpec(DataKeySpec.AES_256));
    SigningAlgorithmSpec signing = SigningAlgorithmSpec.ECDSA_SHA_256;
    Bytes signature =
        kms.sign(b -> b.keyId(SIGNING).message(secret).signingAlgorithm(signing)).signature();
    kms.verify(
        b -> b.keyId(SIGNING).message(secret).signingAlgorithm(signing).signature(signature));
    MacAlgorithmSpec algorithm = MacAlgorithmSpec.HMAC_SHA_256;
    Bytes mac = kms.generateMac(b -> b.keyId(MAC).message(secret).macAlgorithm(algorithm)).mac();
    kms.verifyMac(b -> b.keyId(MAC).message(secret).macAlgorithm(algorithm).mac(mac));
    Assertions.assertThatThrownBy(
            () -> kms.describeKey(b -> b.keyId(K).grantTokens(List.of(TOKEN))))
        .isInstanceOf(InvalidGrantTokenException.class);
    return List.of(
        blob,
        other,
        dataKey.ciphertextBlob(),
        Bytes.fromByteArray(dataKey.plaintext().asByteArray()),
        signature,
        mac,
        Bytes.fromUtf8String(SECRET));
  }

  /** Follows everything that can be reached, and fails at what is not known to be harmless. */
  private static void walk(Object object, Set<Object> seen, List<String> strings)
      throws IllegalAccessException {
    if (object instanceof String string) {
      strings.add(string);
    } else if (object instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        walk(entry.getKey(), seen, strings);
        walk(entry.getValue(), seen, strings);
      }
    } else if (object instanceof Collection<?> collection) {
      for (Object element : collection) {
        walk(element, seen, strings);
      }
    } else if (object != null && !isHarmless(object) && seen.add(object)) {
      assertThat(object.getClass().getPackage()).isEqualTo(AccessRecording.class.getPackage());
      for (Field field : object.getClass().getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          field.setAccessible(true);
          walk(field.get(object), seen, strings);
        }
      }
    }
  }

  private static boolean isHarmless(Object object) {
    return object instanceof Number || object instanceof Boolean || object instanceof Enum<?>;
  }

  private static Object field(Object object, String name) throws IllegalAccessException {
    for (Field field : object.getClass().getDeclaredFields()) {
      if (field.getName().equals(name)) {
        field.setAccessible(true);
        return field.get(object);
      }
    }
    throw new AssertionError("there is no field " + name);
  }
}
