package io.github.embeddedkms.local;

import io.github.embeddedkms.authorization.Grants;
import io.github.embeddedkms.authorization.Inquiry;
import io.github.embeddedkms.authorization.Principal;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.MaterialKind;
import io.github.embeddedkms.model.KeyManagerType;
import io.github.embeddedkms.store.KeyEntry;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A permission that a call needs, in the terms of policies. It consists of names only: of the
 * request, it keeps the encryption context and the name of the alias, and nothing that is secret.
 *
 * @param holder the principal that needs it
 * @param shape what it is for
 * @param context the encryption context by the names of its pairs, in their order
 * @param alias the alias by which the request names the key; null if it names it otherwise
 * @param ofNewKey whether it is on the key that the call creates, and was used only if that exists
 */
record UsedPermission(
    Holder holder,
    Shape shape,
    Map<String, String> context,
    @Nullable String alias,
    boolean ofNewKey) {

  /** The kinds of principals, by which the places of their statements differ. */
  enum Kind {
    /** An account's root user, which needs no identity policy. */
    ROOT,
    /** A user, a role or a federated user. */
    IDENTITY,
    /** A service of AWS, which has no identity policy. */
    SERVICE
  }

  /**
   * A principal that policies can name: for the session of a role, the role.
   *
   * @param name an ARN, or the name of a service
   * @param account the twelve digits of its account; empty for a service
   */
  record Holder(Kind kind, String name, String account) implements Comparable<Holder> {

    static Holder of(Principal principal) {
      Kind kind =
          principal.hasIdentity()
              ? Kind.IDENTITY
              : principal.account().isEmpty() ? Kind.SERVICE : Kind.ROOT;
      return new Holder(kind, principal.policyPrincipal(), principal.account());
    }

    @Override
    public int compareTo(Holder other) {
      // No two kinds have one name.
      return name.compareTo(other.name);
    }
  }

  /**
   * What permissions must have in common to be given by one statement.
   *
   * @param action the action, for example {@code kms:Decrypt}
   * @param resource the ARN of a key, alias or principal, or {@code *}
   * @param byKeyPolicy whether the policy of a key must give it, and can be changed
   * @param takesContext whether the action can have an encryption context with this key
   * @param contextKeys the names of the pairs of the encryption context, sorted
   */
  record Shape(
      String action,
      String resource,
      boolean byKeyPolicy,
      boolean takesContext,
      List<String> contextKeys)
      implements Comparable<Shape> {

    private static final Comparator<Shape> ORDER =
        Comparator.comparing(Shape::resource)
            .thenComparing(Shape::action)
            .thenComparing(Shape::byKeyPolicy)
            .thenComparing(Shape::takesContext)
            // Each name has its length, so that no two lists are one string.
            .thenComparing(shape -> shape.lengths().toString())
            .thenComparing(shape -> String.join("", shape.contextKeys));

    Shape {
      contextKeys = List.copyOf(contextKeys);
    }

    /** Returns the shape for identity policies, to which it does not matter who else decides. */
    Shape ofIdentity() {
      return new Shape(action, resource, false, takesContext, contextKeys);
    }

    private List<Integer> lengths() {
      return contextKeys.stream().map(String::length).toList();
    }

    @Override
    public int compareTo(Shape other) {
      return ORDER.compare(this, other);
    }
  }

  /** Key policies have no effect on this action, although it is on a key. */
  private static final String BY_IDENTITY_ONLY = "RetireGrant";

  /** The resource of an action on a key whose ARN no policy can know in advance. */
  private static final String ANY_KEY = "*";

  /**
   * Returns the permission that an operation asks for.
   *
   * @param byKey whether the key's policy must give it, if it is on a key
   */
  static UsedPermission of(AccessRequest request, Inquiry inquiry, boolean byKey) {
    ResolvedKey resolved = request.target().isKey() ? request.key() : null;
    KeyEntry key = resolved == null ? null : resolved.entry();
    boolean takesContext =
        key != null
            && Grants.constrainContextOf(inquiry.action())
            && KeySpecTable.of(key.keySpec()).kind() == MaterialKind.SYMMETRIC;
    Map<String, String> context =
        takesContext ? new TreeMap<>(request.context().asMap()) : Map.of();
    List<String> alias = inquiry.facts().values("kms:requestalias");
    Shape shape =
        new Shape(
            inquiry.action(),
            inquiry.resource(),
            byKey
                && key != null
                && key.keyManager() == KeyManagerType.CUSTOMER
                && !request.action().equals(BY_IDENTITY_ONLY),
            takesContext,
            List.copyOf(context.keySet()));
    boolean ofNewKey =
        key != null
            && key.keyManager() == KeyManagerType.AWS
            && key.address().id().equals(KeyCreation.NO_ID);
    return new UsedPermission(
        Holder.of(inquiry.principal()),
        shape,
        context,
        alias.isEmpty() ? null : alias.get(0),
        ofNewKey);
  }

  /** Returns the permission to put the next policy of a key that the call creates. */
  static UsedPermission toPutNext(Inquiry inquiry) {
    Shape shape = new Shape(inquiry.action(), ANY_KEY, false, false, List.of());
    return new UsedPermission(Holder.of(inquiry.principal()), shape, Map.of(), null, true);
  }

  /** Returns whether it is a root user's, and neither a key policy nor an identity gives it. */
  boolean isOfRootUserWithoutPolicy() {
    return holder.kind == Kind.ROOT && !shape.byKeyPolicy;
  }

  /** Returns whether its resource is a key that did not exist yet, so that it has no ARN. */
  boolean isWithoutArn() {
    return ofNewKey && !shape.resource.equals(ANY_KEY);
  }

  /** Returns the number of its characters, with some more for the objects that hold them. */
  int size() {
    int perObject = 100;
    int size = holder.name.length() + shape.action.length() + shape.resource.length() + perObject;
    for (Map.Entry<String, String> pair : context.entrySet()) {
      size += 2 * pair.getKey().length() + pair.getValue().length() + perObject;
    }
    return size + (alias == null ? 0 : alias.length());
  }
}
