/**
 * Algorithms over key material: derives the id and the sealing key of a material, and seals and
 * opens bytes.
 *
 * <p>Must not know ARNs, key states, requests or the layout of a blob. This library implements no
 * primitive itself: AES, on which XAES-256-GCM is built, is the JDK's; HKDF is Tink's; SM4, its
 * modes and Argon2id are Bouncy Castle's.
 *
 * <p>Start reading at {@link io.github.embeddedkms.crypto.Material}.
 */
package io.github.embeddedkms.crypto;
