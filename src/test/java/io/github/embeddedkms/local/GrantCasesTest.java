package io.github.embeddedkms.local;

import static io.github.embeddedkms.authorization.RefusalTexts.T1;
import static io.github.embeddedkms.authorization.RefusalTexts.T2;
import static io.github.embeddedkms.authorization.RefusalTexts.T3;
import static io.github.embeddedkms.authorization.RefusalTexts.T5;
import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.CAROL;
import static io.github.embeddedkms.authorization.Subjects.DEFAULT;
import static io.github.embeddedkms.authorization.Subjects.DEV;
import static io.github.embeddedkms.authorization.Subjects.ROLE;
import static io.github.embeddedkms.authorization.Subjects.ROOT_A;
import static io.github.embeddedkms.authorization.Subjects.allow;
import static io.github.embeddedkms.authorization.Subjects.deny;
import static io.github.embeddedkms.authorization.Subjects.keyPolicy;
import static io.github.embeddedkms.authorization.Subjects.may;
import static io.github.embeddedkms.model.GrantOperation.CREATE_GRANT;
import static io.github.embeddedkms.model.GrantOperation.DECRYPT;
import static io.github.embeddedkms.model.GrantOperation.DESCRIBE_KEY;
import static io.github.embeddedkms.model.GrantOperation.ENCRYPT;
import static io.github.embeddedkms.model.GrantOperation.GENERATE_MAC;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.CreateGrantBuilder;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.EncryptBuilder;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.RetireGrant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * What callers are answered under grants, through the whole library. The names of the tests have
 * the numbers of the normative cases.
 */
class GrantCasesTest {

  private static final String OK = null;
  private static final String ALL = allow(ROOT_A, "kms:*");
  private static final Map<String, List<String>> NO_IDENTITIES = Map.of();

  private static World.Request encrypt() {
    return world ->
        EncryptBuilder.builder()
            .keyId(world.keyArn)
            .plaintext(SecretBytes.fromUtf8String("x"))
            .build();
  }

  private static World.Request decrypt() {
    return decrypt(Map.of());
  }

  /** The root user encrypts whatever the context is. */
  private static World.Request decrypt(Map<String, String> context) {
    return world ->
        DecryptBuilder.builder()
            .ciphertextBlob(
                world
                    .kms
                    .encrypt(
                        b ->
                            b.keyId(world.keyId)
                                .encryptionContext(context)
                                .plaintext(SecretBytes.fromUtf8String("x")))
                    .ciphertextBlob())
            .encryptionContext(context)
            .build();
  }

  private static GrantConstraints subset(Map<String, String> pairs) {
    return new GrantConstraints(pairs, null, null);
  }

  private static GrantConstraints equal(Map<String, String> pairs) {
    return new GrantConstraints(null, pairs, null);
  }

  private static World.Request grant(
      String grantee, GrantConstraints constraints, GrantOperation... operations) {
    return world -> newGrant(world, grantee, constraints, operations);
  }

  private static CreateGrant newGrant(
      World world, String grantee, GrantConstraints constraints, GrantOperation... operations) {
    return CreateGrantBuilder.builder()
        .keyId(world.keyArn)
        .granteePrincipal(grantee)
        .constraints(constraints)
        .operations(List.of(operations))
        .build();
  }

  /** The root user of account A creates a grant. */
  private static String give(
      World world, String grantee, GrantConstraints constraints, GrantOperation... operations) {
    return world.kms.call(newGrant(world, grantee, constraints, operations)).grantId();
  }

  @Test
  void cases50To52_policiesAndGrants() {
    try (World world = new World(DEFAULT, NO_IDENTITIES)) {
      give(world, ALICE, null, DECRYPT);
      world.expect(ALICE, decrypt(), OK).expect(ALICE, encrypt(), T2).expect(BOB, decrypt(), T2);
    }
    try (World world = new World(DEFAULT, NO_IDENTITIES)) {
      give(world, ALICE, null, DECRYPT);
      World.Request decrypt = decrypt();
      KmsRequest<?> prepared = decrypt.in(world);
      world.put(keyPolicy(allow(BOB, "kms:*")));
      world.expect(ALICE, w -> prepared, OK).expect(ALICE, encrypt(), T1);
    }
    try (World world = new World(keyPolicy(ALL, deny(ALICE, "kms:Decrypt", "")), NO_IDENTITIES)) {
      give(world, ALICE, null, DECRYPT);
      world.expect(ALICE, decrypt(), T3);
    }
  }

