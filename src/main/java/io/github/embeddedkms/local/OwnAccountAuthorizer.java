package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.InvalidGrantTokenException;

/**
 * Allows every account all actions with its own keys, and none with the keys of other accounts.
 * There are no grants yet, so no grant token is valid.
 */
final class OwnAccountAuthorizer implements Authorizer {

  @Override
  public void authorize(AccessRequest request) {
    ResolvedKey key = request.key();
    if (key != null && !key.belongsTo(request.caller())) {
      throw Refusals.ofForeignKey(request.caller(), request.action());
    }
    if (request.grantTokens() != null && !request.grantTokens().isEmpty()) {
      throw new InvalidGrantTokenException("embedded-kms: no grant was issued with this token");
    }
  }
}
