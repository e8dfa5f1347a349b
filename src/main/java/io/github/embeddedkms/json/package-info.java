/**
 * Reads and writes records as JSON, in the form of the service's protocol, and plain maps and lists
 * where there is no record.
 *
 * <p>Must not know any operation: it reads and writes records by their components, nothing else.
 *
 * <p>Start reading at {@link io.github.embeddedkms.json.JsonRecords}.
 */
package io.github.embeddedkms.json;
