package io.github.embeddedkms.planted.cli.aws;

/** Violation: a cycle with {@link PlantedOption}, which is closed by a nested class. */
public interface PlantedSkeleton {

  /** Counts as its enclosing class. */
  interface Part {
    PlantedOption option();
  }
}
