package io.github.embeddedkms.cli;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.cli.store.StoreOptions;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FileFailures;
import io.github.embeddedkms.cli.terminal.FilesInUse;
import io.github.embeddedkms.cli.terminal.ProgramVersion;
import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.local.KmsClock;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.seed.SeedFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Serves AWS KMS over HTTP until the process is terminated. */
@Command(
    name = "serve",
    description = {
      "Serves AWS KMS over HTTP until the process is terminated (SIGTERM). Keys are kept in memory,"
          + " or in a store if an option or $EMBEDDED_KMS_STORE asks for one.",
      "",
      "Prints one line, AWS_ENDPOINT_URL_KMS=URL, once it listens: the variable that the AWS CLI"
          + " and the AWS SDKs read. With --tls, AWS_CA_BUNDLE=FILE comes first.",
      "",
      "Any signature is accepted, and none at all, unless --require-signatures is given: anyone who"
          + " can reach the port can decrypt, including every user and every program of this"
          + " machine. It is for tests, not for secrets.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    sortOptions = false)
final class ServeCommand implements Callable<Integer> {

  /**
   * Longer than the time that the endpoint gives requests to finish. With the time for a message it
   * is less than the 10 seconds after which {@code docker stop} kills.
   */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(8);

  private static final Duration MESSAGE_TIMEOUT = Duration.ofSeconds(1);

  private static final String ACCESS_KEY_ID = "AWS_ACCESS_KEY_ID";
  private static final String SECRET_ACCESS_KEY = "AWS_SECRET_ACCESS_KEY";

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "4599",
      description = "where to listen, 0 for any free port (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "the address to listen on (default: 127.0.0.1, and ::1 on a machine with IPv6). Any other"
              + " than loopback opens the keys to the network")
  private @Nullable String host;

  @Option(
      names = "--allowed-host",
      paramLabel = "NAME",
      description =
          "a name by which clients may call this machine, in addition to localhost and addresses;"
              + " may be given several times")
  private List<String> allowedHosts = List.of();

  @Option(
      names = "--region",
      paramLabel = "REGION",
      defaultValue = LocalKeyProvider.DEFAULT_REGION,
      description = "the Region of requests that name none (default: ${DEFAULT-VALUE})")
  private String region = "";

  @Option(
      names = "--account",
      paramLabel = "ID",
      defaultValue = LocalKeyProvider.DEFAULT_ACCOUNT,
      description =
          "the account of requests whose access key id is not of twelve digits (default:"
              + " ${DEFAULT-VALUE})")
  private String account = "";

  @Option(
      names = "--seed",
      paramLabel = "FILE",
      description =
          "initial keys and aliases, and the identity policies of principals, in YAML or JSON; in a"
              + " store, keys that exist from an earlier start are left unchanged")
  private @Nullable Path seedFile;

  @Option(
      names = "--require-signatures",
      description =
          "accept only requests signed with the credentials in this process's own environment, "
              + ACCESS_KEY_ID
              + " and "
              + SECRET_ACCESS_KEY)
  private boolean requireSignatures;

  @Mixin private EndpointLimits limits = new EndpointLimits();

  @Mixin private TlsOptions tls = new TlsOptions();

  @Mixin private StoreOptions store = new StoreOptions();

  @Mixin private ClockOptions clock = new ClockOptions();

  @Mixin private AccessOptions access = new AccessOptions();

  @Spec private @Nullable CommandSpec spec;

  private ServeCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    // Before a store is opened or created, since these report wrong options.
    requireWritable();
    Optional<SSLContext> context = tlsContext();
    Optional<KmsClock> turned = clock();
    FailureLog failures = new FailureLog(command().getErr());
    LocalKeyProvider provider = provider(turned, failures);
    KmsEndpoint endpoint = start(access.around(provider), context, turned, failures);
    Optional<Path> authority = tls.writeAuthority();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(endpoint, provider), "end"));
    warnIfOpenToTheNetwork();
    PrintWriter out = command().getOut();
    authority.ifPresent(file -> out.println("AWS_CA_BUNDLE=" + file));
    out.println("AWS_ENDPOINT_URL_KMS=" + endpoint.url());
    out.flush();
    new CountDownLatch(1).await(); // the shutdown hook ends it
    return 0;
  }

  private void warnIfOpenToTheNetwork() {
    if (host != null && isWildcard(host)) {
      PrintWriter err = command().getErr();
      err.println(
          "embedded-kms serve: listening on all addresses of this machine: every program that can"
              + " reach one of them can "
              + (requireSignatures ? "send requests" : "use the keys"));
      err.flush();
    }
  }

  private static boolean isWildcard(String host) {
    try {
      return InetAddress.getByName(host).isAnyLocalAddress();
    } catch (UnknownHostException e) {
      // The endpoint listens on it, so it was known just now.
      return false;
    }
  }

  /** SIGTERM is the regular way to end: the exit code is 0, not the signal's. */
  private void end(KmsEndpoint endpoint, LocalKeyProvider provider) {
    Shutdown shutdown = new Shutdown(CLOSE_TIMEOUT, MESSAGE_TIMEOUT, command().getErr());
    // What was recorded is written when there are no more requests, and before the store is closed,
    // which may hang.
    Runnable write = () -> access.write(command().getErr());
    Runtime.getRuntime().halt(shutdown.close(List.of(endpoint::close, write, provider::close)));
  }

  /** The files that the command writes must not be any of the others. */
  private void requireWritable() {
    FilesInUse files = new FilesInUse().add("the seed", seedFile);
    if (store.isGiven()) {
      store.addTo(files);
    }
    try {
      tls.addTo(files);
      access.requireWritable(files);
    } catch (IllegalArgumentException e) {
      throw wrong(CommandLineException.reason(e));
    }
  }

  private Optional<KmsClock> clock() {
    try {
      return clock.clock(store.isGiven());
    } catch (IllegalArgumentException e) {
      throw wrong(CommandLineException.reason(e));
    }
  }

  private LocalKeyProvider provider(Optional<KmsClock> turned, FailureLog failures) {
    LocalKeyProvider.Builder provider =
        LocalKeyProvider.builder()
            .region(region)
            .account(account)
            .failureListener(failures::ofProvider);
    turned.ifPresent(provider::clock);
    try {
      if (seedFile != null) {
        provider.seed(seed(seedFile));
      }
      // Region and account are checked before a store is opened.
      Caller.of(region, account);
      if (store.isGiven()) {
        provider.storage(store.open());
      }
      return provider.build();
    } catch (IllegalArgumentException e) {
      throw wrong(CommandLineException.reason(e));
    }
  }

  private Seed seed(Path file) {
    try {
      return SeedFiles.read(file);
    } catch (UncheckedIOException e) {
      throw wrong(
          "cannot read " + file + ": " + FileFailures.reason(Objects.requireNonNull(e.getCause())));
    }
  }

  private KmsEndpoint start(
      KmsService service,
      Optional<SSLContext> context,
      Optional<KmsClock> turned,
      FailureLog failures) {
    KmsEndpoint.Builder endpoint =
        KmsEndpoint.builder(service).failureListener(failures::ofEndpoint);
    try {
      endpoint.port(port);
      if (host != null) {
        endpoint.host(host);
      }
      limits.apply(endpoint);
    } catch (IllegalArgumentException e) {
      throw wrong(CommandLineException.reason(e));
    }
    allowedHosts.forEach(endpoint::allowedHost);
    context.ifPresent(endpoint::tls);
    turned.ifPresent(endpoint::adjustableClock);
    if (requireSignatures) {
      endpoint.credentials(environment(ACCESS_KEY_ID), environment(SECRET_ACCESS_KEY));
    }
    try {
      return endpoint.start();
    } catch (UnknownHostException e) {
      throw wrong("there is no host " + host);
    } catch (IOException e) {
      String address = host == null ? "127.0.0.1" : host;
      throw wrong("cannot listen on " + address + ":" + port + ": " + e.getMessage());
    }
  }

  private Optional<SSLContext> tlsContext() {
    List<String> hosts = new ArrayList<>(allowedHosts);
    if (host != null) {
      hosts.add(host);
    }
    try {
      return tls.context(hosts);
    } catch (IllegalArgumentException e) {
      throw wrong(CommandLineException.reason(e));
    }
  }

  private String environment(String name) {
    String value = System.getenv(name);
    if (value == null || value.isEmpty()) {
      throw wrong("--require-signatures needs " + name + " in the environment");
    }
    return value;
  }

  private ParameterException wrong(String reason) {
    return new ParameterException(command(), reason);
  }

  private CommandLine command() {
    return Objects.requireNonNull(spec, "set by picocli").commandLine();
  }
}
