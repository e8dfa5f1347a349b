package io.github.embeddedkms.cli.store;

/** The environment variables that take the place of options of a store. */
final class StoreVariables {

  static final String STORE = "EMBEDDED_KMS_STORE";
  static final String ROOT_KEY_FILE = "EMBEDDED_KMS_ROOT_KEY_FILE";

  /** Has the 32 bytes themselves, in Base64. */
  static final String ROOT_KEY = "EMBEDDED_KMS_ROOT_KEY";

  private StoreVariables() {}
}
