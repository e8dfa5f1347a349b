package io.github.embeddedkms.local;

import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.OperationType;
import io.github.embeddedkms.store.fixture.TestStore;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The information about one operation that the contract tests need. A new operation is described
 * once, with its family; the tests then run it with every state, identifier and constraint.
 *
 * @param operation its name
 * @param action the permission that the caller needs, nearly always the operation's name
 * @param valid a request that succeeds with a fixture
 * @param keyMember the member that names a key, or null
 * @param forms the forms in which the member can name a key
 * @param possibleIn the states of the key in which it succeeds (the service's own table)
 * @param writes whether it changes the storage
 * @param prepare prepares a fixture for the request
 * @param keySpec the spec of the key
 * @param keyUsage the usage of the key
 * @param origin the origin of its material
 * @param multiRegion whether it is a multi-Region primary key, which has a replica
 */
record Sample(
    String operation,
    String action,
    Function<Fixture, KmsRequest<?>> valid,
    String keyMember,
    Forms forms,
    Set<KeyState> possibleIn,
    boolean writes,
    Consumer<Fixture> prepare,
    KeySpec keySpec,
    KeyUsageType keyUsage,
    OriginType origin,
    boolean multiRegion) {

  static final Set<KeyState> EVERY_STATE = EnumSet.allOf(KeyState.class);

  /** The states in which a key can be used in cryptographic operations. */
  static final Set<KeyState> USABLE_STATES = EnumSet.of(KeyState.ENABLED, KeyState.UPDATING);

  /** The states in which a key's description and tags can be changed. */
  static final Set<KeyState> NOT_PENDING_DELETION =
      EnumSet.complementOf(
          EnumSet.of(KeyState.PENDING_DELETION, KeyState.PENDING_REPLICA_DELETION));

  /**
   * One operation for each way of reading a storage: a key, its material, a key by its material,
   * pages.
   */
  private static final Set<String> READERS =
      Set.of("DescribeKey", "Encrypt", "Decrypt", "ListKeys", "ListAliases");

  /** The forms in which a key can be named. */
  enum Forms {
    /** Key id, key ARN, alias name, alias ARN. */
    ANY,
    /** The same, or not at all. */
    ANY_OR_NONE,
    /** Key id or key ARN; an alias is an InvalidArnException before anything else. */
    KEY_ONLY,
    /** The same, or not at all. */
    KEY_ONLY_OR_NONE,
    /** Key id or key ARN, unless a grant token names the key. */
    KEY_ONLY_OR_TOKEN,
    /** Key id or key ARN, as the target of an alias. */
    TARGET,
    /** The operation names no key. */
    NONE
  }

  /** An operation that names no key and changes nothing. */
  static Sample of(String operation, Function<Fixture, KmsRequest<?>> valid) {
    return new Sample(
        operation,
        operation,
        valid,
        null,
        Forms.NONE,
        EVERY_STATE,
        false,
        fixture -> {},
        KeySpec.SYMMETRIC_DEFAULT,
        KeyUsageType.ENCRYPT_DECRYPT,
        OriginType.AWS_KMS,
        false);
  }

  /** An operation that changes a key, of the profile {@link HandlerProfiles#managing}. */
  static Sample managing(
      String operation, Function<Fixture, KmsRequest<?>> valid, Set<KeyState> possibleIn) {
    return of(operation, valid).onKey("keyId", Forms.KEY_ONLY, possibleIn).writing();
  }

  /** An operation that uses a key in cryptography, of the profile {@link HandlerProfiles#using}. */
  static Sample using(String operation, Function<Fixture, KmsRequest<?>> valid) {
    return of(operation, valid).onKey("keyId", Forms.ANY, USABLE_STATES);
  }

  Sample onKey(String member, Forms allowed, Set<KeyState> states) {
    return new Sample(
        operation,
        action,
        valid,
        member,
        allowed,
        states,
        writes,
        prepare,
        keySpec,
        keyUsage,
        origin,
        multiRegion);
  }

  Sample writing() {
    return new Sample(
        operation,
        action,
        valid,
        keyMember,
        forms,
        possibleIn,
        true,
        prepare,
        keySpec,
        keyUsage,
        origin,
        multiRegion);
  }

  Sample permittedAs(String permission) {
    return new Sample(
        operation,
        permission,
        valid,
        keyMember,
        forms,
        possibleIn,
        writes,
        prepare,
        keySpec,
        keyUsage,
        origin,
        multiRegion);
  }

  Sample preparedBy(Consumer<Fixture> preparation) {
    return new Sample(
        operation,
        action,
        valid,
        keyMember,
        forms,
        possibleIn,
        writes,
        preparation,
        keySpec,
        keyUsage,
        origin,
        multiRegion);
  }

  /** The same with another key than a symmetric encryption key. */
  Sample withKey(KeySpec spec, KeyUsageType usage) {
    return new Sample(
        operation,
        action,
        valid,
        keyMember,
        forms,
        possibleIn,
        writes,
        prepare,
        spec,
        usage,
        origin,
        multiRegion);
  }

  /** The same with a key whose material was imported. */
  Sample withImportedMaterial() {
    return new Sample(
        operation,
        action,
        valid,
        keyMember,
        forms,
        possibleIn,
        writes,
        prepare,
        keySpec,
        keyUsage,
        OriginType.EXTERNAL,
        multiRegion);
  }

  /** The same with a multi-Region primary key. */
  Sample withMultiRegionKey() {
    return new Sample(
        operation,
        action,
        valid,
        keyMember,
        forms,
        possibleIn,
        writes,
        prepare,
        keySpec,
        keyUsage,
        origin,
        true);
  }

  /** Creates a fixture with an enabled key of the right kind. */
  Fixture unpreparedFixture() {
    Fixture fixture = new Fixture(keySpec, keyUsage, multiRegion);
    if (origin != OriginType.AWS_KMS) {
      fixture.origin(origin);
    }
    return fixture;
  }

  /** Creates a fixture with which the valid request succeeds. */
  Fixture fixture() {
    Fixture fixture = unpreparedFixture();
    prepare.accept(fixture);
    return fixture;
  }

  /** Returns the samples of all operations, in the order of their names. */
  static List<Sample> all() {
    return FamilySamples.ALL.stream()
        .flatMap(family -> family.samples().stream())
        .sorted(Comparator.comparing(Sample::operation).thenComparing(Sample::action))
        .toList();
  }

  /**
   * Returns the samples whose result depends on the storage of this run: with a database, only some
   * of the reading operations.
   */
  static List<Sample> overStorage() {
    return all().stream()
        .filter(
            sample ->
                !TestStore.isDatabase() || sample.writes || READERS.contains(sample.operation))
        .toList();
  }

  /** Returns the first sample of an operation. */
  static Sample named(String operation) {
    return all().stream()
        .filter(sample -> sample.operation.equals(operation))
        .findFirst()
        .orElseThrow();
  }

  boolean has(String member) {
    return RecordMember.of(OperationType.named(operation).orElseThrow().request()).stream()
        .anyMatch(each -> each.name().equals(member));
  }

  /** Returns the valid request with another value for one member. */
  KmsRequest<?> with(Fixture fixture, String member, Object value) {
    return with(valid.apply(fixture), member, value);
  }

  /** Returns a request with another value for one member. */
  static KmsRequest<?> with(KmsRequest<?> request, String member, Object value) {
    List<RecordMember> members = RecordMember.of(request.getClass());
    Object[] values = new Object[members.size()];
    boolean found = false;
    for (int i = 0; i < values.length; i++) {
      boolean wanted = members.get(i).name().equals(member);
      found |= wanted;
      values[i] = wanted ? value : members.get(i).valueIn((Record) request);
    }
    if (!found) {
      throw new AssertionError(request.getClass() + " has no member " + member);
    }
    return (KmsRequest<?>)
        RecordMember.newRecord(request.getClass().asSubclass(Record.class), values);
  }

  @Override
  public String toString() {
    return action;
  }
}
