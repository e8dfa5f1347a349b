/**
 * AWS Signature Version 4: signs requests, and verifies the signatures of requests that a server
 * receives. The service's name is a parameter.
 *
 * <p>Must not know any operation, nor which error a service returns for a signature that does not
 * verify. Covers requests to the path {@code /} without a query, which is all that the services of
 * the AWS JSON protocols use.
 *
 * <p>Start reading at {@link io.github.embeddedkms.signature.SignatureVersion4}.
 */
package io.github.embeddedkms.signature;
