/** AWS Key Management Service as an embeddable library: start at {@code LocalKeyProvider}. */
@org.jspecify.annotations.NullMarked
module io.github.embeddedkms {
  requires com.google.crypto.tink;
  requires com.google.gson;
  requires org.bouncycastle.provider;

  // Read at compile time only: users need neither library to run.
  requires static org.jspecify;
  requires static io.soabase.recordbuilder.core;
  // The face for the AWS SDK is for those who have it; the JUnit extension injects its clients.
  requires static software.amazon.awssdk.auth;
  requires static software.amazon.awssdk.awscore;
  requires static software.amazon.awssdk.core;
  requires static software.amazon.awssdk.http;
  requires static software.amazon.awssdk.identity.spi;
  requires static software.amazon.awssdk.regions;
  requires static software.amazon.awssdk.services.kms;
  requires static software.amazon.awssdk.utils;
  requires static org.reactivestreams;
  // Stores in a database; the user brings the driver.
  requires static java.sql;
  // The program in the executable jar.
  requires static info.picocli;
  requires static software.amazon.smithy.jmespath;
  // Only the JUnit extension uses it.
  requires static org.junit.jupiter.api;
  // Only the reader of seed files and the program use it.
  requires static org.snakeyaml.engine;
  // Generated builders carry javax.annotation.processing.Generated.
  requires static java.compiler;

  exports io.github.embeddedkms;
  exports io.github.embeddedkms.authorization;
  exports io.github.embeddedkms.awssdk;
  exports io.github.embeddedkms.endpoint;
  exports io.github.embeddedkms.envelope;
  exports io.github.embeddedkms.exception;
  exports io.github.embeddedkms.junit;
  exports io.github.embeddedkms.local;
  exports io.github.embeddedkms.model;
  exports io.github.embeddedkms.operation;
  exports io.github.embeddedkms.seed;
  exports io.github.embeddedkms.store;
  exports io.github.embeddedkms.tink;

  // Picocli creates and fills in the commands by reflection.
  opens io.github.embeddedkms.cli to
      info.picocli;
  opens io.github.embeddedkms.cli.client to
      info.picocli;
  opens io.github.embeddedkms.cli.messages to
      info.picocli;
  opens io.github.embeddedkms.cli.store to
      info.picocli;
  opens io.github.embeddedkms.cli.terminal to
      info.picocli;
}
