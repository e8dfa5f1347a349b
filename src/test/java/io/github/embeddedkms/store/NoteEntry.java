package io.github.embeddedkms.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A kind of entry that exists only in the tests: a note about a key, with a date. Represents the
 * kinds of entries that later versions may add.
 */
record NoteEntry(Address address, long version, String keyId, String text, @Nullable Instant until)
    implements Entry {

  static final EntryKind<NoteEntry> KIND =
      EntryKind.of(
          ItemKind.of(200),
          NoteEntry.class,
          NoteDocument.class,
          note -> new NoteDocument(note.keyId, note.text, note.until),
          (item, document, none) ->
              new NoteEntry(
                  item.address(),
                  item.version(),
                  document.keyId(),
                  document.text(),
                  document.until()));

  @Override
  public EntryKind<NoteEntry> kind() {
    return KIND;
  }

  @Override
  public NoteEntry atVersion(long newVersion) {
    return new NoteEntry(address, newVersion, keyId, text, until);
  }

  NoteEntry next(String newText, String newKeyId, @Nullable Instant newUntil) {
    return new NoteEntry(address, version + 1, newKeyId, newText, newUntil);
  }

  @Override
  public Optional<Address> owner() {
    return Optional.of(new Address(address.account(), address.region(), keyId));
  }

  @Override
  public List<Instant> dueDates() {
    return until == null ? List.of() : List.of(until);
  }
}
