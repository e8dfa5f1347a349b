/**
 * The service itself, in this process: {@code LocalKeyProvider} runs every operation on a storage,
 * with the service's checks in the service's order.
 *
 * <p>Must not depend on how requests arrive (JSON, HTTP, the command line) or on how data keys are
 * used. Key policies are read and checked by the room {@code authorization}.
 *
 * <p>Start reading at {@link io.github.embeddedkms.local.LocalKeyProvider}; {@code OperationTable}
 * lists all operations by family, and each family has the handlers with their checks.
 */
package io.github.embeddedkms.local;
