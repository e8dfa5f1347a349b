package io.github.embeddedkms.model;

/**
 * The state of a KMS key, which determines the operations that are possible with it.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, KeyMetadata.
 */
public enum KeyState {
  /** A replica that is not ready yet. */
  CREATING("Creating"),
  /** Ready for all operations that its usage allows. */
  ENABLED("Enabled"),
  /** Disabled by DisableKey, or because its deletion was cancelled. */
  DISABLED("Disabled"),
  /** Scheduled for deletion; cannot be used unless the deletion is cancelled. */
  PENDING_DELETION("PendingDeletion"),
  /** Waits for key material to be imported. */
  PENDING_IMPORT("PendingImport"),
  /** A primary key whose deletion waits for the deletion of its replicas. */
  PENDING_REPLICA_DELETION("PendingReplicaDeletion"),
  /** Its custom key store is not connected. */
  UNAVAILABLE("Unavailable"),
  /** Its primary Region is being changed; cryptographic operations are possible in the meantime. */
  UPDATING("Updating");

  private final String wireValue;

  KeyState(String wireValue) {
    this.wireValue = wireValue;
  }

  @Override
  public String toString() {
    return wireValue;
  }
}
