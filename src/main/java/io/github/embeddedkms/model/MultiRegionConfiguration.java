package io.github.embeddedkms.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * The primary key and the replicas of a multi-Region key.
 *
 * <p>Source: AWS KMS API Reference, MultiRegionConfiguration.
 *
 * @param multiRegionKeyType whether the described key is the primary key or a replica
 * @param primaryKey the primary key, which can be the described key itself
 * @param replicaKeys all replicas, including the described key if it is one; empty if the primary
 *     key has no replicas
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
