package io.github.embeddedkms.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * How the related keys of a multi-Region key stand to each other.
 *
 * <p>Source: AWS KMS API Reference, MultiRegionConfiguration.
 *
 * @param multiRegionKeyType the part of the key described
 * @param primaryKey the primary key, be it this one or another
 * @param replicaKeys all replicas, this one included if it is one; empty for a primary key alone
 */
@RecordBuilder
public record MultiRegionConfiguration(
    MultiRegionKeyType multiRegionKeyType,
    MultiRegionKey primaryKey,
    List<MultiRegionKey> replicaKeys) {

  /** Copies the list. */
  public MultiRegionConfiguration {
    replicaKeys = Copies.list(replicaKeys);
  }
}
