package io.github.embeddedkms.local;

import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.authorization.Grants;
import io.github.embeddedkms.authorization.Principal;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.GrantEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The grants of a key, found by the caller and the operation or, where grants can constrain the
 * encryption context, by the constraints that the request can meet. So a decision does not take
 * longer if the key has grants for many principals, or one principal has many grants for different
 * contexts. If the context has more than {@value #MAX_COMBINED_PAIRS} pairs, all grants of the
 * caller are read.
 */
final class KeyGrants implements Grants {

  private static final int PAGE = 100;

  /** Reading so many grants takes no longer than looking for the constraints of a request. */
  private static final int FEW = 16;

  /** A grant can require any of the sets of these pairs, of which there are 32. */
  private static final int MAX_COMBINED_PAIRS = 5;

  private static final String SOURCE_ARN = "aws:sourcearn";

  private final KeyStorage storage;
  private final AccessRequest request;
  private final Address key;

  KeyGrants(KeyStorage storage, AccessRequest request, ResolvedKey key) {
    this.storage = storage;
    this.request = request;
    this.key = key.entry().address();
  }

  @Override
  public Iterable<Grant> of(Principal principal) {
    return () -> new Candidates(groups(principal).iterator());
  }

  /** Returns the listings in which the grants can be. */
  private Set<Address> groups(Principal principal) {
    Set<Address> groups = new LinkedHashSet<>();
    boolean byContext = Grants.constrainContextOf("kms:" + request.action());
    List<String> constraints = byContext ? possibleConstraints() : List.of();
    for (String grantee : principal.grantees()) {
      if (!byContext) {
        groups.add(GrantEntry.byOperation(key, grantee, request.action()));
      } else if (constraints.isEmpty() || (constraints.size() > 1 && hasFew(grantee))) {
        groups.add(GrantEntry.byGrantee(key, grantee));
      } else {
        constraints.forEach(each -> groups.add(GrantEntry.byConstraints(key, grantee, each)));
      }
    }
    return groups;
  }

  /** In a store, each look-up may be a query: two replace up to 64. */
  private boolean hasFew(String grantee) {
    Address group = GrantEntry.byGrantee(key, grantee);
    return storage.entriesOf(GrantEntry.KIND, group, "", FEW + 1).size() <= FEW;
  }

  /** Returns all constraints that the request can meet; empty if these are too many. */
  private List<String> possibleConstraints() {
    Set<String> pairs = new TreeSet<>();
    request.context().asMap().forEach((name, value) -> pairs.add(Grant.pair(name, value)));
    if (pairs.size() > MAX_COMBINED_PAIRS) {
      return List.of();
    }
    List<List<String>> subsets = new ArrayList<>();
    subsets.add(List.of());
    for (String pair : pairs) {
      for (List<String> subset : List.copyOf(subsets)) {
        List<String> larger = new ArrayList<>(subset);
        larger.add(pair);
        subsets.add(larger);
      }
    }
    List<String> sources = request.caller().facts().getOrDefault(SOURCE_ARN, List.of());
    List<String> constraints = new ArrayList<>();
    for (List<String> subset : subsets) {
      constraints.add(Grant.constraintKey(null, subset));
      sources.forEach(source -> constraints.add(Grant.constraintKey(source, subset)));
    }
    return constraints;
  }

  @Override
  public List<Grant> first(Principal principal, int limit) {
    return principal.grantees().stream()
        .flatMap(grantee -> first(GrantEntry.byGrantee(key, grantee), limit))
        .limit(limit)
        .toList();
  }

  @Override
  public List<Grant> first(int limit) {
    return first(key, limit).toList();
  }

  private Stream<Grant> first(Address group, int limit) {
    return storage.entriesOf(GrantEntry.KIND, group, "", limit).stream().map(GrantEntry::grant);
  }

  @Override
  public EncryptionContext context() {
    return request.context();
  }

  @Override
  public @Nullable Grant subject() {
    return request.grant();
  }

  /** Reads the grants of several listings, page by page. */
  private final class Candidates implements Iterator<Grant> {

    private final Iterator<Address> groups;
    private Iterator<GrantEntry> page = List.<GrantEntry>of().iterator();
    private @Nullable Address group;
    private String last = "";

    Candidates(Iterator<Address> groups) {
      this.groups = groups;
    }

    @Override
    public boolean hasNext() {
      while (!page.hasNext()) {
        if (group == null) {
          if (!groups.hasNext()) {
            return false;
          }
          group = groups.next();
          last = "";
        }
        List<GrantEntry> read = storage.entriesOf(GrantEntry.KIND, group, last, PAGE);
        page = read.iterator();
        if (read.size() < PAGE) {
          group = null;
        } else {
          last = read.get(PAGE - 1).position();
        }
      }
      return true;
    }

    @Override
    public Grant next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return page.next().grant();
    }
  }
}
