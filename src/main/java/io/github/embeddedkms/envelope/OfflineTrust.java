package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key, or a pair of keys, whose offline recipients a reader opens.
 *
 * @param keyId the key of ML-KEM or RSA: key id, key ARN, alias name or alias ARN
 * @param curveKeyId the key of the curve; null if it is not a pair
 * @param fingerprints the expected fingerprints of the public keys; empty for any
 */
record OfflineTrust(String keyId, @Nullable String curveKeyId, List<Bytes> fingerprints) {

  OfflineTrust {
    fingerprints = List.copyOf(fingerprints);
  }

  boolean hasAlias() {
    return KeyArn.isAlias(keyId) || (curveKeyId != null && KeyArn.isAlias(curveKeyId));
  }

  /** Returns whether a recipient names these keys. An alias may be any key. */
  boolean matches(OfflineRecord record) {
    OfflineRecord.Curve curve = record.curve();
    if (curve == null || curveKeyId == null) {
      return curve == null && curveKeyId == null && matches(record.keyArn(), keyId);
    }
    return matches(record.keyArn(), keyId) && matches(curve.keyArn(), curveKeyId);
  }

  private static boolean matches(String hint, String configured) {
    return KeyArn.isAlias(configured) || TrustedKeys.isFor(hint, configured);
  }

  /** Returns whether a recipient was sealed to the expected public keys. */
  boolean pins(OfflineRecord record) {
    if (fingerprints.isEmpty()) {
      return true;
    }
    OfflineRecord.Curve curve = record.curve();
    return fingerprints.equals(
        curve == null
            ? List.of(record.fingerprint())
            : List.of(record.fingerprint(), curve.fingerprint()));
  }
}
