package io.github.embeddedkms.model;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * The external key behind a KMS key in an external key store.
 *
 * <p>Source: AWS KMS API Reference, XksKeyConfigurationType.
 *
 * @param id the external key's id as its proxy knows it
 */
@RecordBuilder
public record XksKeyConfigurationType(String id) {}
