package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.GrantEntry;
import io.github.embeddedkms.store.KeyEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One run of one operation, with the results of its checks so far. Used by one thread.
 *
 * @param <Q> the request's type
 */
final class Call<Q> implements AccessRequest.Origin {

  private final String operation;
  private final Caller caller;
  private final Q request;
  private EncryptionContext context = EncryptionContext.none();
  private @Nullable ResolvedKey key;
  private @Nullable Opening opening;
  private @Nullable AliasEntry alias;
  private @Nullable KeyEntry otherKey;
  private @Nullable Policy policy;
  private @Nullable GrantEntry grant;
  private boolean ended;

  /** Its permissions with their explanations; null for a call that is carried out. */
  private final @Nullable List<Explained> explained;

  private final boolean recorded;

  /**
   * A permission that the call needs, and whether the caller has it.
   *
   * @param explanation null for a call that is recorded
   */
  record Explained(AccessRequest request, @Nullable Explanation explanation) {}

  Call(String operation, Caller caller, Q request) {
    this(operation, caller, request, null, false);
  }

  private Call(
      String operation,
      Caller caller,
      Q request,
      @Nullable List<Explained> explained,
      boolean recorded) {
    this.operation = operation;
    this.caller = caller;
    this.request = request;
    this.explained = explained;
    this.recorded = recorded;
  }

  /** Creates a call that is only explained. */
  static <Q> Call<Q> toExplain(String operation, Caller caller, Q request) {
    return new Call<>(operation, caller, request, new ArrayList<>(), false);
  }

  /** Creates a call that is only explained, without the explanations of its permissions. */
  static <Q> Call<Q> toRecord(String operation, Caller caller, Q request) {
    return new Call<>(operation, caller, request, new ArrayList<>(), true);
  }

  /** Returns whether the call is only explained, not carried out. */
  boolean isExplained() {
    return explained != null;
  }

  /** Returns whether only the permissions of the call are of interest, and no explanations. */
  boolean isRecorded() {
    return recorded;
  }

  /** Adds the explanation of a permission to a call that is only explained. */
  void explain(AccessRequest access, @Nullable Explanation explanation) {
    explained().add(new Explained(access, explanation));
  }

  /** Ends a call that is only explained, because all its permissions are known. */
  void endExplanation() {
    ended = true;
  }

  /** Returns whether all permissions of a call that is only explained are known. */
  boolean isExplanationEnded() {
    return ended;
  }

  List<Explanation> explanations() {
    return explained().stream()
        .map(each -> Objects.requireNonNull(each.explanation(), "unless the call is recorded"))
        .toList();
  }

  /** Returns the permissions of a call that is only explained, as far as they were asked for. */
  List<Explained> explained() {
    return Objects.requireNonNull(explained, "only if the call is explained");
  }

  String operation() {
    return operation;
  }

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public Q request() {
    return request;
  }

  @Override
  public EncryptionContext context() {
    return context;
  }

  void context(EncryptionContext context) {
    this.context = context;
  }

  /** Returns the key that the request names. Must be called after the key is resolved. */
  ResolvedKey resolved() {
    if (key == null) {
      throw new AssertionError(operation + " uses its key before resolving it");
    }
    return key;
  }

  /** Returns the same, or null if the request names no key or the key is not resolved yet. */
  @Nullable ResolvedKey resolvedOrNull() {
    return key;
  }

  void resolved(ResolvedKey key) {
    this.key = key;
  }

  /** Returns the resolved key as it is stored. */
  KeyEntry key() {
    return resolved().entry();
  }

  /** Returns the ARN of the resolved key. */
  String keyArn() {
    return resolved().arn();
  }

  /** Returns the state of opening the ciphertext. Only for operations that open one. */
  Opening opening() {
    if (opening == null) {
      throw new AssertionError(operation + " opens no ciphertext");
    }
    return opening;
  }

  void opening(Opening opening) {
    this.opening = opening;
  }

  /** Returns the alias that permission was asked for, if there is one. */
  @Nullable AliasEntry aliasOrNull() {
    return alias;
  }

  void alias(AliasEntry found) {
    alias = found;
  }

  /**
   * Returns the second key that permission was asked for, if there is one: the key that an alias
   * points to, or the next primary key. A change must rest on it as it was then.
   */
  @Nullable KeyEntry otherKeyOrNull() {
    return otherKey;
  }

  void otherKey(KeyEntry found) {
    otherKey = found;
  }

  /** Returns the policy of the request, once it is checked; null for the default policy. */
  @Nullable Policy policy() {
    return policy;
  }

  void policy(@Nullable Policy checked) {
    policy = checked;
  }

  /** Returns the grant that is to be created, retired or revoked. */
  GrantEntry grant() {
    if (grant == null) {
      throw new AssertionError(operation + " uses its grant before finding it");
    }
    return grant;
  }

  @Override
  public @Nullable Grant subject() {
    return grant == null ? null : grant.grant();
  }

  void grant(GrantEntry found) {
    grant = found;
  }

  /** Returns the key that ReEncrypt encrypts under; null in other operations. */
  @Nullable KeyEntry destinationOrNull() {
    ResolvedKey destination = opening == null ? null : opening.destinationOrNull();
    return destination == null ? null : destination.entry();
  }

  /** Wipes the secrets of a failed call. */
  void wipe() {
    if (opening != null) {
      opening.wipe();
    }
  }
}
