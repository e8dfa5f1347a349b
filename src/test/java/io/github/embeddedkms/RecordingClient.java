package io.github.embeddedkms;

import io.github.embeddedkms.operation.KmsRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Forwards each request, and records it with its response, if any. Thread-safe. */
public final class RecordingClient implements KmsClient {

  private final KmsClient client;
  private final List<KmsRequest<?>> requests = new CopyOnWriteArrayList<>();
  private final List<Object> responses = new CopyOnWriteArrayList<>();

  public RecordingClient(KmsClient client) {
    this.client = client;
  }

  @Override
  public <R> R call(KmsRequest<R> request) {
    requests.add(request);
    R response = client.call(request);
    responses.add(response);
    return response;
  }

  /** Returns the requests so far, in order; a test can clear the list. */
  public List<KmsRequest<?>> requests() {
    return requests;
  }

  /** Returns the responses so far, in order. */
  public List<Object> responses() {
    return responses;
  }
}
