package io.github.embeddedkms.model;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * The external key that backs a KMS key in an external key store.
 *
 * <p>Source: AWS KMS API Reference, XksKeyConfigurationType.
 *
 * @param id the id of the external key in its proxy
 */
@RecordBuilder
public record XksKeyConfigurationType(String id) {}
