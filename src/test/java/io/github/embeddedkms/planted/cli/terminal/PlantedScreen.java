package io.github.embeddedkms.planted.cli.terminal;

import io.github.embeddedkms.planted.cli.store.PlantedFolder;
import io.github.embeddedkms.planted.model.PlantedNoun;

/** Violations: knows a noun of the service, and a package that is built on this one. */
public interface PlantedScreen {
  PlantedNoun noun();

  PlantedFolder folder();
}
