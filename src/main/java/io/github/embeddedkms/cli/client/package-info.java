/**
 * How a command reaches the service: the options that choose the Region, the account and the keys,
 * and the client that they result in.
 *
 * <p>Must not know any single operation, nor the commands that use the client.
 *
 * <p>Start reading at {@code ServiceOptions}.
 */
package io.github.embeddedkms.cli.client;
