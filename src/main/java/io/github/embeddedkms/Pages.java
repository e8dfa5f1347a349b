package io.github.embeddedkms;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a listing, as one sequence. A page is asked for only when it is needed, so that
 * whoever stops early asks for no more; iterating again begins anew. The same idea as the
 * paginators of the AWS SDK for Java v2.
 *
 * @param <R> a page: the response of the operation
 * @param <T> what is listed
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
   * Goes through the pages from the first one on.
   *
   * @return a new iterator; asking it for a page throws what the operation throws
   */
  @Override
  public Iterator<R> iterator() {
    return new PageIterator();
  }

  /**
   * The pages from the first one on.
   *
   * @return a sequential stream that asks for each page when it is needed
   */
  public Stream<R> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  /**
   * What is on the pages, as if there were no pages.
   *
   * @return a sequential stream that asks for each page when it is needed
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
        throw new NoSuchElementException("the page before was the last");
      }
      R page = pageAt.apply(marker);
      marker = nextMarker.apply(page);
      hasNext = marker != null;
      return page;
    }
  }
}
