/**
 * The service itself, in this process: {@code LocalKeyProvider} answers every operation over a
 * storage, running the service's checks in the service's order.
 *
 * <p>Must not know how requests arrive (JSON, HTTP, the command line) or what is done with data
 * keys.
 *
 * <p>Start reading at {@link io.github.embeddedkms.local.LocalKeyProvider}; {@code OperationTable}
 * lists all operations by family, and each family has the rows with their checks.
 */
package io.github.embeddedkms.local;
