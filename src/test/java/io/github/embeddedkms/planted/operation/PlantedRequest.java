package io.github.embeddedkms.planted.operation;

import io.github.embeddedkms.planted.PlantedClient;

/** Violation: closes a cycle with the root package. */
public interface PlantedRequest {
  void sendTo(PlantedClient client);
}
