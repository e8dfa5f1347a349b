package io.github.embeddedkms.planted.cli.client;

import io.github.embeddedkms.planted.cli.PlantedProgram;

/** Violation: knows the program. */
public interface PlantedConnection {
  PlantedProgram program();
}
