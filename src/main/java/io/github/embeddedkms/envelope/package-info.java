/**
 * Encrypts data under data keys of any {@link io.github.embeddedkms.KmsClient}, with a message
 * format of this library, version 1. The text below is its specification.
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
 * segment. Whole examples are the test vectors {@code envelope-v1.txt}.
 *
 * <p>What a writer and a reader MUST do, and the attack that each rule stops:
 *
 * <ul>
 *   <li>The data key is sealed under the message's context by the service, and the context goes
 *       into the derivation of the message's keys: otherwise what was sealed for one tenant would
 *       open as another's. No digest of the context is in the message: a context that can be
 *       guessed would be found by trying.
 *   <li>A reader calls the service with the id of a trusted key, never with an id from the message:
 *       an attacker may seal a message under their own key, which everyone may use, and it would
 *       open. Messages of other keys open only to a reader that asks for that explicitly, with
 *       partition and accounts, which are compared as parts of the ARN.
 *   <li>The commitment is compared, in constant time, before a byte is decrypted: AES-GCM does not
 *       commit to its key, and one message could open to two texts under two data keys, for two of
 *       its recipients.
 *   <li>A stored context must equal the one that the reader gives: the copy alone is a claim.
 *   <li>Lengths are compared with their bounds before memory is taken, and at most as many
 *       recipients are tried as the reader allows (4 by default): otherwise a message of a few
 *       bytes could take the reader's memory, or have the reader call the service without end.
 *   <li>Sealed for none of the reader's keys, a data key of another length, a wrong context, a
 *       wrong commitment: all of these are one error without cause. An attacker who can cause
 *       messages to be opened, but cannot read them, would learn from a difference whether a stolen
 *       sealed data key belongs to a message.
 *   <li>A bad tag is another error, <em>malformed</em>: the commitment, which is compared before,
 *       has proved data key and context, and a message that was damaged or cut off on its way must
 *       not send its reader looking for other keys. It tells an attacker nothing new, since the
 *       undamaged message would have opened.
 *   <li>No byte of a segment is given out before its tag is verified: an attacker's changes could
 *       otherwise be read.
 *   <li>The number of a segment is in its nonce: none can be left out, doubled or moved.
 *   <li>The last segment is the short one, and a message that ends with a full one is truncated:
 *       cut off anywhere, a message never looks whole. A channel opens the last segment first,
 *       before it tells a size.
 *   <li>Every message has its own salt, and so its own keys, also under one data key: two segments
 *       that shared key and nonce would give both of their plaintexts away.
 *   <li>A stream that failed, or was given up, writes no last segment when it is closed: half of
 *       the data would be a whole message.
 * </ul>
 *
 * <p>The recipients are not authenticated, since they are replaced (rewrapped) without the data
 * key. An attacker who alters the recipients can keep a message from opening: removing or
 * corrupting the recovery key's recipient disables recovery, so copies of messages should be kept.
 * The attacker cannot make it open to anything else. An added recipient for another data key fails
 * at the commitment; the ARNs are hints, and what {@link
 * io.github.embeddedkms.envelope.Envelope#inspect} shows is called claimed. A rewrap cannot know
 * whether a recipient belongs to the body: hence {@link
 * io.github.embeddedkms.envelope.Envelope#verify} before an old key is deleted.
 *
 * <p>A recipient's blob names its key material. If bits of that name are changed, the service
 * returns {@code AccessDeniedException}, with one constant message for unknown material and for a
 * key that the reader may not use: the two cannot be distinguished. Changes of any other bit of the
 * blob are one of the errors above. If other recipients of the reader's keys are left, they are
 * tried, and a message that opens by one of them opens.
 *
 * <p>{@link io.github.embeddedkms.envelope.Envelope#verify} tries every recipient by itself and so
 * calls Decrypt at least once for each recipient that is for the reader's keys, and at most {@link
 * io.github.embeddedkms.envelope.EnvelopeBuilder#maxAttempts} times for each: 64 calls for 16
 * recipients with the default. There is one call for each if the reader names its keys by ARN; if
 * it names several aliases, each of them is tried. Opening a message makes at most {@code
 * maxAttempts} calls in all.
 *
 * <p>Limits: a message has its own key and at most 2^48 bytes, far inside the bounds of GCM; salts
 * of 32 bytes let a data key seal any number of messages. Messages of one data key (a cache, a
 * container filled twice) can be seen to belong together. Lengths are not hidden, nor is which keys
 * a message is for. HKDF-SHA-256 commits to data key and context at the level of 128 bits.
 *
 * <p>This room must not know how a {@code KmsClient} does its work: it may be local, remote or a
 * stub. Start reading at {@link io.github.embeddedkms.envelope.Envelope}.
 */
package io.github.embeddedkms.envelope;
