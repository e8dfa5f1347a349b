/**
 * JSON text to records and back, in the form that the service's protocol gives them; and to plain
 * maps and lists, for what has no record.
 *
 * <p>Must not know any operation: it reads and writes records by their components, nothing else.
 *
 * <p>Start reading at {@link io.github.embeddedkms.json.JsonRecords}.
 */
package io.github.embeddedkms.json;
