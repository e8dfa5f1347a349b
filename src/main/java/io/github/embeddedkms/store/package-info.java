/**
 * Where keys and aliases are kept: immutable entries behind one small interface, and one kind of
 * change that is applied whole or not at all; in memory, or sealed in a database.
 *
 * <p>Must not know requests, errors of the service, or why an entry changes.
 *
 * <p>Start reading at {@link io.github.embeddedkms.store.KeyStorage}, {@link
 * io.github.embeddedkms.store.Change} and {@link io.github.embeddedkms.store.SealedKeyStorage}.
 *
 * <h2>The sealed store, format 1</h2>
 *
 * <p>All integers are big-endian, str(x) is a u32 length and strict UTF-8, || is concatenation, S
 * is the store key of an epoch, 32 random bytes.
 *
 * <pre>
 * K_x      = HKDF-Expand(S, "embedded-kms/store/" || x || "/v1", 32)      for x = material, row, set
 * material = XAES-256-GCM(K_material, nonce, AAD, key material)
 *   AAD    = "embedded-kms/store-material/v1" || store id || u32 epoch
 *            || str(account) || str(region) || str(key id) || material id
 * mac      = HMAC-SHA-256(K_row, row)
 *   row    = "embedded-kms/store-row/v1" || store id || u32 epoch || u8 kind
 *            || str(account) || str(region) || str(id) || u64 version || u64 sequence
 *            || u32 length || document
 * tag      = XAES-256-GCM(K_set, nonce, AAD, sum)
 *   AAD    = "embedded-kms/store-head/v1" || store id || u32 schema || u32 epoch
 *            || u64 sequence || u64 count || u32 writer || u64 confirmed || u64 floor;
 *            of schema 1: without the last three
 *   sum    = the sum over all rows of HMAC-SHA-256(K_set of the row's epoch, row), modulo 2^256
 * okm      = HKDF(root key, salt = store id,
 *            info = "embedded-kms/store-root/v1" || u8 kind || u32 epoch || parameters, 64)
 * check    = okm[0..32)
 * sealed S = XAES-256-GCM(okm[32..64), nonce, AAD = "embedded-kms/store-root/v1" || store id || u32 epoch, S)
 * </pre>
 *
 * <p>Each sealed value is a nonce of 24 bytes, the ciphertext and a tag of 16. Kinds of rows: 1
 * key, 2 alias, 3 tombstone. Kinds of root keys: 1 of 32 raw bytes; 2 a passphrase, whose root key
 * is Argon2id (version 0x13) with parameters = u32 memory in KiB || u32 passes || u32 lanes ||
 * 16-byte salt; 3 a Tink {@code Aead}, which seals S itself, without check.
 *
 * <p>An item begins at the version after {@code floor}, the sequence up to which tombstones were
 * removed, and each change of it raises its version: no version of an address is used twice. {@code
 * writer} is the lowest version of the documents that a node must know to write, {@code confirmed}
 * the latest time that the store has accepted, in milliseconds of the epoch.
 *
 * <p>Whoever reads a store
 *
 * <ul>
 *   <li>checks a row's MAC before parsing its document: until then its bytes are anybody's;
 *   <li>computes the id of each material that is opened anew: a stored id is never believed;
 *   <li>compares the sum over all rows with the sealed one: a MAC alone cannot tell an older row
 *       that was put back whole. The sum is sealed, not just authenticated, because from sums in
 *       the clear rows can be found whose differences cancel;
 *   <li>takes no version, sequence or epoch lower than one seen before;
 *   <li>reads the whole store again if its own sequence is below {@code floor}: what was removed
 *       since has left nothing to be found by its sequence;
 *   <li>compares {@code check} in constant time before opening S: it tells a wrong root key from an
 *       altered row, and keeps one row from opening under many passphrases;
 *   <li>refuses parameters of Argon2id outside 8 MiB to 1 GiB, 1 to 16 passes and lanes before it
 *       allocates: a store that others can write must not fill the memory.
 * </ul>
 *
 * <p>Sources: RFC 5869 (HKDF), RFC 9106 (Argon2), C2SP XAES-256-GCM; Clarke et al., "Incremental
 * Multiset Hash Functions", 2003.
 */
package io.github.embeddedkms.store;
