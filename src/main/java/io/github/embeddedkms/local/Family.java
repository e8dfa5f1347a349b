package io.github.embeddedkms.local;

/** Operations that belong together: their rows, their own checks, and what they do. */
interface Family {

  /**
   * Puts an operation together.
   *
   * @param name the operation's name, one of this family
   */
  Operation<?, ?> operation(String name);
}
