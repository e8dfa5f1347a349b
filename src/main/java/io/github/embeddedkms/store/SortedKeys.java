package io.github.embeddedkms.store;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Keys in their natural order, as a map to {@code true}. A {@link ConcurrentSkipListMap} is built
 * from it in linear time; adding 100,000 keys one by one would search for the place of each.
 *
 * @param <K> the type of the keys
 */
@SuppressWarnings("JdkObsolete") // the type that the constructor takes
final class SortedKeys<K extends Comparable<K>> extends AbstractMap<K, Boolean>
    implements SortedMap<K, Boolean> {

  private final List<K> keys;

  private SortedKeys(List<K> keys) {
    this.keys = keys;
  }

  /** Sorts a list, and takes each of its keys once. */
  static <K extends Comparable<K>> SortedKeys<K> of(List<K> keys) {
    keys.sort(null);
    List<K> distinct = new ArrayList<>(keys.size());
    @Nullable K last = null;
    for (K key : keys) {
      if (!key.equals(last)) {
        distinct.add(key);
      }
      last = key;
    }
    return new SortedKeys<>(distinct);
  }

  @Override
  public Set<Map.Entry<K, Boolean>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<K, Boolean>> iterator() {
        return keys.stream().map(key -> Map.entry(key, true)).iterator();
      }

      @Override
      public int size() {
        return keys.size();
      }
    };
  }

  /** Returns null, for the natural order. */
  @Override
  public @Nullable Comparator<? super K> comparator() {
    return null;
  }

  @Override
  public K firstKey() {
    return keys.get(0);
  }

  @Override
  public K lastKey() {
    return keys.get(keys.size() - 1);
  }

  @Override
  public SortedMap<K, Boolean> subMap(K from, K to) {
    return new TreeMap<>(this).subMap(from, to);
  }

  @Override
  public SortedMap<K, Boolean> headMap(K to) {
    return new TreeMap<>(this).headMap(to);
  }

  @Override
  public SortedMap<K, Boolean> tailMap(K from) {
    return new TreeMap<>(this).tailMap(from);
  }
}
