/**
 * The operations of the service: {@code OperationType}, which has all of them by name, and {@code
 * KmsRequest}, a sealed interface with one record for each supported operation, whose response is
 * nested in it.
 *
 * <p>Must not know how a request is checked, sent or answered; a record only declares its members
 * and their constraints.
 *
 * <p>Start reading at {@link io.github.embeddedkms.operation.GenerateDataKey}.
 */
package io.github.embeddedkms.operation;
