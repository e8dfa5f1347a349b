package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.exception.InvalidMarkerException;
import io.github.embeddedkms.store.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which listing a marker belongs to. A marker holds the scope and the last id that was shown, so
 * that a listing goes on right behind it, whether or not that id still exists; it is taken back
 * only by the listing that gave it. There is nothing secret in it, and one that somebody makes up
 * finds nothing that its maker could not list anyway.
 *
 * @param prefix operation, account, Region and filter, each on a line
 */
record PageScope(String prefix) {

  static PageScope of(String operation, Caller caller, String filter) {
    return new PageScope(
        operation + "\n" + caller.account() + "\n" + caller.region() + "\n" + filter + "\n");
  }

  /**
   * One page of a listing.
   *
   * @param entries what is shown
   * @param nextMarker where the next page begins; null if there is none
   */
  record Page<T>(List<T> entries, @Nullable String nextMarker) {}

  /** Makes a page of what was found: one more than the limit tells that there is another page. */
  <T extends Entry> Page<T> page(List<T> found, int limit) {
    if (found.size() <= limit) {
      return new Page<>(found, null);
    }
    List<T> shown = found.subList(0, limit);
    return new Page<>(shown, markerAfter(shown.get(limit - 1).address().id()));
  }

  /** Where the listing goes on after an id was shown. */
  private String markerAfter(String lastId) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((prefix + lastId).getBytes(StandardCharsets.UTF_8));
  }

  /** The id after which to continue; empty for the beginning. */
  String lastOf(@Nullable String marker) {
    if (marker == null) {
      return "";
    }
    String content = decode(marker);
    // Encoding it again must give the same string: Base64 has several forms for one content.
    if (!content.startsWith(prefix)
        || !markerAfter(content.substring(prefix.length())).equals(marker)) {
      throw foreign();
    }
    return content.substring(prefix.length());
  }

  private static String decode(String marker) {
    try {
      return new String(Base64.getUrlDecoder().decode(marker), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw foreign();
    }
  }

  private static InvalidMarkerException foreign() {
    // The service's message was never recorded.
    return new InvalidMarkerException("embedded-kms: the marker is not one that this listing gave");
  }
}
