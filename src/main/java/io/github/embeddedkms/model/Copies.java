package io.github.embeddedkms.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Creates unmodifiable copies of collections for the constructors of records. Unlike {@link
 * List#copyOf}, these methods accept null, as the collection and as an element: a missing value
 * must lead to the service's own error message.
 */
public final class Copies {

  private Copies() {}

  /**
   * Copies a list.
   *
   * @param list any list, or null
   * @param <T> the elements' type
   * @return an unmodifiable copy, or null for null
   */
  @SuppressWarnings("NullAway") // null in, null out
  public static <T> List<T> list(@Nullable List<T> list) {
    return list == null ? null : Collections.unmodifiableList(new ArrayList<>(list));
  }

  /**
   * Copies a map and keeps its order.
   *
   * @param map any map, or null
   * @param <K> the keys' type
   * @param <V> the values' type
   * @return an unmodifiable copy, or null for null
   */
  @SuppressWarnings("NullAway") // null in, null out
  public static <K, V> Map<K, V> map(@Nullable Map<K, V> map) {
    return map == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
