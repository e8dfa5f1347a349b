package io.github.embeddedkms.planted.local;

/** The other half of the cycle; uses {@link PlantedProvider} as well, which is no violation. */
public interface PlantedTable {
  PlantedProvider provider();

  PlantedEngine engine();
}
