package io.github.embeddedkms.planted.model;

import com.google.crypto.tink.Aead;
import io.github.embeddedkms.planted.local.PlantedProvider;

/** Two violations: points upward, and uses a library that its room may not. */
public record PlantedNoun(PlantedProvider provider, Aead cipher) {}
