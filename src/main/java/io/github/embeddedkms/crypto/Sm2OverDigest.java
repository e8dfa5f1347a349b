package io.github.embeddedkms.crypto;

import java.math.BigInteger;
import org.bouncycastle.crypto.signers.SM2Signer;

/**
 * SM2 over a digest that the caller has computed: SM3 of {@code Z} and the message, where {@code Z}
 * is a hash of the signer's id, the curve and the public key.
 */
final class Sm2OverDigest extends SM2Signer {

  private final byte[] digest;

  Sm2OverDigest(byte[] digest) {
    this.digest = digest;
  }

  @Override
  protected BigInteger calculateE(BigInteger order, byte[] ignored) {
    return super.calculateE(order, digest);
  }
}
