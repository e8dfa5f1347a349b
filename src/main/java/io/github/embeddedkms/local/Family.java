package io.github.embeddedkms.local;

/** A group of related operations: their handlers and the checks of their own. */
interface Family {

  /**
   * Creates the handler of an operation.
   *
   * @param name the operation's name, one of this family
   */
  OperationHandler<?, ?> handler(String name);
}
