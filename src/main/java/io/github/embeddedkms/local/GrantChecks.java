package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.exception.InvalidArnException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.store.KeyEntry;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The checks of a grant that is to be created. The service's messages, except one, were never
 * recorded.
 *
 * <p>Source: AWS KMS API Reference, CreateGrant and GrantConstraints.
 */
final class GrantChecks {

  private static final int MAX_PAIRS = 8;
  private static final int MAX_VALUE_LENGTH = 384;
  private static final int MAX_CONTEXT_LENGTH = 8_192;

  private GrantChecks() {}

  /** Requires principals, operations and constraints that go together, whatever the key is. */
  static void requireConsistent(CreateGrant request) {
    requireOneGrantee(request);
    requireAtMostOne(
        request.retiringPrincipal(),
        request.retiringServicePrincipal(),
        "RetiringPrincipal",
        "RetiringServicePrincipal");
    if (request.operations().isEmpty()) {
      throw refusal("Operations is empty");
    }
    GrantConstraints constraints = request.constraints();
    if (constraints != null) {
      if (constraints.encryptionContextEquals() != null
          && constraints.encryptionContextSubset() != null) {
        throw refusal(
            "a grant has one of EncryptionContextEquals and EncryptionContextSubset, not both");
      }
      requireFew(constraints.encryptionContextEquals(), "EncryptionContextEquals");
      requireFew(constraints.encryptionContextSubset(), "EncryptionContextSubset");
    }
  }

  private static void requireOneGrantee(CreateGrant request) {
    requireAtMostOne(
        request.granteePrincipal(),
        request.granteeServicePrincipal(),
        "GranteePrincipal",
        "GranteeServicePrincipal");
    if (request.granteePrincipal() == null && request.granteeServicePrincipal() == null) {
      throw refusal("GranteePrincipal or GranteeServicePrincipal is required");
    }
    if (request.granteeServicePrincipal() != null) {
      boolean hasSource =
          request.constraints() != null && request.constraints().sourceArn() != null;
      boolean hasRetirer =
          request.retiringPrincipal() != null || request.retiringServicePrincipal() != null;
      if (!hasSource || !hasRetirer) {
        throw refusal(
            "GranteeServicePrincipal requires SourceArn in Constraints, and RetiringPrincipal or"
                + " RetiringServicePrincipal");
      }
    }
  }

  /** Requires that no more than one of two members is there. */
  static void requireAtMostOne(
      @Nullable String one, @Nullable String other, String name, String otherName) {
    if (one != null && other != null) {
      throw refusal(name + " and " + otherName + " exclude each other");
    }
  }

  private static void requireFew(@Nullable Map<String, String> pairs, String name) {
    if (pairs == null) {
      return;
    }
    if (pairs.size() > MAX_PAIRS) {
      throw refusal(name + " has " + pairs.size() + " pairs, more than " + MAX_PAIRS);
    }
    // Our limit: the service has none for the names of pairs, and a key can have 50,000 grants.
    if (lengthOf(pairs) > MAX_CONTEXT_LENGTH) {
      throw refusal(name + " has more than " + MAX_CONTEXT_LENGTH + " characters in all");
    }
    for (String value : pairs.values()) {
      if (value.length() > MAX_VALUE_LENGTH) {
        throw refusal(
            name
                + " has a value of "
                + value.length()
                + " characters, more than "
                + MAX_VALUE_LENGTH);
      }
    }
  }

  private static long lengthOf(Map<String, String> pairs) {
    return pairs.entrySet().stream()
        .mapToLong(pair -> (long) pair.getKey().length() + pair.getValue().length())
        .sum();
  }

  /** Requires principals and services that can exist. */
  static void requirePossiblePrincipals(CreateGrant request, Caller caller, Identities identities) {
    requirePossible(request.granteePrincipal(), caller, identities);
    requirePossible(request.retiringPrincipal(), caller, identities);
    requirePossibleService(request.granteeServicePrincipal());
    requirePossibleService(request.retiringServicePrincipal());
  }

  private static void requirePossible(
      @Nullable String principal, Caller caller, Identities identities) {
    if (principal != null
        && !Grant.isPossiblePrincipal(principal, caller.partition(), identities)) {
      throw new InvalidArnException("embedded-kms: not the ARN of a principal: " + principal);
    }
  }

  private static void requirePossibleService(@Nullable String service) {
    if (service != null && !Grant.isPossibleService(service)) {
      throw refusal("not the name of a service of AWS: " + service);
    }
  }

  /** Requires operations and constraints that the key can have. */
  static void requireFitting(KeyEntry key, CreateGrant request) {
    Set<GrantOperation> possible = operationsOf(key);
    for (GrantOperation operation : request.operations()) {
      if (!possible.contains(operation)) {
        throw refusal(
            "a grant of a key with key usage "
                + key.keyUsage()
                + " and key spec "
                + key.keySpec()
                + " cannot permit "
                + operation);
      }
    }
    GrantConstraints constraints = request.constraints();
    if (key.keySpec() != KeySpec.SYMMETRIC_DEFAULT
        && constraints != null
        && (constraints.encryptionContextEquals() != null
            || constraints.encryptionContextSubset() != null)) {
      throw new ValidationException(
          "EncryptionContext is supported only when creating a grant for a symmetric encryption"
              + " KMS key.");
    }
  }

  private static Set<GrantOperation> operationsOf(KeyEntry key) {
    List<GrantOperation> possible =
        new ArrayList<>(
            List.of(
                GrantOperation.CREATE_GRANT,
                GrantOperation.RETIRE_GRANT,
                GrantOperation.DESCRIBE_KEY));
    boolean isSymmetric = key.keySpec() == KeySpec.SYMMETRIC_DEFAULT;
    possible.addAll(
        switch (key.keyUsage()) {
          case ENCRYPT_DECRYPT ->
              List.of(
                  GrantOperation.ENCRYPT,
                  GrantOperation.DECRYPT,
                  GrantOperation.RE_ENCRYPT_FROM,
                  GrantOperation.RE_ENCRYPT_TO);
          case SIGN_VERIFY -> List.of(GrantOperation.SIGN, GrantOperation.VERIFY);
          case GENERATE_VERIFY_MAC ->
              List.of(GrantOperation.GENERATE_MAC, GrantOperation.VERIFY_MAC);
          case KEY_AGREEMENT -> List.of(GrantOperation.DERIVE_SHARED_SECRET);
          case ENCAPSULATE_DECAPSULATE ->
              List.of(GrantOperation.ENCAPSULATE, GrantOperation.DECAPSULATE);
        });
    if (isSymmetric) {
      possible.addAll(
          List.of(
              GrantOperation.GENERATE_DATA_KEY,
              GrantOperation.GENERATE_DATA_KEY_WITHOUT_PLAINTEXT,
              GrantOperation.GENERATE_DATA_KEY_PAIR,
              GrantOperation.GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT));
    } else if (key.keyUsage() != KeyUsageType.GENERATE_VERIFY_MAC) {
      possible.add(GrantOperation.GET_PUBLIC_KEY);
    }
    return EnumSet.copyOf(possible);
  }

  static ValidationException refusal(String why) {
    return new ValidationException("embedded-kms: " + why);
  }
}
