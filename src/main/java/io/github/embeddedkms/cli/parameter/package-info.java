/**
 * How parameters are written on a command line: maps in the AWS CLI's shorthand or in JSON, and
 * values in files. Knows neither operations nor messages.
 *
 * <p>Start reading at {@code PairsParameter}.
 */
package io.github.embeddedkms.cli.parameter;
