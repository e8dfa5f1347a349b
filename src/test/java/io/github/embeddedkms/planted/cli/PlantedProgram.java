package io.github.embeddedkms.planted.cli;

import io.github.embeddedkms.planted.cli.aws.PlantedSkeleton;

/** In its place. */
public interface PlantedProgram {
  PlantedSkeleton skeleton();
}
