/**
 * Algorithms over key material: derives the id and the sealing key of a material, seals and opens
 * bytes, generates and encodes key pairs, signs, verifies, computes MACs, encrypts with public
 * keys, and agrees on secrets by Diffie-Hellman and key encapsulation.
 *
 * <p>Must not know ARNs, key states, requests or the layout of a blob. This library implements no
 * primitive itself. Where JDK 17 has an algorithm, the JDK's own provider is requested by name:
 * AES, on which XAES-256-GCM is built, RSA, the NIST curves, Ed25519 and HMAC. HKDF is Tink's. SM4
 * and its modes, Argon2id, secp256k1, SM2, ML-DSA, ML-KEM and RSASSA-PSS over a digest are Bouncy
 * Castle's, through its lightweight API: no provider is registered.
 *
 * <p>Timing: AES, the NIST curves, Ed25519 and HMAC take constant time; RSA is blinded; secp256k1,
 * SM2 and SM4 are neither. ML-DSA and ML-KEM are Bouncy Castle's. The classes say what that means.
 *
 * <p>Start reading at {@link io.github.embeddedkms.crypto.Material}.
 */
package io.github.embeddedkms.crypto;
