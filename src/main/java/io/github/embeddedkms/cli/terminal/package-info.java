/**
 * What the person at the terminal sees: standard output and standard error, and failures with their
 * exit codes; and which files a result must not replace.
 *
 * <p>Must not know the service, a key store, or any command.
 *
 * <p>Start reading at {@code TerminalWriter} and {@code FailureReport}.
 */
package io.github.embeddedkms.cli.terminal;
