/**
 * The programs for a shell: the executable jar with its commands, and the quickstart. This package
 * has the program itself and {@code serve}. The packages in it have everything else: {@code aws}
 * (operations as the AWS CLI has them), {@code messages}, {@code store}, {@code client} and {@code
 * terminal}.
 *
 * <p>No other room may import this one. It has no logic of keys.
 *
 * <p>Start reading at {@code Main}.
 */
package io.github.embeddedkms.cli;
