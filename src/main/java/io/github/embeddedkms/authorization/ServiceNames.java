package io.github.embeddedkms.authorization;

import java.util.regex.Pattern;

/** The names of services as principals. */
final class ServiceNames {

  // A label is possessive, so that the time is in proportion to the length.
  private static final Pattern SERVICE =
      Pattern.compile("(?:[a-z0-9-]++\\.)+amazonaws\\.com(?:\\.cn)?");

  private static final int MAX_LENGTH = 255;

  private ServiceNames() {}

  /** Returns whether a string has the form of a service's name. */
  static boolean isService(String name) {
    return name.length() <= MAX_LENGTH && SERVICE.matcher(name).matches();
  }
}
