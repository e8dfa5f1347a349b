package io.github.embeddedkms;

import io.github.embeddedkms.operation.KmsRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes each request on and keeps it, and its response if there was one. Thread-safe. */
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

  /** The requests so far, in their order; a test may clear it. */
  public List<KmsRequest<?>> requests() {
    return requests;
  }

  /** The responses so far, in their order. */
  public List<Object> responses() {
    return responses;
  }
}
