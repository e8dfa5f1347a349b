package io.github.embeddedkms.local;

import io.github.embeddedkms.local.AccessRecording.Omitted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

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
   * @param omitted what is missing in them
   */
  static String of(
      Map<String, String> keyPolicies, Map<String, String> identityPolicies, Omitted omitted) {
    AccessReport report = new AccessReport();
    report.header(keyPolicies.size(), identityPolicies.size());
    general(omitted).forEach(warning -> report.out.append(warning).append('\n'));
    if (!keyPolicies.isEmpty()) {
      report.out.append(
          "A key policy without kms:PutKeyPolicy can never be changed: add a statement for the"
              + " administrators of the key.\n");
    }
    keyPolicies.forEach(report::keyPolicy);
    identityPolicies.forEach(report::identityPolicy);
    return report.out.toString();
  }

  private void header(int keyPolicies, int identityPolicies) {
    if (keyPolicies == 0 && identityPolicies == 0) {
      out.append("No permission was recorded that a policy gives.\n");
      return;
    }
    out.append("The smallest policies for the recorded calls: ")
        .append(counted(keyPolicies, "key policy", "key policies"))
        .append(", ")
        .append(counted(identityPolicies, "identity policy", "identity policies"))
        .append(".\n");
  }

  private static String counted(long count, String one, String several) {
    return count + " " + (count == 1 ? one : several);
  }

  /** Returns the warnings of a report, each with the policy that it is about. */
  static List<String> warnings(
      Map<String, String> keyPolicies, Map<String, String> identityPolicies, Omitted omitted) {
    List<String> warnings = new ArrayList<>(general(omitted));
    keyPolicies.forEach(
        (key, policy) ->
            tooLongKeyPolicy(policy)
                .ifPresent(warning -> warnings.add("Key policy of " + key + ": " + warning)));
    identityPolicies.forEach(
        (principal, policy) ->
            tooLongIdentityPolicy(policy)
                .ifPresent(
                    warning -> warnings.add("Identity policy of " + principal + ": " + warning)));
    return List.copyOf(warnings);
  }

  /** Returns the warnings that are not about one policy. */
  private static List<String> general(Omitted omitted) {
    List<String> warnings = new ArrayList<>();
    if (omitted.unrecorded() > 0) {
      warnings.add(
          "INCOMPLETE: the recording is full, and "
              + counted(omitted.unrecorded(), "use was", "uses were")
              + " not recorded.");
    }
    if (omitted.undetermined() > 0) {
      warnings.add(
          "INCOMPLETE: the permissions of "
              + counted(omitted.undetermined(), "call", "calls")
              + " could not be determined.");
    }
    if (omitted.ofRootUsers() > 0) {
      warnings.add(
          "ROOT USER: "
              + counted(omitted.ofRootUsers(), "use by a root user", "uses by root users")
              + " needed no policy; root users need no identity policy, so let a role make the"
              + " calls to get one.");
    }
    return warnings;
  }

  private void keyPolicy(String key, String policy) {
    out.append("\nKey policy of ").append(key).append('\n');
    tooLongKeyPolicy(policy).ifPresent(warning -> out.append(warning).append('\n'));
    out.append(policy).append('\n');
  }

  private static Optional<String> tooLongKeyPolicy(String policy) {
    int bytes = policy.getBytes(StandardCharsets.UTF_8).length;
    return tooLong(bytes, "bytes", MAX_KEY_POLICY, "a key policy");
  }

  private void identityPolicy(String principal, String policy) {
    out.append("\nIdentity policy of ").append(principal).append('\n');
    tooLongIdentityPolicy(policy).ifPresent(warning -> out.append(warning).append('\n'));
    out.append(policy).append('\n');
  }

  private static Optional<String> tooLongIdentityPolicy(String policy) {
    long characters = policy.chars().filter(c -> !Character.isWhitespace(c)).count();
    return tooLong(
        characters,
        "characters besides white space",
        MAX_MANAGED_POLICY,
        "a managed policy of IAM");
  }

  private static Optional<String> tooLong(long size, String unit, int maximum, String what) {
    return size <= maximum
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "TOO LONG: it has %,d %s, but %s has at most %,d.",
                size,
                unit,
                what,
                maximum));
  }
}
