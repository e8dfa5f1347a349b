/**
 * Programs over the library, for a shell: so far the quickstart.
 *
 * <p>Must not be known by any other room, and holds no logic of keys.
 *
 * <p>Start reading at {@code Quickstart}.
 */
package io.github.embeddedkms.cli;
