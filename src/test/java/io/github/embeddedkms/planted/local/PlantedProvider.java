package io.github.embeddedkms.planted.local;

/** In its place. */
public interface PlantedProvider {}
