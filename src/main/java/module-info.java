/** AWS Key Management Service as an embeddable library: start at {@code LocalKeyProvider}. */
@org.jspecify.annotations.NullMarked
module io.github.embeddedkms {
  requires com.google.crypto.tink;
  requires com.google.gson;
  requires org.bouncycastle.provider;

  // Read at compile time only: users need neither library to run.
  requires static org.jspecify;
  requires static io.soabase.recordbuilder.core;
  // Generated builders carry javax.annotation.processing.Generated.
  requires static java.compiler;

  exports io.github.embeddedkms;
  exports io.github.embeddedkms.exception;
  exports io.github.embeddedkms.local;
  exports io.github.embeddedkms.model;
  exports io.github.embeddedkms.operation;
  exports io.github.embeddedkms.store;
}
