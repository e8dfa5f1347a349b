/**
 * The dialect of the AWS CLI: every operation of the service as a command, with its parameters as
 * options, JSON, shorthand or files, its skeletons, its pages, and responses as the AWS CLI shows
 * them.
 *
 * <p>Must not know the commands for messages. Adding an operation takes no change here.
 *
 * <p>Start reading at {@code OperationCommand}.
 */
package io.github.embeddedkms.cli.aws;
