package io.github.embeddedkms;

import io.github.embeddedkms.EndpointLoad.Server;

/**
 * The endpoint in a process of its own under the load of {@link EndpointLoad}, of which each
 * measurement is one process.
 *
 * @param path where requests are sent
 * @param status the status that they get
 */
record EndpointSubject(String path, int status) implements Target.Subject {

  @Override
  public double seconds(TargetOptions options) throws Exception {
    try (Server endpoint = EndpointLoad.start("endpoint")) {
      EndpointLoad.drive(endpoint.url(), path, status); // warm-up
      return (double) EndpointLoad.SECONDS / EndpointLoad.drive(endpoint.url(), path, status);
    }
  }
}
