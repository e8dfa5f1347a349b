package io.github.embeddedkms.model;

import java.util.Optional;

/**
 * An Amazon Resource Name: which resource of which service, and in whose account.
 *
 * <p>The parts are taken as they are written, without looking at what they mean: a Region or an
 * account can be empty, as in the ARN of a user ({@code arn:aws:iam::111122223333:user/alice}).
 *
 * <p>Immutable.
 *
 * @param partition the part of the cloud, {@code aws} for example
 * @param service the service, {@code kms} for example
 * @param region the Region; empty for a service without Regions
 * @param account the account that owns the resource, twelve digits; empty for a resource that
 *     belongs to no account
 * @param resource what is named, {@code key/} and a key id for example; it may contain colons
 */
public record Arn(
    String partition, String service, String region, String account, String resource) {

  private static final String PREFIX = "arn:";

  /**
   * Checks that the parts can be told apart in the text.
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
   * Reads an ARN.
   *
   * @param text any text
   * @return its parts; empty if it does not consist of {@code arn:} and five parts separated by
   *     colons
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
   * Whether a text is meant as an ARN: it begins with {@code arn:}.
   *
   * @param text any text
   * @return true if so; {@link #parse} may find nothing all the same
   */
  public static boolean hasPrefix(String text) {
    return text.startsWith(PREFIX);
  }

  /** The ARN as it is written everywhere. */
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
