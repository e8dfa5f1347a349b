package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.authorization.Inquiry;
import io.github.embeddedkms.model.EncryptionContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The question to an {@link Authorizer}: may this caller perform this action?
 *
 * @param caller the caller of the operation
 * @param action the permission, without the prefix {@code kms:}; nearly always the operation's name
 * @param target what the action is on
 * @param resource the ARN of the key or alias; {@code *} for an action that is on neither
 * @param key the key; null for a key that does not exist, and for an action that is not on a key.
 *     The creation of a replica has the primary key
 * @param context the encryption context for this key, possibly empty
 * @param request the operation's request
 * @param otherKeyArn returns the ARN of the other key of ReEncrypt; null if it is unknown, and in
 *     other operations
 * @param grant the grant that CreateGrant creates or RetireGrant retires; null in other operations
 */
record AccessRequest(
    Caller caller,
    String action,
    Inquiry.Target target,
    String resource,
    @Nullable ResolvedKey key,
    EncryptionContext context,
    Object request,
    Supplier<@Nullable String> otherKeyArn,
    @Nullable Grant grant) {

  /** The call that asks. */
  interface Origin {

    /** Returns the caller of the operation. */
    Caller caller();

    /** Returns the operation's request. */
    Object request();

    /** Returns the encryption context of the request, possibly empty. */
    EncryptionContext context();

    /** Returns the grant that CreateGrant creates or RetireGrant retires; null otherwise. */
    @Nullable Grant subject();
  }

  /** For operations other than ReEncrypt. */
  static final Supplier<@Nullable String> NO_OTHER_KEY = () -> null;

  /** Returns the question about a key that exists. */
  static AccessRequest ofKey(
      Origin call,
      String action,
      ResolvedKey key,
      EncryptionContext context,
      Supplier<@Nullable String> otherKeyArn) {
    return new AccessRequest(
        call.caller(),
        action,
        key.target(),
        key.arn(),
        key,
        context,
        call.request(),
        otherKeyArn,
        call.subject());
  }

  /** Returns the question about something that is not a key, or does not exist. */
  static AccessRequest without(
      Origin call, Caller caller, String action, Inquiry.Target target, String resource) {
    return new AccessRequest(
        caller, action, target, resource, null, call.context(), call.request(), NO_OTHER_KEY, null);
  }

  /** Returns the question about the creation of a key like another. */
  static AccessRequest ofCreation(Origin call, Caller caller, ResolvedKey like) {
    return new AccessRequest(
        caller,
        "CreateKey",
        Inquiry.Target.ACCOUNT,
        "*",
        like,
        call.context(),
        call.request(),
        NO_OTHER_KEY,
        null);
  }
}
