/**
 * The service over HTTP on loopback, for every language that has a client for AWS KMS, on an
 * HTTP/1.1 server of its own.
 *
 * <p>Must not know any operation, nor the meaning of a body: this package decides which requests
 * are admitted and how large they may be, and the {@code wire} room processes them.
 *
 * <p>Start reading at {@link io.github.embeddedkms.endpoint.KmsEndpoint}, and for the server at
 * {@link io.github.embeddedkms.endpoint.Connection}.
 *
 * <h2>Why its own server</h2>
 *
 * A KMS endpoint needs little of HTTP: two paths, bodies of known length or in chunks, persistent
 * connections. It needs that little exactly. No server that runs on JDK 17 and adds nothing to the
 * class path does all of it (examined in November 2026):
 *
 * <ul>
 *   <li>The JDK's {@code HttpServer} writes {@code Content-length} and {@code X-amzn-requestid},
 *       which libmongocrypt does not recognize; closes the connection on chunk extensions and
 *       trailers; refuses with HTML; accepts heads of 100 KB; and has its time limits and its limit
 *       of connections as properties of the whole JVM.
 *   <li>robaho's {@code httpserver} needs JDK 21, spells headers as the JDK does, and replaces the
 *       JDK's server for the whole class path. FusionAuth's {@code java-http} and Helidon need JDK
 *       21 as well.
 *   <li>microhttp has no TLS, sends a body after HEAD, and limits neither time nor heads.
 *   <li>Undertow does nearly all, with 15 jars of 3.7 MB that clash with the versions of
 *       applications; Jetty and Netty are as heavy. NanoHTTPD had its last release in 2016.
 * </ul>
 *
 * <p>Blocking sockets keep this server small: one platform thread for each connection, TLS by
 * {@code SSLSocket}. With virtual threads, on JDK 25 with 2 processors and a heap of 128 MiB, 8
 * clients that sent requests of 1 MiB delayed all others by 10 to 34 seconds on a busy machine, and
 * with platform threads by less than half a second (November 2026). The reader of requests is
 * strict and small enough to be fuzzed as a whole ({@code RequestHeadReader}, {@code RequestBody}).
 *
 * <h2>How long a response can be</h2>
 *
 * A response has at most 8 times the bytes of the request, plus 64 KiB. Only pages of listings can
 * be longer, because the service allows it: up to 170 KB for a request of a few bytes. Every
 * response of more than 32 KiB needs a part of the memory for messages, so clients that do not read
 * their responses cannot exhaust the heap.
 */
package io.github.embeddedkms.endpoint;
