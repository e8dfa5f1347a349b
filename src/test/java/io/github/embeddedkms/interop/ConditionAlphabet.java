package io.github.embeddedkms.interop;

import java.util.List;
import java.util.stream.Stream;

/** The condition keys of random cases, with values of requests and of policies. */
final class ConditionAlphabet {

  /** The types of condition keys, with the operators for them. */
  enum Type {
    TEXT(
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike"),
    ARN("ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike", "StringLike", "StringNotEquals"),
    BOOL("Bool", "StringEquals"),
    NUMBER(
        "NumericEquals",
        "NumericNotEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals"),
    DATE(
        "DateEquals",
        "DateNotEquals",
        "DateLessThan",
        "DateLessThanEquals",
        "DateGreaterThan",
        "DateGreaterThanEquals"),
    ADDRESS("IpAddress", "NotIpAddress");

    @SuppressWarnings("ImmutableEnumChecker") // unmodifiable
    private final List<String> operators;

    Type(String... operators) {
      this.operators = List.of(operators);
    }

    List<String> operators() {
      return operators;
    }
  }

  /**
   * A condition key.
   *
   * @param actual values of requests; empty if the caller determines them
   * @param wanted values of policies
   */
  record Key(String name, Type type, List<String> actual, List<String> wanted) {

    boolean isMultiValued() {
      return ConditionAlphabet.isMultiValued(name);
    }
  }

  static final List<String> TEXTS = List.of("acme", "Acme", "acme.1", "a+b", "b", "a*e", "x y");
  private static final List<String> TEXT_PATTERNS =
      List.of(
          "acme",
          "ACME",
          "a*",
          "*e",
          "a?me",
          "acme?1",
          "acme.1",
          "a+b",
          "*",
          "?",
          "a${*}e",
          "${aws:PrincipalTag/team}",
          "${aws:username}*",
          "${kms:ViaService, 'acme'}",
          "${aws:TagKeys}",
          "x ${$}y");
  private static final List<String> NAMES = List.of("tenant", "env", "Env", "team");
  private static final List<String> NAME_PATTERNS =
      List.of("tenant", "env", "ENV", "t*", "???", "*", "${aws:PrincipalTag/team}");
  private static final List<String> ARNS =
      List.of(
          "arn:aws:logs:eu-central-1:111122223333:log-group:a:b",
          "arn:aws:logs:us-east-1:444455556666:log-group:a",
          "arn:aws:s3:::bucket");
  private static final List<String> ARN_PATTERNS =
      List.of(
          "arn:aws:logs:*:111122223333:*",
          "arn:aws:logs:eu-*:*:log-group:?:b",
          "arn:*:*:*:*:*",
          "arn:aws:s3:::buck*",
          "arn:aws:logs:*:log-group:a",
          "arn:aws:logs:us-east-1:444455556666:log-group:a",
          "arn:aws:s3:::${aws:PrincipalTag/team}");
  private static final List<String> FLAGS = List.of("true", "false");
  private static final List<String> FLAG_PATTERNS = List.of("true", "false", "True", "yes");
  private static final List<String> NUMBERS = List.of("7", "14", "30", "90");
  private static final List<String> NUMBER_PATTERNS = List.of("7", "14", "14.0", "29.5", "-1", "x");
  static final List<String> UNPARSABLE = List.of("x", "tomorrow");
  private static final List<String> DATES =
      List.of("2029-12-31T23:59:59Z", "2030-01-01T00:00:00Z", "2030-01-01T00:00:00.500Z");
  private static final List<String> DATE_PATTERNS =
      List.of(
          "2030-01-01T00:00:00Z",
          "2030-01-01",
          "2029-12-31T23:59:59Z",
          "2030-01-01T01:00:00+01:00",
          "tomorrow");
  private static final List<String> ADDRESSES = List.of("10.1.2.3", "192.0.2.1", "2001:db8::1");

  /** Without 0.0.0.0/0, whose mask iam-simulate shifts by 32 bits, which JavaScript does not do. */
  private static final List<String> RANGES =
      List.of(
          "10.0.0.0/8",
          "10.1.2.128/25",
          "192.0.2.1",
          "192.0.2.0/24",
          "0.0.0.0/1",
          "2001:db8::/32",
          "2001:db8::1",
          "2001:db9::/32",
          "::/0");

