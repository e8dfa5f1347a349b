/**
 * The commands for messages, {@code seal}, {@code open}, {@code rewrap}, {@code verify-message} and
 * {@code inspect}, and what they share: files to read and to write, progress, and the options that
 * name keys and the encryption context.
 *
 * <p>Must not know the dialect of the AWS CLI; a message is handled by the room {@code envelope}.
 *
 * <p>Start reading at {@code SealCommand}.
 */
package io.github.embeddedkms.cli.messages;
