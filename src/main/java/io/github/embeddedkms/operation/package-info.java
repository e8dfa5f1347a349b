/**
 * The verbs of the service: {@code KmsRequest}, sealed over one record for each operation, with its
 * response nested in it.
 *
 * <p>Must not know how a request is checked, answered or sent; a record only states its members and
 * their constraints.
 *
 * <p>Start reading at {@link io.github.embeddedkms.operation.GenerateDataKey}.
 */
package io.github.embeddedkms.operation;
