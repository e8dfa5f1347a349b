package io.github.embeddedkms.planted.cli.store;

/** In its place. */
public interface PlantedFolder {}
