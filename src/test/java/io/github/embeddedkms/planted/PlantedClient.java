package io.github.embeddedkms.planted;

import io.github.embeddedkms.planted.operation.PlantedRequest;

/** The root of a house built wrong on purpose: {@code RoomsTest} must find every violation. */
public interface PlantedClient {

  /** Allowed: the root may import operations. */
  void call(PlantedRequest request);
}
