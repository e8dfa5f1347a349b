/**
 * The versioned ciphertext blob, version 1: what Encrypt and the GenerateDataKey operations return
 * and Decrypt opens. The text below is its specification.
 *
 * <pre>
 * blob        = version suite material-id nonce sealed                ; 75..6144 bytes
 * version     = 1 byte, 01
 * suite       = 1 byte, 01 XAES-256-GCM | 02 XSM4-GCM
 * material-id = 32 bytes, the KeyMaterialId of the service in binary
 * nonce       = 24 bytes: 12 of salt, 12 of GCM nonce
 * sealed      = ciphertext (1 byte or more) and 16-byte tag
 *
 * associated data = "embedded-kms/blob/v1" version suite material-id context
 * context         = u16 number of pairs, then for each pair: u32 length, key, u32 length, value
 *
 * prk         = HKDF-Extract(salt = "embedded-kms/key-material/v1", ikm = material)
 * material-id = HKDF-Expand(prk, "embedded-kms/key-material-id/v1" key-id, 32)
 * blob-key    = HKDF-Expand(prk, "embedded-kms/blob-key/v1" suite material-id, n)
 *
 * suite 1     : material and n of 32 bytes
 * K           = CMAC-AES-256(blob-key, 00 01 58 00 salt) CMAC-AES-256(blob-key, 00 02 58 00 salt)
 * sealed      = AES-256-GCM(K, GCM nonce, associated data, plaintext)
 * suite 2     : material and n of 16 bytes
 * K           = CMAC-SM4(blob-key, 00 01 58 00 salt)
 * sealed      = SM4-GCM(K, GCM nonce, associated data, plaintext)
 * </pre>
 *
 * <p>What stands side by side is concatenated. Integers are big-endian, text is UTF-8, HKDF is that
 * of RFC 5869 with SHA-256, and the key id is that of KeyMetadata in ASCII, not the ARN. The
 * context is {@link io.github.embeddedkms.model.EncryptionContext#canonicalBytes()}. Suite 1 is
 * C2SP XAES-256-GCM under the blob key; suite 2 is of this library's own making after its model,
 * with SM4-GCM of RFC 8998. A blob is 74 bytes longer than its plaintext.
 *
 * <p>Example: the key {@code 1234abcd-12ab-34cd-56ef-1234567890ab} with the material 00 01 … 1f has
 * the material id {@code 030e63f4 … 887c0c10}, so that its blobs begin {@code 0101030e63f4}. Whole
 * examples are the test vectors {@code blob-v1.txt} and {@code blob-v1-sm4.txt}.
 *
 * <p>What a writer and a reader MUST do, and the attack that each rule stops:
 *
 * <ul>
 *   <li>Keys of the context stand in ascending order of their UTF-8 bytes, each once, each string
 *       after its length: otherwise {@code {ab: c}} and {@code {a: bc}} would be one context.
 *   <li>UTF-8 is strict, an unpaired surrogate is refused: a lenient encoder writes {@code ?} for
 *       it, and a blob bound to one text would open for another.
 *   <li>Version, suite and material id are authenticated: otherwise a blob could be passed off as
 *       one of another version, or be re-labelled with another material.
 *   <li>The material enters HKDF in the place of the message, under a label, and seals only through
 *       the blob key: so the material id is no MAC that an HMAC key of the same bytes could be
 *       asked for, it commits to the material whatever its length, and imported bytes that somebody
 *       also uses as an AES or CMAC key elsewhere never meet ours.
 *   <li>The suite is compared with that of the key's material and never chosen by the blob: a blob
 *       must not be able to pick a weaker algorithm for a key.
 *   <li>The material id is computed from the material whenever material is loaded, never taken from
 *       storage: GCM alone does not commit to its key, the id does, and so no blob opens to two
 *       texts under two keys.
 *   <li>A reader looks a material up by account, Region and material id together: equal material in
 *       two accounts must not let one open the blobs of the other.
 *   <li>Length, version and suite are checked before any cryptography, and whatever is wrong
 *       (length, version, suite, tag, context) is refused with one and the same answer without text
 *       or cause: differences are an oracle. Only an unknown material id differs, and it is public.
 *   <li>The tag has 128 bits, always: a short tag is forged by trying.
 *   <li>Salt and nonce are drawn anew for every blob: two blobs that share both give away the
 *       exclusive or of their plaintexts and the key to forge more.
 * </ul>
 *
 * <p>The blob does not commit to its context against somebody who knows the material: he can make a
 * blob that opens under two contexts, but then he can make any blob. Nothing is added against that.
 * Neither account nor Region is bound: replicas and moved keys must open each other's blobs, and
 * the key id is bound through the material id.
 *
 * <p>This room must not know keys or ciphers; it writes and reads bytes. Start reading at {@link
 * io.github.embeddedkms.blob.CiphertextBlob}.
 */
package io.github.embeddedkms.blob;
