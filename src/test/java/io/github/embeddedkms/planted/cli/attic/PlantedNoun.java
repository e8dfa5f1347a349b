package io.github.embeddedkms.planted.cli.attic;

/** Violations: a package that is not in the table, and the name of a class of another room. */
public interface PlantedNoun {}
