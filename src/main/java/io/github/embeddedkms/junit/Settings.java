package io.github.embeddedkms.junit;

import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.seed.SeedFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * The settings of a provider, from an annotation or from the extension's builder.
 *
 * @param region its Region
 * @param account its account
 * @param seed its keys, if they are set as an object
 * @param seedResource the class path resource with its keys; empty if there is none
 * @param aliases the aliases to create before the tests
 * @param identities the identities of its callers, if they are set as an object
 * @param identitiesClass the class of the identities; {@link Identities} itself if there is none
 * @param clock the source of its time; null for a clock of its own, which tests can turn
 * @param resetBeforeEach whether it is reset before each test that shares it
 * @param redirect whether the clients of the application under test are redirected to it
 * @param recordAccess whether the permissions that tests need are recorded
 */
record Settings(
    String region,
    String account,
    @Nullable Seed seed,
    String seedResource,
    List<String> aliases,
    @Nullable Identities identities,
    Class<? extends Identities> identitiesClass,
    @Nullable InstantSource clock,
    boolean resetBeforeEach,
    boolean redirect,
    boolean recordAccess) {

  static final Settings DEFAULT =
      new Settings(
          LocalKeyProvider.DEFAULT_REGION,
          LocalKeyProvider.DEFAULT_ACCOUNT,
          null,
          "",
          List.of(),
          null,
          Identities.class,
          null,
          true,
          false,
          false);

  Settings {
    aliases = List.copyOf(aliases);
  }

  static Settings of(EmbeddedKms annotation) {
    return new Settings(
        annotation.region(),
        annotation.account(),
        null,
        annotation.seed(),
        List.of(annotation.aliases()),
        null,
        annotation.identities(),
        null,
        annotation.resetBeforeEach(),
        annotation.redirect(),
        annotation.recordAccess());
  }

  /**
   * Creates a provider with these settings except for the aliases, whose keys the service creates.
   *
   * @param chosenClock the clock of the settings, or the provider's own
   * @param refusals receives the explanations of refused calls
   */
  LocalKeyProvider provider(
      Class<?> testClass, InstantSource chosenClock, Consumer<Explanation> refusals) {
    LocalKeyProvider.Builder builder =
        LocalKeyProvider.builder()
            .region(region)
            .account(account)
            .clock(chosenClock)
            .refusalListener(refusals)
            .failureListener(Settings::log);
    Seed chosen = seedResource.isEmpty() ? seed : seedIn(testClass);
    if (chosen != null) {
      builder.seed(chosen);
    }
    Identities principals = identitiesClass == Identities.class ? identities : newIdentities();
    if (principals != null) {
      builder.identities(principals);
    }
    return builder.build();
  }

  /**
   * Logs failures that clients of the endpoint or of the AWS SDK see only as KMSInternalException.
   */
  static void log(String operation, Throwable failure) {
    System.getLogger(Settings.class.getPackageName())
        .log(System.Logger.Level.WARNING, operation + " failed", failure);
  }

  private Identities newIdentities() {
    try {
      return ReflectionSupport.newInstance(identitiesClass);
    } catch (Exception e) {
      // JUnit throws what the constructor has thrown, checked or not.
      throw new ExtensionConfigurationException(
          "embedded-kms: cannot create "
              + identitiesClass.getName()
              + ", which needs a constructor without parameters and, inside another class, must be"
              + " static",
          e);
    }
  }

  private Seed seedIn(Class<?> testClass) {
    try (InputStream content = testClass.getResourceAsStream(seedResource)) {
      if (content == null) {
        throw new ExtensionConfigurationException(
            "embedded-kms: there is no resource " + seedResource + " for " + testClass.getName());
      }
      return SeedFiles.read(content, seedResource);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
