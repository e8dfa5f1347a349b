package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** One generated key of each type, for all tests of a JVM: RSA keys take long to generate. */
final class TestKeys {

  static final String KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";

  private static final Map<KeyPairType, PrivateKeyMaterial> KEYS = new ConcurrentHashMap<>();

  /** One way of signing. */
  record Case(KeyPairType type, SigningAlgorithmSpec algorithm, MessageType messageType) {

    /** A message that can be signed this way, and differs for each number. */
    byte[] message(int number) {
      int length = SigningMessages.requiredLength(algorithm, messageType).orElse(1 + number);
      byte[] message = new byte[length];
      new java.util.Random(number).nextBytes(message);
      return message;
    }
  }

  private TestKeys() {}

  static PrivateKeyMaterial of(KeyPairType type) {
    return KEYS.computeIfAbsent(
        type, missing -> PrivateKeyMaterial.generate(KEY_ID, missing, new SecureRandom()));
  }

  /** All combinations that the service supports. */
  static Stream<Case> cases() {
    return Stream.of(KeySpec.values())
        .filter(spec -> KeySpecTable.of(spec).kind() == MaterialKind.PRIVATE_KEY)
        .flatMap(
            spec ->
                KeySpecTable.of(spec).signing().stream()
                    .flatMap(
                        algorithm ->
                            Stream.of(MessageType.values())
                                .filter(form -> SigningMessages.accepts(algorithm, form))
                                .map(form -> new Case(KeyPairType.of(spec), algorithm, form))));
  }
}
