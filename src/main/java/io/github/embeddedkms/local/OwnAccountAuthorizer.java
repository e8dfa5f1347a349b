package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.InvalidGrantTokenException;
import io.github.embeddedkms.model.KeyManagerType;
import java.util.Set;

/**
 * Allows every account all actions with its own keys, and none with the keys of other accounts. AWS
 * managed keys can only be used and read: in AWS, their key policies allow an account nothing that
 * changes them. There are no grants yet, so no grant token is valid.
 */
final class OwnAccountAuthorizer implements Authorizer {

  /** The actions that change a key, its aliases or its grants, also those not supported yet. */
  private static final Set<String> CHANGES =
      Set.of(
          "CancelKeyDeletion",
          "CreateAlias",
          "CreateGrant",
          "DeleteAlias",
          "DeleteImportedKeyMaterial",
          "DisableKey",
          "DisableKeyRotation",
          "EnableKey",
          "EnableKeyRotation",
          "GetParametersForImport",
          "ImportKeyMaterial",
          "PutKeyPolicy",
          "ReplicateKey",
          "RevokeGrant",
          "RotateKeyOnDemand",
          "ScheduleKeyDeletion",
          "TagResource",
          "UntagResource",
          "UpdateAlias",
          "UpdateKeyDescription",
          "UpdatePrimaryRegion");

  @Override
  public void authorize(AccessRequest request) {
    ResolvedKey key = request.key();
    if (key != null && !key.belongsTo(request.caller())) {
      throw Refusals.ofForeignKey(request.caller(), request.action());
    }
    if (key != null
        && key.entry().keyManager() == KeyManagerType.AWS
        && CHANGES.contains(request.action())) {
      throw Refusals.byKeyPolicy(request.caller(), request.action(), key);
    }
    if (request.grantTokens() != null && !request.grantTokens().isEmpty()) {
      throw new InvalidGrantTokenException("embedded-kms: no grant was issued with this token");
    }
  }
}
