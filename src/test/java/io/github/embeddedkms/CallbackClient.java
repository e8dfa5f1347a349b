package io.github.embeddedkms;

import io.github.embeddedkms.operation.KmsRequest;
import java.util.function.Function;

/** A client whose responses a test computes, to fail, to wait or to watch calls of another one. */
public final class CallbackClient implements KmsClient {

  private final Function<KmsRequest<?>, ?> callback;

  /**
   * A client that hands each request to a function.
   *
   * @param callback returns the request's own response, or null; may throw or wait
   */
  public CallbackClient(Function<KmsRequest<?>, ?> callback) {
    this.callback = callback;
  }

  @Override
  @SuppressWarnings("unchecked") // the test's own responses
  public <R> R call(KmsRequest<R> request) {
    return (R) callback.apply(request);
  }
}
