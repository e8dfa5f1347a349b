/**
 * Responses in the formats of the AWS CLI, JSON, text, tables and YAML, and queries that choose a
 * part of a response.
 *
 * <p>Must not know the service, a key store, or any command. JMESPath and YAML are loaded only when
 * an option asks for them.
 *
 * <p>Start reading at {@code OutputFormat} and {@code Query}.
 */
package io.github.embeddedkms.cli.output;
