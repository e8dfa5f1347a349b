package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.KeyState.CREATING;
import static io.github.embeddedkms.model.KeyState.DISABLED;
import static io.github.embeddedkms.model.KeyState.ENABLED;
import static io.github.embeddedkms.model.KeyState.PENDING_DELETION;
import static io.github.embeddedkms.model.KeyState.PENDING_IMPORT;
import static io.github.embeddedkms.model.KeyState.PENDING_REPLICA_DELETION;
import static io.github.embeddedkms.model.KeyState.UNAVAILABLE;
import static io.github.embeddedkms.model.KeyState.UPDATING;

import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.CancelKeyDeletion;
import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.operation.CreateKeyBuilder;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.DeleteAlias;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.DisableKey;
import io.github.embeddedkms.operation.EnableKey;
import io.github.embeddedkms.operation.EncryptBuilder;
import io.github.embeddedkms.operation.GenerateDataKeyBuilder;
import io.github.embeddedkms.operation.GenerateDataKeyWithoutPlaintextBuilder;
import io.github.embeddedkms.operation.GenerateRandom;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.ListAliases;
import io.github.embeddedkms.operation.ListKeys;
import io.github.embeddedkms.operation.ReEncryptBuilder;
import io.github.embeddedkms.operation.ScheduleKeyDeletion;
import io.github.embeddedkms.operation.UpdateAlias;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the contract tests need to know of one operation. An operation that is added is told of here
 * once; the tests then run it against every state, identifier and constraint.
 *
 * @param operation its name
 * @param action what the caller needs permission for, which is nearly always the same
 * @param valid a request that succeeds against a fixture
 * @param keyMember the member that names a key, or null
 * @param forms by what a key may be named there
 * @param possibleIn the states of the key in which it succeeds (the service's own table)
 * @param prepare what must be done to a fixture before
 */
record Sample(
    String operation,
    String action,
    Function<Fixture, KmsRequest<?>> valid,
    String keyMember,
    Forms forms,
    Set<KeyState> possibleIn,
    Consumer<Fixture> prepare) {

  private Sample(
      String operation,
      Function<Fixture, KmsRequest<?>> valid,
      String keyMember,
      Forms forms,
      Set<KeyState> possibleIn) {
    this(operation, operation, valid, keyMember, forms, possibleIn, fixture -> {});
  }

  /** A fixture on which the valid request succeeds. */
  Fixture fixture() {
    Fixture fixture = new Fixture();
    prepare.accept(fixture);
    return fixture;
  }

  /** By what a key may be named. */
  enum Forms {
    /** Key id, key ARN, alias name, alias ARN. */
    ANY,
    /** The same, or not at all. */
    ANY_OR_NONE,
    /** Key id or key ARN; an alias is an InvalidArnException before anything else. */
    KEY_ONLY,
    /** The same, or not at all. */
    KEY_ONLY_OR_NONE,
    /** Key id or key ARN, as the target of an alias. */
    TARGET,
    /** The operation names no key. */
    NONE
  }

  private static final Set<KeyState> CRYPTOGRAPHIC = EnumSet.of(ENABLED, UPDATING);
  private static final Set<KeyState> EVERY = EnumSet.allOf(KeyState.class);

  static List<Sample> all() {
    return List.of(
        new Sample(
            "CancelKeyDeletion",
            "CancelKeyDeletion",
            f -> new CancelKeyDeletion(f.keyId),
            "keyId",
            Forms.KEY_ONLY,
            EnumSet.of(PENDING_DELETION, PENDING_REPLICA_DELETION),
            f -> f.state(PENDING_DELETION)),
        new Sample(
            "CreateAlias",
            f -> new CreateAlias("alias/new", f.keyId),
            "targetKeyId",
            Forms.TARGET,
            EnumSet.of(CREATING, ENABLED, DISABLED, PENDING_IMPORT, UNAVAILABLE, UPDATING)),
        new Sample("CreateKey", f -> CreateKeyBuilder.builder().build(), null, Forms.NONE, EVERY),
        new Sample(
            "Decrypt",
            f -> DecryptBuilder.builder().ciphertextBlob(f.blob).build(),
            "keyId",
            Forms.ANY_OR_NONE,
            CRYPTOGRAPHIC),
        new Sample("DeleteAlias", f -> new DeleteAlias(Fixture.ALIAS), null, Forms.NONE, EVERY),
        new Sample("DescribeKey", f -> new DescribeKey(f.keyId, null), "keyId", Forms.ANY, EVERY),
        new Sample(
            "DisableKey",
            f -> new DisableKey(f.keyId),
            "keyId",
            Forms.KEY_ONLY,
            EnumSet.of(ENABLED, DISABLED, UNAVAILABLE)),
        new Sample(
            "EnableKey",
            f -> new EnableKey(f.keyId),
            "keyId",
            Forms.KEY_ONLY,
            EnumSet.of(ENABLED, DISABLED, UNAVAILABLE)),
        new Sample(
            "Encrypt",
            f ->
                EncryptBuilder.builder()
                    .keyId(f.keyId)
                    .plaintext(SecretBytes.fromUtf8String("secret"))
                    .build(),
            "keyId",
            Forms.ANY,
            CRYPTOGRAPHIC),
        new Sample(
            "GenerateDataKey",
            f ->
                GenerateDataKeyBuilder.builder()
                    .keyId(f.keyId)
                    .keySpec(DataKeySpec.AES_256)
                    .build(),
            "keyId",
            Forms.ANY,
            CRYPTOGRAPHIC),
        new Sample(
            "GenerateDataKeyWithoutPlaintext",
            f ->
                GenerateDataKeyWithoutPlaintextBuilder.builder()
                    .keyId(f.keyId)
                    .numberOfBytes(24)
                    .build(),
            "keyId",
            Forms.ANY,
            CRYPTOGRAPHIC),
        new Sample(
            "GenerateRandom", f -> new GenerateRandom(32, null, null), null, Forms.NONE, EVERY),
        new Sample(
            "ListAliases",
            f -> new ListAliases(f.keyId, null, null),
            "keyId",
            Forms.KEY_ONLY_OR_NONE,
            EVERY),
        new Sample("ListKeys", f -> new ListKeys(null, null), null, Forms.NONE, EVERY),
        new Sample(
            "ReEncrypt",
            "ReEncryptFrom",
            f ->
                ReEncryptBuilder.builder()
                    .ciphertextBlob(f.blob)
                    .destinationKeyId(f.otherKeyId)
                    .build(),
            "sourceKeyId",
            Forms.ANY_OR_NONE,
            CRYPTOGRAPHIC,
            f -> {}),
        new Sample(
            "ReEncrypt",
            "ReEncryptTo",
            f ->
                ReEncryptBuilder.builder()
                    .ciphertextBlob(f.otherBlob)
                    .destinationKeyId(f.keyId)
                    .build(),
            "destinationKeyId",
            Forms.ANY,
            CRYPTOGRAPHIC,
            f -> {}),
        new Sample(
            "ScheduleKeyDeletion",
            f -> new ScheduleKeyDeletion(f.keyId, 7),
            "keyId",
            Forms.KEY_ONLY,
            EnumSet.of(CREATING, ENABLED, DISABLED, PENDING_IMPORT, UNAVAILABLE)),
        new Sample(
            "UpdateAlias",
            f -> new UpdateAlias(Fixture.OTHER_ALIAS, f.keyId),
            "targetKeyId",
            Forms.TARGET,
            EnumSet.of(CREATING, ENABLED, DISABLED, PENDING_IMPORT, UNAVAILABLE, UPDATING)));
  }

  static Sample of(String operation) {
    return all().stream()
        .filter(sample -> sample.operation.equals(operation))
        .findFirst()
        .orElseThrow();
  }

  boolean has(Fixture fixture, String member) {
    return Arrays.stream(valid.apply(fixture).getClass().getRecordComponents())
        .anyMatch(component -> component.getName().equals(member));
  }

  /** The valid request with another value for one member. */
  KmsRequest<?> with(Fixture fixture, String member, Object value) {
    return with(valid.apply(fixture), member, value);
  }

  /** A request with another value for one member. */
  static KmsRequest<?> with(KmsRequest<?> request, String member, Object value) {
    try {
      RecordComponent[] components = request.getClass().getRecordComponents();
      Object[] values = new Object[components.length];
      boolean found = false;
      for (int i = 0; i < components.length; i++) {
        boolean wanted = components[i].getName().equals(member);
        found |= wanted;
        values[i] = wanted ? value : components[i].getAccessor().invoke(request);
      }
      if (!found) {
        throw new AssertionError(request.getClass() + " has no member " + member);
      }
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return (KmsRequest<?>) request.getClass().getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return action;
  }
}
