/**
 * The data types of the service: its enumerations, the records that several operations share, the
 * two kinds of bytes, the encryption context, ARNs, the annotations that declare the constraints of
 * a record, and {@code RecordMember}, through which all records are read alike.
 *
 * <p>Must not know operations, errors or how anything here is stored, sealed or sent.
 *
 * <p>Start reading at {@link io.github.embeddedkms.model.KeyMetadata} and {@link
 * io.github.embeddedkms.model.SecretBytes}.
 */
package io.github.embeddedkms.model;
