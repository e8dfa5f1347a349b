package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.exception.InvalidMarkerException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a listing into pages. A marker holds the listing to which it belongs and the last id that
 * was shown, so that the listing continues right after it, whether or not that id still exists. It
 * is accepted only by the listing that gave it. There is nothing secret in it, and an invented one
 * finds nothing that its inventor could not list anyway.
 */
final class Pager {

  /** Every operation that lists, with what applies to {@code Limit}. */
  enum Listing {
    LIST_ALIASES("ListAliases", 50, 100),
    LIST_KEYS("ListKeys", 100, 1000);

    private final String operation;
    private final int byDefault;
    private final int most;

    /**
     * A listing.
     *
     * @param byDefault how many items a page has if the request does not say
     * @param most how many it has at most; a higher limit is allowed and means this
     */
    Listing(String operation, int byDefault, int most) {
      this.operation = operation;
      this.byDefault = byDefault;
      this.most = most;
    }

    private int limit(@Nullable Integer requested) {
      return requested == null ? byDefault : Math.min(requested, most);
    }
  }

  /** Where the items are read. */
  @FunctionalInterface
  interface Source<T> {

    /** The first items after an id, in the order of their ids; all of them after the empty id. */
    List<T> after(String lastId, int limit);
  }

  /**
   * One page of a listing.
   *
   * @param items what is shown
   * @param nextMarker where the next page begins; null if there is none
   */
  record Page<T>(List<T> items, @Nullable String nextMarker) {

    boolean truncated() {
      return nextMarker != null;
    }

    /** The items as the response shows them. */
    <V> List<V> map(Function<T, V> view) {
      return items.stream().map(view).toList();
    }
  }

  private final Listing listing;

  /** Operation, account, Region and filter, each on a line: what a marker begins with. */
  private final String scope;

  /**
   * Pages of one listing.
   *
   * @param filter what narrows the listing, a key id for example; empty if nothing does
   */
  Pager(Listing listing, Caller caller, String filter) {
    this.listing = listing;
    this.scope =
        listing.operation + "\n" + caller.account() + "\n" + caller.region() + "\n" + filter + "\n";
  }

  /**
   * Reads one page.
   *
   * @param limit the most items on the page, if the request says so
   * @param marker the end of the page before, if there was one
   * @param source reads the items
   * @param id gives the id by which an item is ordered
   */
  <T> Page<T> page(
      @Nullable Integer limit, @Nullable String marker, Source<T> source, Function<T, String> id) {
    int most = listing.limit(limit);
    // One more than the limit tells that there is another page.
    List<T> found = source.after(lastOf(marker), most + 1);
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

  /** The id after which to continue; empty for the beginning. */
  private String lastOf(@Nullable String marker) {
    if (marker == null) {
      return "";
    }
    String content = decode(marker);
    // Written again it must be the same: Base64 has several spellings of one content.
    if (!content.startsWith(scope)
        || !markerAfter(content.substring(scope.length())).equals(marker)) {
      throw foreign();
    }
    return content.substring(scope.length());
  }

  private static String decode(String marker) {
    try {
      return new String(Base64.getUrlDecoder().decode(marker), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw foreign();
    }
  }

  private static InvalidMarkerException foreign() {
    // The service's own message was never recorded.
    return new InvalidMarkerException("embedded-kms: the marker is not one that this listing gave");
  }
}
