package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Required;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The stored form of a {@link NoteEntry}. */
public record NoteDocument(
    @Required String keyId, @Required String text, @Nullable Instant until) {}
