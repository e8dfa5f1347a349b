package io.github.embeddedkms.junit;

import io.github.embeddedkms.Caller;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/**
 * The system properties that the AWS SDKs for Java 2 and for Kotlin read when a client is created.
 * They come before environment variables and profiles. Once clients are redirected, they are kept
 * until the JVM ends: a client that was created later than that would call AWS with the developer's
 * credentials.
 */
final class RedirectProperties {

  static final String ENDPOINT = "aws.endpointUrlKms";
  static final String REGION = "aws.region";
  static final String ACCESS_KEY_ID = "aws.accessKeyId";
  static final String SECRET_ACCESS_KEY = "aws.secretAccessKey";

  /** The endpoint checks no signatures. */
  static final String ANY_SECRET = "embedded-kms";

  /**
   * The endpoint that this library has set last. Quarkus loads this library again with each of its
   * class loaders; each copy may replace the endpoint of another copy.
   */
  private static final String SET_BY_THIS_LIBRARY = "io.github.embeddedkms.redirect";

  private RedirectProperties() {}

  /** Requires that no property has a value that redirection would have to replace. */
  static void requireFree(Caller caller) {
    requireFree(null, caller);
  }

  /** Sets the properties. */
  static void set(@Nullable URI endpoint, Caller caller) {
    requireFree(endpoint, caller);
    values(endpoint, caller).forEach(System::setProperty);
    System.setProperty(SET_BY_THIS_LIBRARY, String.valueOf(endpoint));
  }

  /**
   * Returns an action that restores the current values, for a redirection that fails. Its endpoint
   * is closed, so a client that is created later must not call it.
   */
  static Runnable restorer(Caller caller) {
    Map<String, Optional<String>> before = new LinkedHashMap<>();
    values(null, caller).keySet().forEach(name -> before.put(name, current(name)));
    before.put(SET_BY_THIS_LIBRARY, current(SET_BY_THIS_LIBRARY));
    return () -> before.forEach(RedirectProperties::restore);
  }

  private static Optional<String> current(String name) {
    return Optional.ofNullable(System.getProperty(name));
  }

  private static void restore(String name, Optional<String> value) {
    value.ifPresentOrElse(
        before -> System.setProperty(name, before), () -> System.clearProperty(name));
  }

  private static void requireFree(@Nullable URI endpoint, Caller caller) {
    List<String> others = new ArrayList<>();
    values(endpoint, caller)
        .forEach(
            (name, wanted) -> {
              String value = System.getProperty(name);
              if (value != null && !value.equals(wanted) && !isOurs(name, value)) {
                others.add(name.equals(SECRET_ACCESS_KEY) ? name : name + "=" + value);
              }
            });
    if (!others.isEmpty()) {
      throw new ExtensionConfigurationException(
          "embedded-kms: redirect = true sets system properties that already have other values: "
              + String.join(", ", others)
              + ". Remove them, or run these tests in another JVM; a Region can also be set with"
              + " @EmbeddedKms(region = …)");
    }
  }

  private static boolean isOurs(String name, String value) {
    return name.equals(ENDPOINT) && value.equals(System.getProperty(SET_BY_THIS_LIBRARY));
  }

  private static Map<String, String> values(@Nullable URI endpoint, Caller caller) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put(ENDPOINT, String.valueOf(endpoint));
    values.put(REGION, caller.region());
    // An access key id with twelve digits is the account.
    values.put(ACCESS_KEY_ID, caller.account());
    values.put(SECRET_ACCESS_KEY, ANY_SECRET);
    return values;
  }
}
