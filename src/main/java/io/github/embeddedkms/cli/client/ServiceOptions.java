package io.github.embeddedkms.cli.client;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.cli.store.StoreOptions;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FailureReport;
import io.github.embeddedkms.cli.terminal.FilesInUse;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.signature.RequestSigner;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The options of every command that uses KMS keys: Region, account, and the store or the endpoint.
 * An endpoint is chosen by its option only. The variables {@code AWS_ENDPOINT_URL} and {@code
 * AWS_ENDPOINT_URL_KMS} are set for other programs, and would silently choose other keys.
 */
public final class ServiceOptions {

  private static final String ACCESS_KEY_ID = "AWS_ACCESS_KEY_ID";
  private static final String SECRET_ACCESS_KEY = "AWS_SECRET_ACCESS_KEY";
  private static final String SESSION_TOKEN = "AWS_SESSION_TOKEN";
  private static final String CA_BUNDLE = "AWS_CA_BUNDLE";

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description =
          "the Region to work in (default: $AWS_REGION, $AWS_DEFAULT_REGION or "
              + LocalKeyProvider.DEFAULT_REGION
              + ")")
  private @Nullable String region;

  @Option(
      names = "--account",
      paramLabel = "ID",
      description = "the account to work in (default: " + LocalKeyProvider.DEFAULT_ACCOUNT + ")")
  private @Nullable String account;

  @Option(
      names = "--endpoint-url",
      paramLabel = "URL",
      description =
          "use the keys of a server, AWS KMS or 'serve' elsewhere, instead of a store; credentials"
              + " are those of $AWS_ACCESS_KEY_ID, $AWS_SECRET_ACCESS_KEY and $AWS_SESSION_TOKEN")
  private @Nullable String endpointUrl;

  @Option(
      names = "--ca-bundle",
      paramLabel = "FILE",
      description =
          "the certificates of the CAs to trust with an https URL, in PEM, instead of the JDK's"
              + " (default: $AWS_CA_BUNDLE)")
  private @Nullable Path caBundle;

  /** Scripts give it. Profiles are not read: a store has no credentials. */
  @Option(names = "--profile", paramLabel = "NAME", hidden = true)
  private @Nullable String profile;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Mixin private final StoreOptions store;

  private final Function<String, @Nullable String> environment;

  /** Creates options to be filled by picocli. */
  public ServiceOptions() {
    this(System::getenv, new StoreOptions());
  }

  /** For tests: with a given environment. */
  ServiceOptions(Function<String, @Nullable String> environment, StoreOptions store) {
    this.environment = environment;
    this.store = store;
  }

  /**
   * Returns the caller that the options and the environment name.
   *
   * @return the caller, with the default Region or account where none is named
   * @throws CommandLineException if the Region or the account is not well-formed
   */
  public Caller caller() {
    try {
      return Caller.of(region(), account == null ? LocalKeyProvider.DEFAULT_ACCOUNT : account);
    } catch (IllegalArgumentException e) {
      throw CommandLineException.failure(e);
    }
  }

  /**
   * Says whether an option describes a store, or an endpoint and the connection to it. The
   * environment is not considered.
   *
   * @return false if none of these options is given
   */
  public boolean hasOptions() {
    return store.hasOptions() || endpointUrl != null || caBundle != null || connection.isGiven();
  }

  /** Servers can have Regions that AWS does not have. */
  private Caller anyRegion() {
    try {
      return Caller.of(LocalKeyProvider.DEFAULT_REGION, LocalKeyProvider.DEFAULT_ACCOUNT)
          .inRegion(region());
    } catch (IllegalArgumentException e) {
      throw CommandLineException.failure(e);
    }
  }

  private String region() {
    String chosen = chosenRegion();
    return chosen == null ? LocalKeyProvider.DEFAULT_REGION : chosen;
  }

  private @Nullable String chosenRegion() {
    return Stream.of(region, variable("AWS_REGION"), variable("AWS_DEFAULT_REGION"))
        .filter(name -> name != null && !name.isEmpty())
        .findFirst()
        .orElse(null);
  }

  /**
   * Opens the store, or prepares for the requests to the endpoint.
   *
   * @param command the command, which reports failures that are not service errors
   * @return the client, to be closed by the caller
   * @throws CommandLineException if the store cannot be opened, or there are no credentials
   * @throws ParameterException if the options exclude each other
   */
  public ServiceClient connect(CommandLine command) {
    connection.check();
    // The caller is checked before the store is opened, which may ask for a passphrase.
    Caller caller = endpointUrl == null ? caller() : anyRegion();
    requireNoUseOfProfile(command);
    return endpointUrl == null
        ? ServiceClient.ofStore(caller, store, command.getErr())
        : ServiceClient.ofEndpoint(endpoint(command, endpointUrl, caller.region()));
  }

  /**
   * Opens the store, or the keys of a seed, to explain requests.
   *
   * @param command the command, which reports failures that are not service errors
   * @param options who sends the requests, and the identities
   * @return the explainer, to be closed by the caller
   * @throws CommandLineException if the store cannot be opened
   * @throws ParameterException if the options exclude each other or are wrong
   */
  public Explainer explainer(CommandLine command, ExplainOptions options) {
    connection.check();
    if (endpointUrl != null) {
      throw new ParameterException(
          command,
          "explain cannot be used with --endpoint-url: a server does not say why it refuses a"
              + " request; use the store of its keys, or its seed");
    }
    if (store.isToBeCreated()) {
      throw new ParameterException(
          command, "explain cannot be used with --create-store: it creates nothing");
    }
    requireNoUseOfProfile(command);
    try {
      Caller owner = owner(options);
      Caller sender = options.caller(owner);
      return new Explainer(provider(command, owner, options.seed()), sender);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, CommandLineException.reason(e));
    }
  }

  /** The default caller of the keys: of the sender's account, unless an option names another. */
  private Caller owner(ExplainOptions options) {
    String ofSender = options.account();
    return account == null && ofSender != null ? caller().inAccount(ofSender) : caller();
  }

  /** A seed is not applied to a store, which would then be changed: it has identities only. */
  private LocalKeyProvider provider(CommandLine command, Caller owner, @Nullable Seed seed) {
    LocalKeyProvider.Builder provider =
        LocalKeyProvider.builder()
            .region(owner.region())
            .account(owner.account())
            .failureListener(
                (operation, failure) ->
                    FailureReport.of(failure, operation).print(command.getErr()));
    if (seed != null && !store.isGiven()) {
      return provider.seed(seed).build();
    }
    if (seed != null && seed.identities() != null) {
      provider.identities(seed.identities());
    }
    return provider.storage(store.open()).build();
  }

  /** A profile chooses a Region and credentials. Without it, others would be used silently. */
  private void requireNoUseOfProfile(CommandLine command) {
    if (profile != null && endpointUrl != null) {
      throw new ParameterException(
          command,
          "--profile is not supported; the credentials for --endpoint-url are those of $"
              + ACCESS_KEY_ID
              + " and $"
              + SECRET_ACCESS_KEY);
    }
    if (profile != null && chosenRegion() == null) {
      throw new ParameterException(
          command, "--profile is not read: give its Region by --region or $AWS_REGION");
    }
  }

  private EndpointTransport endpoint(CommandLine command, String url, String region) {
    if (account != null) {
      throw new ParameterException(
          command, "--account cannot be used with --endpoint-url: the credentials choose it");
    }
    if (store.hasOptions()) {
      throw new ParameterException(
          command, "options of a store cannot be used with --endpoint-url");
    }
    EndpointAddress address;
    try {
      address = EndpointAddress.of(url);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, String.valueOf(e.getMessage()));
    }
    connection.requireVerification(command, address);
    SSLSocketFactory trusted = address.isEncrypted() ? trusted() : null;
    RequestSigner signer = connection.isSigned() ? signer(region) : null;
    return new EndpointTransport(address, signer, connection.limits(), trusted);
  }

  private @Nullable SSLSocketFactory trusted() {
    Path bundle = caBundle();
    return bundle == null ? null : TlsTrust.of(bundle);
  }

  private @Nullable Path caBundle() {
    String variable = variable(CA_BUNDLE);
    return caBundle == null && variable != null ? Path.of(variable) : caBundle;
  }

  /**
   * Adds the files of the store, or the certificates to trust, to those that no result may replace.
   *
   * @param files the files of the command
   */
  public void addTo(FilesInUse files) {
    if (endpointUrl == null) {
      store.addTo(files);
    } else {
      files.add("the CA bundle", caBundle());
    }
  }

  private RequestSigner signer(String region) {
    return new RequestSigner(
        credential(ACCESS_KEY_ID),
        SecretBytes.fromUtf8String(credential(SECRET_ACCESS_KEY)),
        headerValue(SESSION_TOKEN),
        region,
        "kms",
        InstantSource.system());
  }

  private String credential(String name) {
    String value = headerValue(name);
    if (value == null) {
      throw CommandLineException.configuration("--endpoint-url needs credentials: set " + name);
    }
    return value;
  }

  /**
   * A variable whose value is sent in a header. The JDK quotes a value that it cannot send, so it
   * must not get one: a secret with a line end is the usual content of a mounted file.
   */
  private @Nullable String headerValue(String name) {
    String value = variable(name);
    if (value != null && !value.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
      throw CommandLineException.configuration(
          name + " contains a line end, a space or another character that no credential has");
    }
    return value;
  }

  /** An empty variable counts as not set. */
  private @Nullable String variable(String name) {
    String value = environment.apply(name);
    return value == null || value.isEmpty() ? null : value;
  }
}
