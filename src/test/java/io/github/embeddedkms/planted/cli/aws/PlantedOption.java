package io.github.embeddedkms.planted.cli.aws;

/** The other half of the cycle. */
public interface PlantedOption {
  PlantedSkeleton skeleton();
}
