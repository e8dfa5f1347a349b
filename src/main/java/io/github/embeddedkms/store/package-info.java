/**
 * Stores keys, aliases and grants: immutable entries behind one small interface, and one kind of
 * change that is applied completely or not at all; in memory, or sealed in a database.
 *
 * <p>Must not depend on requests, service errors, or the reason for a change.
 *
 * <p>Start reading at {@link io.github.embeddedkms.store.KeyStorage}, {@link
 * io.github.embeddedkms.store.Change} and {@link io.github.embeddedkms.store.SealedKeyStorage}.
 *
 * <h2>The sealed store, format 1</h2>
 *
 * <p>All integers are big-endian, str(x) is a u32 length followed by strict UTF-8, || is
 * concatenation, and S is the store key of an epoch, 32 random bytes.
 *
 * <pre>
 * K_x      = HKDF-Expand(S, "embedded-kms/store/" || x || "/v1", 32)      for x = material, row, set, token
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
 * <p>{@code K_token} seals nothing in the store: it is lent to seal values that any node opens
 * again, such as the import tokens of {@code local}.
 *
 * <p>Each sealed value consists of a 24-byte nonce, the ciphertext and a 16-byte tag. Row kinds: 1
 * key, 2 alias, 3 tombstone, 4 grant, 6 last use; 5 is reserved. A grant has the key's id followed
 * by a slash and its own id; the last use of a key has the key's id followed by {@code /last-use}:
 * a reader that does not know a kind refuses everything under the id of such a row, which must not
 * be the key. With {@code /last-use} alone, the row says since when uses are recorded. Root key
 * kinds: 1 is 32 raw bytes; 2 is a passphrase, from which Argon2id (version 0x13) derives the root
 * key with parameters = u32 memory in KiB || u32 passes || u32 lanes || 16-byte salt; 3 is a Tink
 * {@code Aead}, which seals S itself, without a check.
 *
 * <p>{@code floor} is the sequence up to which tombstones were removed. The first version of an
 * item is {@code floor} + 1, and each change raises the version, so no version of an address is
 * used twice. {@code writer} is the lowest document version that a node must support in order to
 * write. {@code confirmed} is the latest time that the store has accepted, in milliseconds since
 * 1970-01-01T00:00Z.
 *
 * <p>A reader of a store
 *
 * <ul>
 *   <li>checks a row's MAC before parsing its document: until then, the bytes may come from an
 *       attacker;
 *   <li>recomputes the id of each material that it opens: a stored id is never trusted;
 *   <li>compares the sum over all rows with the sealed sum: a MAC alone does not reveal that an
 *       older row was put back unchanged. The sum is sealed, not just authenticated, because an
 *       attacker who sees sums in the clear can find rows whose differences cancel;
 *   <li>accepts no version, sequence or epoch lower than one it has seen before;
 *   <li>reads the whole store again if its own sequence is below {@code floor}: items removed since
 *       then have left no rows that could be found by their sequence;
 *   <li>compares {@code check} in constant time before opening S: this distinguishes a wrong root
 *       key from an altered row, and prevents an attacker from crafting one row that opens under
 *       many passphrases;
 *   <li>refuses Argon2id parameters outside 8 MiB to 1 GiB, 1 to 16 passes and 1 to 16 lanes before
 *       it allocates memory: an attacker who can write to the store must not be able to exhaust it.
 * </ul>
 *
 * <p>Sources: RFC 5869 (HKDF), RFC 9106 (Argon2), C2SP XAES-256-GCM; Clarke et al., "Incremental
 * Multiset Hash Functions", 2003.
 */
package io.github.embeddedkms.store;
