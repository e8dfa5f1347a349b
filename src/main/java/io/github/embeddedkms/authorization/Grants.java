package io.github.embeddedkms.authorization;

import io.github.embeddedkms.model.EncryptionContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The grants of the key that an {@link Inquiry} is about, and what their rules need of the request.
 * They are looked up only if policies do not decide.
 */
public interface Grants {

  /**
   * Finds the grants that may permit an action. It is enough to return those that can: the rules
   * are applied to each.
   *
   * @param principal the caller
   * @return the grants whose grantee is the caller, its role or its account; read while they are
   *     iterated
   */
  Iterable<Grant> of(Principal principal);

  /**
   * Returns grants of the key for one principal, whatever they permit, for explanations.
   *
   * @param principal the caller
   * @param limit how many at most
   * @return the first grants whose grantee is the caller, its role or its account
   */
  List<Grant> first(Principal principal, int limit);

  /**
   * Returns grants of the key for any grantee, for explanations.
   *
   * @param limit how many at most
   * @return the first grants in the order of their creation
   */
  List<Grant> first(int limit);

  /**
   * Returns the encryption context of the request for this key.
   *
   * @return the context, possibly empty
   */
  EncryptionContext context();

  /**
   * Returns the grant that the request is about.
   *
   * @return the grant that CreateGrant creates or RetireGrant retires; null in other operations
   */
  @Nullable Grant subject();

  /**
   * Returns whether grants can constrain the encryption context of an action. Of all others, those
   * that permit it do so whatever their constraint on the context is.
   *
   * @param action the action, for example {@code kms:Decrypt}
   * @return true for actions that have an encryption context
   */
  static boolean constrainContextOf(String action) {
    return switch (action) {
      case "kms:Encrypt",
          "kms:Decrypt",
          "kms:GenerateDataKey",
          "kms:GenerateDataKeyPair",
          "kms:GenerateDataKeyPairWithoutPlaintext",
          "kms:GenerateDataKeyWithoutPlaintext",
          "kms:ReEncryptFrom",
          "kms:ReEncryptTo" ->
          true;
      default -> false;
    };
  }

  /**
   * Returns the grants of a key that has none, for a request without encryption context.
   *
   * @return no grants
   */
  static Grants none() {
    return NoGrants.NONE;
  }
}
