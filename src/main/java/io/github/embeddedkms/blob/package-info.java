/**
 * The versioned ciphertext blob, version 1: the output of Encrypt and the GenerateDataKey
 * operations, and the input of Decrypt. The format is specified below.
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
 * <p>Juxtaposition is concatenation. Integers are big-endian, strings are UTF-8, HKDF is that of
 * RFC 5869 with SHA-256, and the key id is the KeyId of KeyMetadata in ASCII, not the ARN. The
 * context is {@link io.github.embeddedkms.model.EncryptionContext#canonicalBytes()}. Suite 1 is
 * C2SP XAES-256-GCM under the blob key; suite 2 is this library's own construction, modeled on it,
 * with SM4-GCM of RFC 8998. A blob is 74 bytes longer than its plaintext.
 *
 * <p>Example: the key {@code 1234abcd-12ab-34cd-56ef-1234567890ab} with the material 00 01 … 1f has
 * the material id {@code 030e63f4 … 887c0c10}, so that its blobs begin {@code 0101030e63f4}. The
 * test vectors in {@code blob-v1.txt} and {@code blob-v1-sm4.txt} are complete examples.
 *
 * <p>The rules that a writer and a reader MUST follow, and the attack that each rule stops:
 *
 * <ul>
 *   <li>The keys of the context are in ascending order of their UTF-8 bytes, each key occurs once,
 *       and each string follows its length: otherwise {@code {ab: c}} and {@code {a: bc}} would be
 *       the same context.
 *   <li>UTF-8 is strict, and an unpaired surrogate is refused: a lenient encoder writes {@code ?}
 *       for it, and a blob bound to one string would open for another.
 *   <li>Version, suite and material id are authenticated: otherwise a blob could be passed off as a
 *       blob of another version, or be relabeled with another material.
 *   <li>The material is the input keying material of HKDF (the message of its first HMAC, whose key
 *       is a label), and seals only through the blob key. Therefore the material id is not a MAC
 *       that could be requested from an HMAC key of the same bytes, it commits to material of any
 *       length, and imported bytes that are also used elsewhere as an AES or CMAC key do not
 *       conflict with their use here.
 *   <li>The suite is compared with the suite of the key's material, and the blob never chooses it:
 *       a blob must not be able to select a weaker algorithm for a key.
 *   <li>The material id is computed from the material whenever material is loaded, never taken from
 *       storage: GCM alone does not commit to its key, but the id does, so no blob opens to two
 *       plaintexts under two keys.
 *   <li>A reader looks a material up by account, Region and material id together: equal material in
 *       two accounts must not let one open the blobs of the other.
 *   <li>Length, version and suite are checked before any cryptography, and every fault (length,
 *       version, suite, tag, context) causes the same error, without message or cause: differences
 *       are an oracle. Only an unknown material id causes a different error, and the id is public.
 *   <li>The tag always has 128 bits: a short tag can be forged by trying.
 *   <li>A new salt and nonce are drawn for every blob: two blobs that share both reveal the XOR of
 *       their plaintexts and the key for forging further blobs.
 * </ul>
 *
 * <p>The blob does not commit to its context against an attacker who knows the material: that
 * attacker can create a blob that opens under two contexts, but can create any blob anyway, so the
 * format has no countermeasure. A blob is bound neither to an account nor to a Region: replicas and
 * moved keys must open each other's blobs. It is bound to the key id through the material id.
 *
 * <p>This room must not know keys or ciphers: it only writes and reads bytes. Start reading at
 * {@link io.github.embeddedkms.blob.CiphertextBlob}.
 */
package io.github.embeddedkms.blob;