  /** Those that key policies and identity policies can have. */
  static final List<Key> OF_KEY_POLICIES =
      List.of(
          new Key("kms:ViaService", Type.TEXT, TEXTS, TEXT_PATTERNS),
          new Key("kms:EncryptionContext:tenant", Type.TEXT, TEXTS, TEXT_PATTERNS),
          new Key("kms:EncryptionContextKeys", Type.TEXT, NAMES, NAME_PATTERNS),
          new Key("kms:RequestAlias", Type.TEXT, TEXTS, TEXT_PATTERNS),
          new Key("kms:KeySpec", Type.TEXT, TEXTS, TEXT_PATTERNS),
          new Key("kms:GrantOperations", Type.TEXT, NAMES, NAME_PATTERNS),
          new Key("kms:MultiRegion", Type.BOOL, FLAGS, FLAG_PATTERNS),
          new Key("kms:GrantIsForAWSResource", Type.BOOL, FLAGS, FLAG_PATTERNS),
          new Key("kms:RotationPeriodInDays", Type.NUMBER, NUMBERS, NUMBER_PATTERNS),
          new Key("kms:ValidTo", Type.DATE, DATES, DATE_PATTERNS),
          new Key(
              "kms:CallerAccount",
              Type.TEXT,
              List.of(),
              List.of(RandomCases.A, RandomCases.B, "4*")),
          new Key("aws:CurrentTime", Type.DATE, DATES, DATE_PATTERNS),
          new Key("aws:MultiFactorAuthPresent", Type.BOOL, FLAGS, FLAG_PATTERNS),
          new Key("aws:SourceArn", Type.ARN, ARNS, ARN_PATTERNS),
          new Key("aws:SourceIp", Type.ADDRESS, ADDRESSES, RANGES),
          new Key("aws:TagKeys", Type.TEXT, NAMES, NAME_PATTERNS),
          new Key("aws:RequestTag/team", Type.TEXT, TEXTS, TEXT_PATTERNS),
          new Key("aws:PrincipalTag/team", Type.TEXT, List.of(), TEXT_PATTERNS),
          new Key(
              "aws:PrincipalAccount",
              Type.TEXT,
              List.of(),
              List.of(RandomCases.A, RandomCases.B, "1*")),
          new Key("aws:PrincipalArn", Type.ARN, List.of(), RandomCases.PRINCIPALS),
          new Key(
              "aws:PrincipalType",
              Type.TEXT,
              List.of(),
              List.of("Account", "User", "AssumedRole", "*User", "*")),
          new Key(
              "aws:userid",
              Type.TEXT,
              List.of(),
              List.of("AIDAEXAMPLE", "AIDAEXAMPLE:*", RandomCases.A, RandomCases.A + ":*")),
          new Key("aws:username", Type.TEXT, List.of(), List.of("alice", "bob", "?o?", "*")),
          new Key("aws:PrincipalIsAWSService", Type.BOOL, List.of(), FLAG_PATTERNS),
          new Key(
              "aws:PrincipalServiceName",
              Type.TEXT,
              List.of(),
              List.of(RandomCases.LOGS, "logs.*")),
          new Key(
              "aws:ResourceAccount", Type.TEXT, List.of(), List.of(RandomCases.A, RandomCases.B)));

  static final List<Key> ALL =
      Stream.concat(
              OF_KEY_POLICIES.stream(),
              Stream.of(
                  new Key("aws:ResourceTag/team", Type.TEXT, TEXTS, TEXT_PATTERNS),
                  new Key("kms:ResourceAliases", Type.TEXT, NAMES, NAME_PATTERNS)))
          .toList();

  private static final List<String> MULTI_VALUED =
      List.of(
          "kms:EncryptionContextKeys", "kms:GrantOperations", "aws:TagKeys", "kms:ResourceAliases");

  /** The keys that a request without a KMS key has here. */
  static final List<String> WITHOUT_KEY =
      List.of(
          "aws:CurrentTime",
          "aws:MultiFactorAuthPresent",
          "aws:SourceArn",
          "aws:SourceIp",
          "aws:TagKeys",
          "aws:RequestTag/team",
          "kms:KeySpec",
          "kms:ViaService");

  private ConditionAlphabet() {}

  static boolean isMultiValued(String key) {
    return MULTI_VALUED.contains(key);
  }
}
