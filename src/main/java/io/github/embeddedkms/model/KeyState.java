package io.github.embeddedkms.model;

/**
 * Where a KMS key stands in its life, and so what it can be asked for.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, KeyMetadata.
 */
public enum KeyState {
  /** A replica that is not ready yet. */
  CREATING("Creating"),
  /** Ready for everything its usage allows. */
  ENABLED("Enabled"),
  /** Switched off by DisableKey, or left so after a deletion was cancelled. */
  DISABLED("Disabled"),
  /** Waits for its deletion; cannot be used until the deletion is cancelled. */
  PENDING_DELETION("PendingDeletion"),
  /** Waits for key material to be imported. */
  PENDING_IMPORT("PendingImport"),
  /** A primary key whose deletion waits for the deletion of its replicas. */
  PENDING_REPLICA_DELETION("PendingReplicaDeletion"),
  /** Its custom key store is not connected. */
  UNAVAILABLE("Unavailable"),
  /** Its primary Region is being changed; cryptography goes on meanwhile. */
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
