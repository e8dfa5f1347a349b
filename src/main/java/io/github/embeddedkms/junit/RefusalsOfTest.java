package io.github.embeddedkms.junit;

import io.github.embeddedkms.authorization.Explanation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The explanations of the calls that were refused in a test, by any provider. Safe for use by
 * several threads.
 */
final class RefusalsOfTest {

  /** A loop of retries, or a test with many assertions, should not fill the console. */
  private static final int MAX_EXPLANATIONS = 20;

  /** The thread in which the test has begun, and others that run parts of it now. */
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  /** How often each refusal occurred, in the order of their last occurrence. */
  private final Map<Explanation, Integer> times = new LinkedHashMap<>();

  private int omitted;

  /** Creates the refusals of a test that runs in this thread. */
  RefusalsOfTest() {
    addThread();
  }

  /**
   * Returns the refusals of the test that a context belongs to, which can be that of a test of a
   * factory. Null if no test has begun, or another extension is active.
   */
  static @Nullable RefusalsOfTest of(ExtensionContext context) {
    return context
        .getStore(EmbeddedKmsExtension.NAMESPACE)
        .get(RefusalsOfTest.class, RefusalsOfTest.class);
  }

  boolean runsInThisThread() {
    return threads.contains(Thread.currentThread());
  }

  /** Returns true if the test has not run in this thread before. */
  boolean addThread() {
    return threads.add(Thread.currentThread());
  }

  void removeThread() {
    threads.remove(Thread.currentThread());
  }

  synchronized void add(Explanation refusal) {
    add(refusal, 1);
  }

  private void add(Explanation refusal, int count) {
    Integer before = times.remove(refusal);
    times.put(refusal, before == null ? count : before + count);
    if (times.size() > MAX_EXPLANATIONS) {
      Explanation eldest = times.keySet().iterator().next();
      omitted += times.remove(eldest);
    }
  }

  /** Adds the refusals that occurred when no test was running. */
  void addAll(RefusalsOfTest others) {
    Map<Explanation, Integer> copy;
    synchronized (others) {
      copy = new LinkedHashMap<>(others.times);
    }
    synchronized (this) {
      copy.forEach(this::add);
    }
  }

  synchronized void clear() {
    times.clear();
    omitted = 0;
  }

  /**
   * Adds the explanations to a failure, if there are any. They are printed with its stack trace.
   */
  synchronized void addTo(Throwable failure) {
    // In a test of a factory, an inactive extension sees the failure too.
    boolean isAdded = Stream.of(failure.getSuppressed()).anyMatch(RefusedCalls.class::isInstance);
    if (!times.isEmpty() && !isAdded) {
      failure.addSuppressed(new RefusedCalls(text()));
    }
  }

  private String text() {
    int calls = omitted + times.values().stream().mapToInt(Integer::intValue).sum();
    StringBuilder text = new StringBuilder();
    text.append(calls == 1 ? "a call was" : calls + " calls were").append(" refused in this test");
    if (omitted > 0) {
      text.append("; the first ").append(omitted).append(omitted == 1 ? " is" : " are");
      text.append(" not shown");
    }
    times.forEach(
        (refusal, count) -> {
          text.append('\n').append(refusal);
          if (count > 1) {
            text.append("\n  ").append(count).append(" times");
          }
        });
    return text.toString();
  }
}
