/**
 * Where keys and aliases are kept: immutable entries behind one small interface, and one kind of
 * change that is applied whole or not at all.
 *
 * <p>Must not know requests, errors of the service, or why an entry changes.
 *
 * <p>Start reading at {@link io.github.embeddedkms.store.KeyStorage} and {@link
 * io.github.embeddedkms.store.Change}.
 */
package io.github.embeddedkms.store;