  @Test
  void cases53And54_constraints() {
    Map<String, String> department = Map.of("Dept", "IT");
    try (World world = new World(DEFAULT, NO_IDENTITIES)) {
      give(world, ALICE, subset(department), DECRYPT);
      world
          .expect(ALICE, decrypt(Map.of("dept", "IT", "x", "y")), OK)
          .expect(ALICE, decrypt(Map.of("Dept", "it")), T2)
          .expect(ALICE, decrypt(), T2);
    }
    try (World world = new World(DEFAULT, NO_IDENTITIES)) {
      give(world, ALICE, equal(department), DECRYPT, DESCRIBE_KEY);
      world
          .expect(ALICE, decrypt(department), OK)
          .expect(ALICE, decrypt(Map.of("Dept", "IT", "x", "y")), T2)
          .expect(ALICE, w -> new DescribeKey(w.keyId, null), OK);
    }
  }

  @Test
  void case55_rolesAndOtherAccounts() {
    try (World world = new World(DEFAULT, Map.of(CAROL, List.of(may("kms:Decrypt", "*"))))) {
      give(world, ROLE, null, ENCRYPT);
      give(world, CAROL, null, DECRYPT);
      World.Request byArn =
          w -> DecryptBuilder.builder().keyId(w.keyArn).ciphertextBlob(w.blob(Map.of())).build();
      world
          .expect(DEV, encrypt(), OK)
          .expect(CAROL, byArn, OK)
          .expect(CAROL, decrypt(), OK)
          .expect(CAROL, encrypt(), T5);
    }
  }

  @Test
  void case56_grantsThatAGrantPermits() {
    try (World world = new World(DEFAULT, NO_IDENTITIES)) {
      give(world, ALICE, subset(Map.of("a", "1")), CREATE_GRANT, DECRYPT);
      world
          .expect(ALICE, grant(BOB, subset(Map.of("a", "1", "b", "2")), DECRYPT), OK)
          .expect(ALICE, grant(BOB, equal(Map.of("a", "1")), DECRYPT), OK)
          .expect(ALICE, grant(BOB, null, DECRYPT), T2)
          .expect(ALICE, grant(BOB, subset(Map.of("a", "1")), ENCRYPT), T2);
    }
  }

  @Test
  void case57_retirement() {
    Map<String, List<String>> identities = Map.of(ROLE, List.of(may("kms:RetireGrant", "{K}")));
    Map<String, String> answers = new LinkedHashMap<>();
    answers.put(BOB, OK);
    answers.put(ALICE, T2);
    answers.put(ROOT_A, OK);
    answers.put(DEV, OK);
    answers.put(CAROL, T5);
    answers.forEach(
        (principal, answer) -> {
          try (World world = new World(DEFAULT, identities)) {
            String grantId =
                world
                    .kms
                    .createGrant(
                        b ->
                            b.keyId(world.keyId)
                                .granteePrincipal(ALICE)
                                .retiringPrincipal(BOB)
                                .operations(List.of(DECRYPT)))
                    .grantId();
            world.expect(principal, w -> new RetireGrant(null, w.keyArn, grantId, null), answer);
            world.expect(ALICE, decrypt(), Objects.equals(answer, OK) ? T2 : OK);
          }
        });
  }

  @Test
  void cases58And59_conditionsOnGrants() {
    String onlyEncrypt = "'ForAllValues:StringEquals':{'kms:GrantOperations':['Encrypt']}";
    try (World world =
        new World(keyPolicy(ALL, allow(ALICE, "kms:CreateGrant", onlyEncrypt)), NO_IDENTITIES)) {
      world
          .expect(ALICE, grant(BOB, null, ENCRYPT), OK)
          .expect(ALICE, grant(BOB, null, ENCRYPT, DECRYPT), T2);
    }
    String forAws = "'Bool':{'kms:GrantIsForAWSResource':true}";
    UnaryOperator<Caller> viaRds = caller -> caller.via("rds.eu-central-1.amazonaws.com");
    try (World world =
        new World(keyPolicy(ALL, allow(ALICE, "kms:CreateGrant", forAws)), NO_IDENTITIES)) {
      world
          .expect(ALICE, grant(BOB, null, ENCRYPT), T2)
          .expect(ALICE, viaRds, grant(BOB, null, ENCRYPT), OK);
    }
  }

  @Test
  void case60_constraintOfAnHmacKey() {
    try (World world = new World(DEFAULT)) {
      String hmac =
          world
              .kms
              .createKey(
                  b -> b.keySpec(KeySpec.HMAC_256).keyUsage(KeyUsageType.GENERATE_VERIFY_MAC))
              .keyMetadata()
              .keyId();
      world.expectError(
          ROOT_A,
          w ->
              CreateGrantBuilder.builder()
                  .keyId(hmac)
                  .granteePrincipal(ALICE)
                  .operations(List.of(GENERATE_MAC))
                  .constraints(subset(Map.of("a", "1")))
                  .build(),
          "EncryptionContext is supported only when creating a grant for a symmetric encryption"
              + " KMS key.");
    }
  }
}
