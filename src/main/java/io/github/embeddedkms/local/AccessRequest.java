package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.model.EncryptionContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The question to an {@link Authorizer}: may this caller perform this action with this key?
 *
 * @param caller the caller of the operation
 * @param action the permission, without the prefix {@code kms:}; nearly always the operation's name
 * @param key the key; null for operations without one, whose resource is {@code *}
 * @param context the encryption context for this key, possibly empty
 * @param request the operation's request
 * @param grantTokens the caller's grant tokens; null or empty if there are none
 */
record AccessRequest(
    Caller caller,
    String action,
    @Nullable ResolvedKey key,
    EncryptionContext context,
    Object request,
    @Nullable List<String> grantTokens) {}
