/**
 * Encrypts data under data keys of any {@link io.github.embeddedkms.KmsClient}, with a message
 * format of this library. Version 1 is specified first; version 2, for recipients that are sealed
 * to public keys without the service, differs from it in the recipients only.
 *
 * <pre>
 * message    = prefix body
 * prefix     = magic suite recipients               ; alone, it is a prepared container
 * magic      = 45 4B 4D 01                          ; "EKM", version 1
 * suite      = 1 byte, 01 AES-256-GCM, data key of 32 bytes | 02 SM4-GCM, reserved
 * recipients = u8 number (1..16), then for each: u16 length (1..2048), key ARN in printable ASCII;
 *              u16 length (1..6144), the CiphertextBlob of the data key
 * body       = flags salt [context] commitment segments
 * flags      = 1 byte; bit 0: the context is stored; the others 0
 * salt       = 32 random bytes, new for every message and every filling of a container
 * context    = u32 length (2..65536), the canonical encoding of the context
 * commitment = 32 bytes
 * segments   = one or more
 *
 * derived    = HKDF(ikm = data key, salt = salt, length = 76,
 *                   info = "embedded-kms/envelope/v1" suite flags canonical-context)
 * commitment = derived[0..32)    key = derived[32..64)    base = derived[64..76)
 * segment i  = AES-256-GCM(key, nonce = base XOR u96(i), no associated data,
 *                          at most 65,536 bytes of plaintext), tag of 16 bytes
 *              all segments but the last have 65,536 bytes of plaintext, the last has 0..65,535;
 *              at most 2^32 segments
 * </pre>
 *
 * <p>Juxtaposition is concatenation. Integers are big-endian, text is UTF-8, HKDF is that of RFC
 * 5869 with SHA-256. The canonical encoding of a context is {@link
 * io.github.embeddedkms.model.EncryptionContext#canonicalBytes()}. A message is longer than its
 * plaintext by 71 bytes, its recipients, its context if that is stored, and 16 bytes for each
 * segment. The test vectors in {@code envelope-v1.txt} are complete examples.
 *
 * <p>The rules that a writer and a reader MUST follow, and the attack that each rule stops:
 *
 * <ul>
 *   <li>The data key is sealed under the message's context by the service, and the context goes
 *       into the derivation of the message's keys: otherwise data that was sealed for one tenant
 *       would open as another tenant's. The message contains no digest of the context: an attacker
 *       could find a guessable context by trying.
 *   <li>A reader calls the service with the id of a trusted key, never with an id from the message:
 *       an attacker may seal a message under their own key, which everyone may use, and it would
 *       open. Messages of other keys open only for a reader that explicitly configures partition
 *       and accounts, which are compared as parts of the ARN.
 *   <li>The commitment is compared, in constant time, before a byte is decrypted: AES-GCM does not
 *       commit to its key, so one message could open to two plaintexts under two data keys, for two
 *       of its recipients.
 *   <li>A stored context must equal the reader's context: the copy alone is only a claim.
 *   <li>Lengths are checked against their bounds before memory is allocated, and no more recipients
 *       are tried than the reader allows (4 by default): otherwise a message of a few bytes could
 *       exhaust the reader's memory, or make the reader call the service endlessly.
 *   <li>A message for none of the reader's keys, a data key of another length, a wrong context and
 *       a wrong commitment all cause the same error, without a cause. An attacker who can cause
 *       messages to be opened, but cannot read them, would learn from a difference whether a stolen
 *       sealed data key belongs to a message.
 *   <li>A bad tag causes another error, <em>malformed</em>: the commitment, which is compared
 *       first, has proved the data key and the context, and a message that was damaged or truncated
 *       in transit must not make its reader search for other keys. An attacker learns nothing new
 *       from it, since the undamaged message would have opened.
 *   <li>No byte of a segment is released before its tag is verified: otherwise a reader could read
 *       an attacker's changes.
 *   <li>The number of a segment is in its nonce: no segment can be left out, duplicated or moved.
 *   <li>Only the last segment is not full, and a message that ends with a full segment is
 *       truncated: wherever a message is cut off, it never looks complete. A channel opens the last
 *       segment before it reports a size.
 *   <li>Every message has its own salt, and so its own keys, also under one data key: two segments
 *       that shared key and nonce would reveal both of their plaintexts.
 *   <li>A stream that failed or was aborted writes no last segment when it is closed: otherwise
 *       part of the data would be a complete message.
 * </ul>
 *
 * <p>The recipients are not authenticated, since they are replaced (rewrapped) without the data
 * key. An attacker who alters the recipients can keep a message from opening: removing or
 * corrupting the recovery key's recipient disables recovery, so copies of messages should be kept.
 * The attacker cannot make the message open to anything else. An added recipient for another data
 * key fails at the commitment; the ARNs are hints, and {@link
 * io.github.embeddedkms.envelope.Envelope#inspect} calls what it shows claimed. A rewrap cannot
 * know whether a recipient belongs to the body: hence {@link
 * io.github.embeddedkms.envelope.Envelope#verify} before an old key is deleted.
 *
 * <p>A recipient's blob names its key material. If bits of that name are changed, the service
 * returns {@code AccessDeniedException}, with one constant message for unknown material and for a
 * key that the reader may not use: the two cannot be distinguished. A change of any other bit of
 * the blob causes one of the errors above. If there are other recipients for the reader's keys,
 * they are tried too, and the message opens if one of them opens it.
 *
 * <p>{@link io.github.embeddedkms.envelope.Envelope#verify} tries every recipient separately: it
 * calls Decrypt at least once for each recipient that is for the reader's keys, and at most {@link
 * io.github.embeddedkms.envelope.EnvelopeBuilder#maxAttempts} times for each: 64 calls for 16
 * recipients with the default. There is one call for each recipient if the reader names its keys by
 * ARN; if it names several aliases, each of them is tried. Opening a message causes at most {@code
 * maxAttempts} calls in total.
 *
 * <p>Limits: a message has its own key and at most 2^48 bytes, well within the bounds of GCM; with
 * salts of 32 bytes, a data key can seal any number of messages. Anyone can see which messages
 * share a data key (through a cache, or a container filled twice). Neither lengths nor the keys
 * that a message is for are hidden. HKDF-SHA-256 commits to data key and context at the level of
 * 128 bits.
 *
 * <p><b>Version 2</b>: messages of which at least one recipient is not online. A message for online
 * recipients only is always of version 1. Body, derivation and labels are those of version 1.
 *
 * <pre>
 * message    = 45 4B 4D 02 suite recipients body    ; never a container: a prefix alone is truncated
 * recipients = u8 number (1..16), then for each: kind; u16 length (1..2048), key ARN in printable
 *              ASCII; u16 length (1..6144), sealed
 * kind       = 1 byte     sealed
 *   0  online             the CiphertextBlob of the data key, as in version 1
 *   1  ML-KEM-768         fp ct(1088) wrapped
 *   2  ML-KEM-1024        fp ct(1568) wrapped
 *   3  ML-KEM-768, P-256  fp ct(1088) u16 length (1..2048), second key ARN; fp2 point(65) wrapped
 *   4  ML-KEM-1024, P-384 fp ct(1568) u16 length (1..2048), second key ARN; fp2 point(97) wrapped
 *   5  RSA-3072           fp ct(384) wrapped
 *   6  RSA-4096           fp ct(512) wrapped
 * fp, fp2    = SHA-256 of the public key (SubjectPublicKeyInfo, DER), 32 bytes each
 * point      = 04 x y, a public key on the curve that the writer uses once
 *
 * secret     = the shared secret of ML-KEM, 32 bytes                            kinds 1, 2
 *            | the same, then the x coordinate of ECDH, 32 or 48 bytes          kinds 3, 4
 *            | 32 random bytes, which ct encrypts: RSAES-OAEP with SHA-256,
 *              MGF1 with SHA-256, no label                                      kinds 5, 6
 * head       = the recipient from its kind to the byte before wrapped
 * key        = HKDF(ikm = secret, salt = 32 zero bytes, length = 32,
 *                   info = "embedded-kms/offline-recipient/v1" suite head canonical-context)
 * wrapped    = AES-256-GCM(key, nonce = 12 zero bytes, no associated data, data key), 48 bytes
 * </pre>
 *
 * <p>A recipient of another kind is skipped by its lengths: every kind is one more way to the same
 * data key. The worked messages in {@code offline-recipients.json} are complete examples. The
 * further rules of version 2:
 *
 * <ul>
 *   <li>A writer seals to key ARNs, each named once: an alias can move to another key. A public key
 *       is accepted in one encoding only, byte for byte, of a spec in the table, with all
 *       coefficients of ML-KEM reduced and the point on its curve: an attacker could otherwise
 *       submit a key that JVMs treat differently, and the fingerprint would not name it.
 *   <li>Data key, shared secrets, the single-use key of the curve and the padding of RSA come from
 *       the operating system, and are new for each data key: the nonce is constant.
 *   <li>A writer does not combine RSA with ML-KEM: the weakest recipient decides, and the message
 *       would look post-quantum. It refuses ML-KEM for China Regions, which cannot open it, and a
 *       canonical context of more than 65,536 bytes.
 *   <li>A reader opens an offline recipient only with a key or a pair of keys that it configured
 *       for that; keys for online recipients and configured accounts never match one, nor a single
 *       key a pair: anyone with the public key can create such a message.
 *   <li>A reader checks, in this order, that the lengths are those of the kind, that the point is
 *       on its curve, that the ARNs match its keys, and the fingerprint if one is configured, all
 *       before a call: an invalid point would probe the private key. It calls the service with its
 *       own key ids. One recipient under one key or pair is one attempt; a pair makes two calls.
 *   <li>A wrong length of a secret, a wrong tag and a wrong commitment are the one error of version
 *       1. Decapsulation never fails, so only the tag shows a wrong secret. If no recipient opened
 *       the message and some are of unknown kinds, the error says so.
 *   <li>The whole head is in the derivation: a recipient with another kind, ARN, fingerprint,
 *       ciphertext or point derives another key. With both ciphertexts and both fingerprints in it,
 *       a pair is as strong as the stronger of its algorithms, and no secret of a pair opens a
 *       single recipient.
 *   <li>GCM does not commit to its key, so one recipient can be built to open to two data keys in
 *       two contexts. The commitment of the body then refuses one of them: no message opens to two
 *       plaintexts.
 *   <li>A rewrap never creates an online recipient from an offline one. The author of an offline
 *       message knows its data key, and with the service's ciphertext of it could write other
 *       messages in the name of the online key. Offline recipients may be kept, unchecked. For the
 *       same reason there are no offline containers.
 *   <li>An opening cache contains an offline recipient's data key under the digest of the whole
 *       recipient, after its tag was verified; a failure is never cached.
 * </ul>
 *
 * <p>Version 2 loses two promises. The opening of a message proves nothing about its origin, since
 * public keys are public; who needs an origin signs inside the plaintext, over recipient, context
 * and data. And the service does not see the context: conditions of policies and grants on it do
 * not apply, and a principal who may use the key opens messages of every context. Wholeness, one
 * plaintext for all readers and the binding to exactly the given context hold as in version 1.
 *
 * <p>This room must not know how a {@code KmsClient} does its work: it may be local, remote or a
 * stub. Start reading at {@link io.github.embeddedkms.envelope.Envelope}.
 */
package io.github.embeddedkms.envelope;
