package io.github.embeddedkms.local;

import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Subjects;
import io.github.embeddedkms.exception.InvalidArnException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantListEntry;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which operations and constraints a grant can have depends on its key. */
class GrantKeysTest {

  private static final String SOURCE = "arn:aws:logs:eu-central-1:111122223333:log-group:x";

  /** The operations are those of the documentation for each kind of key. */
  @ParameterizedTest
  @CsvSource({
    "SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT, Encrypt Decrypt ReEncryptFrom ReEncryptTo GenerateDataKey"
        + " GenerateDataKeyWithoutPlaintext GenerateDataKeyPair"
        + " GenerateDataKeyPairWithoutPlaintext",
    "RSA_2048, ENCRYPT_DECRYPT, Encrypt Decrypt ReEncryptFrom ReEncryptTo GetPublicKey",
    "RSA_2048, SIGN_VERIFY, Sign Verify GetPublicKey",
    "ECC_NIST_P256, SIGN_VERIFY, Sign Verify GetPublicKey",
    "ML_DSA_44, SIGN_VERIFY, Sign Verify GetPublicKey",
    "HMAC_256, GENERATE_VERIFY_MAC, GenerateMac VerifyMac",
    "ECC_NIST_P256, KEY_AGREEMENT, DeriveSharedSecret GetPublicKey",
    "ML_KEM_512, ENCAPSULATE_DECAPSULATE, Encapsulate Decapsulate GetPublicKey"
  })
  void createGrant_eachOperation_isAmongThoseOfTheKey(
      KeySpec spec, KeyUsageType usage, String documented) {
    List<String> possible = new ArrayList<>(List.of(documented.split(" ")));
    possible.addAll(List.of("CreateGrant", "RetireGrant", "DescribeKey"));
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(b -> b.keySpec(spec).keyUsage(usage)).keyMetadata().keyId();
      List<GrantOperation> granted = new ArrayList<>();
      for (GrantOperation operation : GrantOperation.values()) {
        if (possible.contains(operation.toString())) {
          create(kms, keyId, List.of(operation));
          granted.add(operation);
          continue;
        }
        String message =
            "embedded-kms: a grant of a key with key usage "
                + usage
                + " and key spec "
                + spec
                + " cannot permit "
                + operation;
        for (List<GrantOperation> wrong :
            List.of(
                List.of(operation),
                List.of(GrantOperation.DESCRIBE_KEY, operation),
                List.of(GrantOperation.DECRYPT, GrantOperation.SIGN, operation))) {
          assertThatThrownBy(() -> create(kms, keyId, wrong))
              .isExactlyInstanceOf(ValidationException.class)
              .hasMessageStartingWith(message.substring(0, message.lastIndexOf(' ')));
        }
        assertThatThrownBy(() -> create(kms, keyId, List.of(operation))).hasMessage(message);
      }
      create(kms, keyId, granted);
      assertThat(granted).hasSize(possible.size());
      assertThat(kms.listGrants(b -> b.keyId(keyId)).grants())
          .extracting(GrantListEntry::operations)
          .hasSize(granted.size() + 1)
          .last()
          .isEqualTo(granted);
    }
  }

  private static void create(LocalKeyProvider kms, String keyId, List<GrantOperation> operations) {
    kms.createGrant(b -> b.keyId(keyId).granteePrincipal(ALICE).operations(operations));
  }

  @ParameterizedTest
  @CsvSource({
    "RSA_2048, ENCRYPT_DECRYPT",
    "ECC_NIST_P256, SIGN_VERIFY",
    "HMAC_256, GENERATE_VERIFY_MAC",
    "ECC_NIST_P256, KEY_AGREEMENT",
    "ML_KEM_512, ENCAPSULATE_DECAPSULATE"
  })
  void createGrant_contextConstraintForOtherThanSymmetricKeys_isRefused(
      KeySpec spec, KeyUsageType usage) {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(b -> b.keySpec(spec).keyUsage(usage)).keyMetadata().keyId();
      for (GrantConstraints constraints :
          List.of(
              new GrantConstraints(Map.of("a", "1"), null, null),
              new GrantConstraints(null, Map.of("a", "1"), null),
              new GrantConstraints(null, Map.of("a", "1"), SOURCE))) {
        assertThatThrownBy(
                () ->
                    kms.createGrant(
                        b ->
                            b.keyId(keyId)
                                .granteePrincipal(ALICE)
                                .operations(List.of(GrantOperation.DESCRIBE_KEY))
                                .constraints(constraints)))
            .isExactlyInstanceOf(ValidationException.class)
            .hasMessage(
                "EncryptionContext is supported only when creating a grant for a symmetric"
                    + " encryption KMS key.");
      }
      assertThat(kms.listGrants(b -> b.keyId(keyId)).grants()).isEmpty();
      // A source ARN is possible for every key, and so are constraints without pairs.
      for (GrantConstraints possible :
          List.of(
              new GrantConstraints(null, null, SOURCE),
              new GrantConstraints(Map.of(), Map.of(), null))) {
        kms.createGrant(
            b ->
                b.keyId(keyId)
                    .granteePrincipal(ALICE)
                    .operations(List.of(GrantOperation.DESCRIBE_KEY))
                    .constraints(possible));
      }
      assertThat(kms.listGrants(b -> b.keyId(keyId)).grants()).hasSize(2);
    }
  }

  /** Where identities are configured, their accounts have no other users and roles. */
  @Test
  void createGrant_unregisteredPrincipalOfARegisteredAccount_isRefused() {
    Identities identities =
        Identities.of(Map.of(ALICE, Identity.none(), Subjects.ROLE, Identity.none()));
    try (World world = new World(Subjects.DEFAULT, identities)) {
      for (String unknown : List.of(Subjects.BOB, Subjects.ROLE.replace("Dev", "team/Dev"))) {
        for (boolean asGrantee : List.of(true, false)) {
          assertThatThrownBy(
                  () ->
                      world.kms.createGrant(
                          b ->
                              b.keyId(world.keyId)
                                  .granteePrincipal(asGrantee ? unknown : ALICE)
                                  .retiringPrincipal(asGrantee ? ALICE : unknown)
                                  .operations(List.of(GrantOperation.DECRYPT))))
              .isExactlyInstanceOf(InvalidArnException.class)
              .hasMessage("embedded-kms: not the ARN of a principal: " + unknown);
        }
      }
      assertThat(world.kms.listGrants(b -> b.keyId(world.keyId)).grants()).isEmpty();
      for (String possible :
          List.of(ALICE, Subjects.ROLE, Subjects.DEV, Subjects.CAROL, Subjects.A, Subjects.LOGS)) {
        world.kms.createGrant(
            b ->
                b.keyId(world.keyId)
                    .granteePrincipal(possible)
                    .retiringPrincipal(possible)
                    .operations(List.of(GrantOperation.DECRYPT)));
      }
    }
  }
}
