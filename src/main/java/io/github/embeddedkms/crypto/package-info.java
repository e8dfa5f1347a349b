/**
 * Algorithms over key material: derives what a material is known by and seals with, and seals and
 * opens bytes.
 *
 * <p>Must not know ARNs, key states, requests or the layout of a blob. No primitive here is ours:
 * AES is the JDK's, of which XAES-256-GCM is composed; HKDF is Tink's; SM4, its modes and Argon2id
 * are Bouncy Castle's.
 *
 * <p>Start reading at {@link io.github.embeddedkms.crypto.Material}.
 */
package io.github.embeddedkms.crypto;
