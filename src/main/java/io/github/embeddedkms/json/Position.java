package io.github.embeddedkms.json;

import org.jspecify.annotations.Nullable;

/**
 * The position of a value in a record, in Java names. It becomes a string only when a value is
 * reported: most never are.
 *
 * @param parent the position of the record or list that has the value; null for the whole record
 * @param name the name of the member; null for an element of a list
 * @param index the number of the element, counted from 1 as in the service's messages
 */
record Position(@Nullable Position parent, @Nullable String name, int index) {

  /** The position of the record that is read. */
  static final Position ROOT = new Position(null, null, 0);

  Position member(String name) {
    return new Position(this, name, 0);
  }

  Position element(int index) {
    return new Position(this, null, index);
  }

  /** Tells whether this is an element of a list. */
  boolean isElement() {
    return index > 0;
  }

  @Override
  public String toString() {
    if (parent == null) {
      return "";
    }
    String own = name == null ? index + ".member" : name;
    return parent.parent == null ? own : parent + "." + own;
  }
}
