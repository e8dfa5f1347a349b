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
 * </pre>
 *
 * <p>Integers are big-endian, text is UTF-8. How the material id and the blob key are derived is
 * said at {@code crypto.KeyMaterial}; the context is {@link
 * io.github.embeddedkms.model.EncryptionContext#canonicalBytes()}. A blob is 74 bytes longer than
 * its plaintext. Example: under the key {@code 1234abcd-12ab-34cd-56ef-1234567890ab} with the
 * material 00 01 … 1f, the blob of {@code hello} begins {@code 0101030e63f4cfda491cbdcf}.
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
