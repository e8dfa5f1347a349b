package io.github.embeddedkms.local;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Prints recorded access for people. */
final class AccessReport {

  /** The service's quota for key policies, in bytes. */
  private static final int MAX_KEY_POLICY = 32_768;

  /** The quota of IAM for a managed policy, in characters other than white space. */
  private static final int MAX_MANAGED_POLICY = 6_144;

  private final StringBuilder out = new StringBuilder();

  private AccessReport() {}

  /**
   * Prints policies.
   *
   * @param omitted how many permissions are missing in them
   */
  static String of(
      Map<String, String> keyPolicies, Map<String, String> identityPolicies, long omitted) {
    if (keyPolicies.isEmpty() && identityPolicies.isEmpty()) {
      return "No permission was recorded that a policy gives.\n";
    }
    AccessReport report = new AccessReport();
    report.header(keyPolicies.size(), identityPolicies.size(), omitted);
    keyPolicies.forEach(report::keyPolicy);
    identityPolicies.forEach(report::identityPolicy);
    return report.out.toString();
  }

  private void header(int keyPolicies, int identityPolicies, long omitted) {
    out.append("The smallest policies for the recorded calls: ")
        .append(counted(keyPolicies, "key policy", "key policies"))
        .append(", ")
        .append(counted(identityPolicies, "identity policy", "identity policies"))
        .append(".\n");
    if (omitted > 0) {
      out.append("INCOMPLETE: the recording is full, and ")
          .append(counted(omitted, "permission is", "permissions are"))
          .append(" missing.\n");
    }
    if (keyPolicies > 0) {
      out.append(
          "A key policy without kms:PutKeyPolicy can never be changed: add a statement for the"
              + " administrators of the key.\n");
    }
  }

  private static String counted(long count, String one, String several) {
    return count + " " + (count == 1 ? one : several);
  }

  private void keyPolicy(String key, String policy) {
    out.append("\nKey policy of ").append(key).append('\n');
    int bytes = policy.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_KEY_POLICY) {
      tooLong(bytes, "bytes", MAX_KEY_POLICY, "a key policy");
    }
    out.append(policy).append('\n');
  }

  private void identityPolicy(String principal, String policy) {
    out.append("\nIdentity policy of ").append(principal).append('\n');
    long characters = policy.chars().filter(c -> !Character.isWhitespace(c)).count();
    if (characters > MAX_MANAGED_POLICY) {
      tooLong(
          characters,
          "characters besides white space",
          MAX_MANAGED_POLICY,
          "a managed policy of IAM");
    }
    out.append(policy).append('\n');
  }

  private void tooLong(long size, String unit, int maximum, String what) {
    out.append(
        String.format(
            Locale.ROOT,
            "TOO LONG: it has %,d %s, but %s has at most %,d.\n",
            size,
            unit,
            what,
            maximum));
  }
}
