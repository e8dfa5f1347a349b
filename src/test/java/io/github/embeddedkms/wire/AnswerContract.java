package io.github.embeddedkms.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.PackagedClasses;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.OperationType;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * What holds for whatever is sent to a provider with a few keys: it is answered, in JSON, with a
 * code that is documented, and nothing fails behind the answer.
 */
final class AnswerContract implements AutoCloseable {

  private static final Caller CALLER = Caller.of("eu-central-1", "111122223333");

  /** The codes of the service, as they stand on the wire. */
  private static final Set<String> CODES =
      PackagedClasses.beside(KmsException.class).stream()
          .filter(KmsException.class::isAssignableFrom)
          .map(type -> type.getSimpleName().replaceFirst("^Kms", "KMS"))
          .collect(Collectors.toUnmodifiableSet());

  private static final Set<String> LISTINGS =
      Set.of(
          OperationType.LIST_KEYS.target(),
          OperationType.LIST_ALIASES.target(),
          OperationType.LIST_GRANTS.target(),
          OperationType.LIST_RETIRABLE_GRANTS.target());

  private final LocalKeyProvider kms;
  private final List<Throwable> failures = new ArrayList<>();
  private final WireServer wire;

  /** Keys and blobs have other names each time: what a body may say instead. */
  private final Map<String, String> names = new LinkedHashMap<>();

  /** Over a provider, which is closed with this. */
  AnswerContract(LocalKeyProvider kms) {
    this.kms = kms;
    this.wire = new WireServer(kms, (operation, failure) -> failures.add(failure));
  }

  /** Over a new provider, whose keys and blobs have the names {@code ${key}} and so on. */
  static AnswerContract overNamedKeys() {
    AnswerContract contract =
        new AnswerContract(
            LocalKeyProvider.builder().region(CALLER.region()).account(CALLER.account()).build());
    contract.makeKeys();
    return contract;
  }

  private void makeKeys() {
    String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
    String disabledKeyId = kms.createKey(b -> {}).keyMetadata().keyId();
    String deletedKeyId = kms.createKey(b -> {}).keyMetadata().keyId();
    kms.createAlias(b -> b.aliasName("alias/orders").targetKeyId(keyId));
    byte[] blob =
        kms.encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String("hello")))
            .ciphertextBlob()
            .asByteArray();
    kms.disableKey(b -> b.keyId(disabledKeyId));
    kms.scheduleKeyDeletion(b -> b.keyId(deletedKeyId));
    names.put("${key}", keyId);
    names.put("${other}", kms.createKey(b -> {}).keyMetadata().keyId());
    names.put("${signing}", newKey(KeySpec.ECC_NIST_EDWARDS25519, KeyUsageType.SIGN_VERIFY));
    names.put("${hmac}", newKey(KeySpec.HMAC_256, KeyUsageType.GENERATE_VERIFY_MAC));
    nameAgreementKeys();
    nameGrant(keyId);
    names.put("${disabled}", disabledKeyId);
    names.put("${deleted}", deletedKeyId);
    names.put("${blob}", Base64.getEncoder().encodeToString(blob));
  }

  /** The keys that agree on secrets, and what they need from the other party. */
  private void nameAgreementKeys() {
    String agreeing = newKey(KeySpec.ECC_NIST_P256, KeyUsageType.KEY_AGREEMENT);
    String decapsulating = newKey(KeySpec.ML_KEM_512, KeyUsageType.ENCAPSULATE_DECAPSULATE);
    names.put("${agreeing}", agreeing);
    names.put("${peer}", base64(kms.getPublicKey(b -> b.keyId(agreeing)).publicKey()));
    names.put("${decapsulating}", decapsulating);
    names.put(
        "${encapsulated}",
        base64(
            kms.encapsulate(
                    b ->
                        b.keyId(decapsulating)
                            .encapsulationAlgorithm(EncapsulationAlgorithmSpec.ML_KEM))
                .sharedSecretCiphertextBlob()));
  }

  private void nameGrant(String keyId) {
    CreateGrant.Response grant =
        kms.createGrant(
            b ->
                b.keyId(keyId)
                    .granteePrincipal("arn:aws:iam::111122223333:user/alice")
                    .retiringPrincipal("111122223333")
                    .operations(List.of(GrantOperation.DECRYPT)));
    names.put("${grant}", grant.grantId());
    names.put("${token}", grant.grantToken());
  }

  private static String base64(Bytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.asByteArray());
  }

  private String newKey(KeySpec spec, KeyUsageType usage) {
    return kms.createKey(b -> b.keySpec(spec).keyUsage(usage)).keyMetadata().keyId();
  }

  /** Sends a body, its names filled in, and checks the answer. */
  WireResponse check(String target, byte[] body) {
    byte[] request = filled(body);
    WireResponse answer = wire.answer(target, request, CALLER);
    checkSize(target, request, answer);
    for (Throwable failure : failures) {
      throw new AssertionError(target + " failed", failure);
    }
    switch (answer.status()) {
      case 200 -> checkResponse(answer);
      case 400 -> checkError(answer);
      case 501 -> checkNotSupportedYet(answer);
      default -> throw new AssertionError("status " + answer.status());
    }
    return answer;
  }

  /** Only pages of listings can be longer; {@code ResponseSizeTest} says how long. */
  static void checkSize(String target, byte[] request, WireResponse answer) {
    if (!LISTINGS.contains(target) || answer.status() != 200) {
      assertThat(answer.body())
          .hasSizeLessThanOrEqualTo(8 * (target.length() + request.length) + (64 << 10));
    }
  }

  private byte[] filled(byte[] body) {
    String text = new String(body, ISO_8859_1);
    if (!text.contains("${")) {
      return body;
    }
    for (Map.Entry<String, String> name : names.entrySet()) {
      text = text.replace(name.getKey(), name.getValue());
    }
    return text.getBytes(ISO_8859_1);
  }

  private static Map<String, JsonNode> members(WireResponse answer) {
    return JsonNode.parser().parse(answer.body()).asObject();
  }

  private static void checkResponse(WireResponse answer) {
    assertThat(answer.errorCode()).isNull();
    if (answer.body().length > 0) {
      assertThat(members(answer)).doesNotContainKey("__type");
    }
  }

  private static void checkError(WireResponse answer) {
    assertThat(answer.errorCode()).isIn(CODES);
    Map<String, JsonNode> members = members(answer);
    assertThat(members.get("__type").asString()).isEqualTo(answer.errorCode());
    assertThat(members.keySet()).isSubsetOf("__type", "message", "Message");
    assertThat(members.size()).isLessThanOrEqualTo(2);
  }

  private static void checkNotSupportedYet(WireResponse answer) {
    assertThat(answer.errorCode()).isEqualTo("EmbeddedKmsNotSupportedYet");
    assertThat(members(answer).get("message").asString()).startsWith("embedded-kms: ");
  }

  @Override
  public void close() {
    kms.close();
  }
}
