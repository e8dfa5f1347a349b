/**
 * Programs that tests of the store run in other processes, how tests start and kill processes, and
 * how the changes that a process reports are compared with the contents of its store. They use only
 * the public API.
 */
package io.github.embeddedkms.store.process;
