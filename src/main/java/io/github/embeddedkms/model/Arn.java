package io.github.embeddedkms.model;

import java.util.Optional;

/**
 * An Amazon Resource Name, which identifies a resource of a service in an account.
 *
 * <p>The parts are not interpreted: for example, a Region or an account can be empty, as in the ARN
 * of a user ({@code arn:aws:iam::111122223333:user/alice}).
 *
 * <p>Immutable.
 *
 * @param partition the partition, for example {@code aws}
 * @param service the service, for example {@code kms}
 * @param region the Region; empty for a service without Regions
 * @param account the account that owns the resource, twelve digits; empty for a resource that
 *     belongs to no account
 * @param resource the resource, for example {@code key/} and a key id; may contain colons
 */
public record Arn(
    String partition, String service, String region, String account, String resource) {

  private static final String PREFIX = "arn:";

  /**
   * Checks that the parts can be separated again in the string.
   *
   * @throws IllegalArgumentException if a part other than the resource contains a colon
   */
  public Arn {
    requireNoColon(partition);
    requireNoColon(service);
    requireNoColon(region);
    requireNoColon(account);
  }

  /**
   * Parses an ARN.
   *
   * @param text any string
   * @return its parts; empty if the string does not consist of {@code arn:} and five parts
   *     separated by colons
   */
  public static Optional<Arn> parse(String text) {
    if (!hasPrefix(text)) {
      return Optional.empty();
    }
    String[] parts = new String[4];
    int begin = PREFIX.length();
    for (int i = 0; i < parts.length; i++) {
      int end = text.indexOf(':', begin);
      if (end < 0) {
        return Optional.empty();
      }
      parts[i] = text.substring(begin, end);
      begin = end + 1;
    }
    return Optional.of(new Arn(parts[0], parts[1], parts[2], parts[3], text.substring(begin)));
  }

  /**
   * Returns whether a string is meant to be an ARN, because it begins with {@code arn:}.
   *
   * @param text any string
   * @return true if it begins so; {@link #parse} can still return empty
   */
  public static boolean hasPrefix(String text) {
    return text.startsWith(PREFIX);
  }

  /** Returns the ARN in its usual form. */
  @Override
  public String toString() {
    return PREFIX + partition + ":" + service + ":" + region + ":" + account + ":" + resource;
  }

  private static void requireNoColon(String part) {
    if (part.indexOf(':') >= 0) {
      throw new IllegalArgumentException("a part of an ARN contains a colon: " + part);
    }
  }
}
