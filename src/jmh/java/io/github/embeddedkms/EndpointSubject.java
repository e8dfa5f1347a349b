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

  /**
   * The JIT compiler shares the processors with server and load: on JDK 17, twice is too short for
   * it.
   */
  private static final int WARM_UPS = 4;

  @Override
  public double seconds(TargetOptions options) throws Exception {
    try (Server endpoint = EndpointLoad.start("endpoint")) {
      for (int i = 0; i < WARM_UPS; i++) {
        EndpointLoad.drive(endpoint.url(), path, status);
      }
      return (double) EndpointLoad.SECONDS / EndpointLoad.drive(endpoint.url(), path, status);
    }
  }
}
