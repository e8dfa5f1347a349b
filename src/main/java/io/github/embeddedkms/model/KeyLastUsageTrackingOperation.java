package io.github.embeddedkms.model;

/**
 * An operation that counts as a use of a KMS key.
 *
 * <p>{@link #toString()} is the value on the wire: the operation's name. Source: AWS KMS API
 * Reference, KeyLastUsageData.
 */
public enum KeyLastUsageTrackingOperation {
  /** Decrypt. */
  DECRYPT("Decrypt"),
  /** DeriveSharedSecret. */
  DERIVE_SHARED_SECRET("DeriveSharedSecret"),
  /** Encrypt. */
  ENCRYPT("Encrypt"),
  /** GenerateDataKey. */
  GENERATE_DATA_KEY("GenerateDataKey"),
  /** GenerateDataKeyPair. */
  GENERATE_DATA_KEY_PAIR("GenerateDataKeyPair"),
  /** GenerateDataKeyPairWithoutPlaintext. */
  GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT("GenerateDataKeyPairWithoutPlaintext"),
  /** GenerateDataKeyWithoutPlaintext. */
  GENERATE_DATA_KEY_WITHOUT_PLAINTEXT("GenerateDataKeyWithoutPlaintext"),
  /** GenerateMac. */
  GENERATE_MAC("GenerateMac"),
  /** ReEncrypt. */
  RE_ENCRYPT("ReEncrypt"),
  /** Sign. */
  SIGN("Sign"),
  /** Verify. */
  VERIFY("Verify"),
  /** VerifyMac. */
  VERIFY_MAC("VerifyMac"),
  /** Encapsulate. */
  ENCAPSULATE("Encapsulate"),
  /** Decapsulate. */
  DECAPSULATE("Decapsulate");

  private final String wireValue;

  KeyLastUsageTrackingOperation(String wireValue) {
    this.wireValue = wireValue;
  }

  @Override
  public String toString() {
    return wireValue;
  }
}
