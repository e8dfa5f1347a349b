package io.github.embeddedkms.planted.local;

/** Violation: a cycle with {@link PlantedTable}, which is closed by a nested class. */
public interface PlantedEngine {

  /** Counts as its enclosing class. */
  interface Part {
    PlantedTable table();
  }
}
