/**
 * Programs over the library, for a shell: the executable jar with its commands, so far {@code
 * serve}, and the quickstart.
 *
 * <p>Must not be known by any other room, and holds no logic of keys.
 *
 * <p>Start reading at {@code Main}.
 */
package io.github.embeddedkms.cli;
