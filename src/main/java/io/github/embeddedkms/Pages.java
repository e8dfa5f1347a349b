package io.github.embeddedkms;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a listing, as one sequence. Each page is requested only when it is needed, so that
 * no further pages are requested if iteration stops early. Iterating again starts at the first
 * page. This class is like the paginators of the AWS SDK for Java v2.
 *
 * @param <R> the type of a page: the response of the operation
 * @param <T> the type of the items
 */
public final class Pages<R, T> implements Iterable<R> {

  private final Function<@Nullable String, R> pageAt;
  private final Function<R, @Nullable String> nextMarker;
  private final Function<R, List<T>> items;

  Pages(
      Function<@Nullable String, R> pageAt,
      Function<R, @Nullable String> nextMarker,
      Function<R, List<T>> items) {
    this.pageAt = pageAt;
    this.nextMarker = nextMarker;
    this.items = items;
  }

  /**
   * Returns an iterator over the pages, beginning with the first.
   *
   * @return a new iterator, whose {@code next} method throws what the operation throws
   */
  @Override
  public Iterator<R> iterator() {
    return new PageIterator();
  }

  /**
   * Returns a stream of the pages, beginning with the first.
   *
   * @return a sequential stream that requests each page when it is needed
   */
  public Stream<R> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  /**
   * Returns a stream of the items on all pages.
   *
   * @return a sequential stream that requests each page when it is needed
   */
  public Stream<T> items() {
    return stream().flatMap(page -> items.apply(page).stream());
  }

  private final class PageIterator implements Iterator<R> {

    private @Nullable String marker;
    private boolean hasNext = true;

    @Override
    public boolean hasNext() {
      return hasNext;
    }

    @Override
    public R next() {
      if (!hasNext) {
        throw new NoSuchElementException("there are no more pages");
      }
      R page = pageAt.apply(marker);
      marker = nextMarker.apply(page);
      hasNext = marker != null;
      return page;
    }
  }
}
