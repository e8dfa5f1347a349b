/**
 * Programs over the library, for a shell: the executable jar with its commands, which are {@code
 * serve}, every operation of the service as the AWS CLI has it, commands that seal and open files,
 * and commands that maintain a key store; and the quickstart.
 *
 * <p>Must not be known by any other room, and holds no logic of keys.
 *
 * <p>Start reading at {@code Main}.
 */
package io.github.embeddedkms.cli;
