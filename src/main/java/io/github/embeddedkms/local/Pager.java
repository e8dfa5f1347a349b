package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.exception.InvalidMarkerException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Divides a listing into pages. A marker contains the listing that it belongs to and the last id on
 * the page. The listing continues right after that id, whether or not it still exists. A marker is
 * accepted only by the listing that returned it. Markers contain no secrets, and a forged one finds
 * nothing that the attacker could not list anyway.
 */
final class Pager {

  /** The operations that list, with the values for {@code Limit}. */
  enum Listing {
    LIST_ALIASES("ListAliases", 50, 100),
    LIST_GRANTS("ListGrants", 50, 100),
    LIST_KEY_POLICIES("ListKeyPolicies", 100, 1000),
    LIST_KEY_ROTATIONS("ListKeyRotations", 100, 1000),
    LIST_KEYS("ListKeys", 100, 1000),
    LIST_RESOURCE_TAGS("ListResourceTags", 50, 50),
    LIST_RETIRABLE_GRANTS("ListRetirableGrants", 50, 100);

    private final String operation;
    private final int defaultLimit;
    private final int most;

    /**
     * A listing.
     *
     * @param defaultLimit the number of items on a page if the request has no limit
     * @param most the greatest number of items on a page; a higher limit is allowed and is reduced
     *     to this
     */
    Listing(String operation, int defaultLimit, int most) {
      this.operation = operation;
      this.defaultLimit = defaultLimit;
      this.most = most;
    }

    private int limit(@Nullable Integer requested) {
      return requested == null ? defaultLimit : Math.min(requested, most);
    }
  }

  /** Reads the items of a listing. */
  @FunctionalInterface
  interface Source<T> {

    /**
     * Returns up to {@code limit} items that follow an id, in the order of their ids. All items
     * follow the empty id.
     */
    List<T> after(String lastId, int limit);
  }

  /**
   * One page of a listing.
   *
   * @param items the items on the page
   * @param nextMarker the marker for the next page; null if there is none
   */
  record Page<T>(List<T> items, @Nullable String nextMarker) {

    boolean truncated() {
      return nextMarker != null;
    }

    /** Returns the items as the response shows them. */
    <V> List<V> map(Function<T, V> view) {
      return items.stream().map(view).toList();
    }
  }

  private final Listing listing;

  /** The beginning of every marker: operation, account, Region and filter, each on its own line. */
  private final String scope;

  /**
   * Creates the pager of one listing.
   *
   * @param filter the filter of the listing, for example a key id; empty if there is none
   */
  Pager(Listing listing, Caller caller, String filter) {
    this.listing = listing;
    this.scope =
        listing.operation + "\n" + caller.account() + "\n" + caller.region() + "\n" + filter + "\n";
  }

  /**
   * Reads one page.
   *
   * @param limit the limit in the request; null if it has none
   * @param marker the marker in the request; null for the first page
   * @param source reads the items
   * @param id returns the id by which an item is ordered
   */
  <T> Page<T> page(
      @Nullable Integer limit, @Nullable String marker, Source<T> source, Function<T, String> id) {
    int most = listing.limit(limit);
    // One item more than the limit shows that there is another page.
    List<T> found = source.after(lastIdOf(marker), most + 1);
    if (found.size() <= most) {
      return new Page<>(found, null);
    }
    List<T> shown = found.subList(0, most);
    return new Page<>(shown, markerAfter(id.apply(shown.get(most - 1))));
  }

  private String markerAfter(String lastId) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((scope + lastId).getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the id after which to continue; empty for the first page. */
  private String lastIdOf(@Nullable String marker) {
    if (marker == null) {
      return "";
    }
    String content = decode(marker);
    // Base64 can encode the same content in several ways. Only our own encoding is accepted.
    if (!content.startsWith(scope)
        || !markerAfter(content.substring(scope.length())).equals(marker)) {
      throw invalidMarker();
    }
    return content.substring(scope.length());
  }

  private static String decode(String marker) {
    try {
      return new String(Base64.getUrlDecoder().decode(marker), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalidMarker();
    }
  }

  private static InvalidMarkerException invalidMarker() {
    // The service's own message was never recorded.
    return new InvalidMarkerException("embedded-kms: the marker was not returned by this listing");
  }
}
