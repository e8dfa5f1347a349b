package io.github.embeddedkms.model;

/**
 * An operation that a grant permits. ReEncrypt is two of them: the source key needs {@link
 * #RE_ENCRYPT_FROM}, the destination key {@link #RE_ENCRYPT_TO}.
 *
 * <p>{@link #toString()} is the value on the wire: the operation's name. Source: AWS KMS API
 * Reference, CreateGrant.
 */
public enum GrantOperation {
  /** Decrypt. */
  DECRYPT("Decrypt"),
  /** Encrypt. */
  ENCRYPT("Encrypt"),
  /** GenerateDataKey. */
  GENERATE_DATA_KEY("GenerateDataKey"),
  /** GenerateDataKeyWithoutPlaintext. */
  GENERATE_DATA_KEY_WITHOUT_PLAINTEXT("GenerateDataKeyWithoutPlaintext"),
  /** ReEncrypt, from the key of the grant to any other. */
  RE_ENCRYPT_FROM("ReEncryptFrom"),
  /** ReEncrypt, from any other key to that of the grant. */
  RE_ENCRYPT_TO("ReEncryptTo"),
  /** Sign. */
  SIGN("Sign"),
  /** Verify. */
  VERIFY("Verify"),
  /** GetPublicKey. */
  GET_PUBLIC_KEY("GetPublicKey"),
  /** CreateGrant, for a grant that permits no more than this one. */
  CREATE_GRANT("CreateGrant"),
  /** RetireGrant, for this grant. */
  RETIRE_GRANT("RetireGrant"),
  /** DescribeKey. */
  DESCRIBE_KEY("DescribeKey"),
  /** GenerateDataKeyPair. */
  GENERATE_DATA_KEY_PAIR("GenerateDataKeyPair"),
  /** GenerateDataKeyPairWithoutPlaintext. */
  GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT("GenerateDataKeyPairWithoutPlaintext"),
  /** GenerateMac. */
  GENERATE_MAC("GenerateMac"),
  /** VerifyMac. */
  VERIFY_MAC("VerifyMac"),
  /** DeriveSharedSecret. */
  DERIVE_SHARED_SECRET("DeriveSharedSecret"),
  /** Encapsulate. */
  ENCAPSULATE("Encapsulate"),
  /** Decapsulate. */
  DECAPSULATE("Decapsulate");

  private final String wireValue;

  GrantOperation(String wireValue) {
    this.wireValue = wireValue;
  }

  @Override
  public String toString() {
    return wireValue;
  }
}
