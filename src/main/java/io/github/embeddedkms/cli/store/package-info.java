/**
 * Key stores on the command line: the options that locate and open a store, its root key or
 * passphrase, and the commands that create and maintain one.
 *
 * <p>Must not know any operation of the service, nor the commands for messages.
 *
 * <p>Start reading at {@code StoreOptions}; the commands are in {@code StoreCommand}.
 */
package io.github.embeddedkms.cli.store;
