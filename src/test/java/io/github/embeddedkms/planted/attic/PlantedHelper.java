package io.github.embeddedkms.planted.attic;

/** Violation: a room that the table does not know. */
public interface PlantedHelper {}
