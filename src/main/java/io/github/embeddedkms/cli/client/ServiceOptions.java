package io.github.embeddedkms.cli.client;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.cli.store.StoreOptions;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.PrintWriter;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that uses KMS keys: Region, account and store. */
public final class ServiceOptions {

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

  @Mixin private StoreOptions store = new StoreOptions();

  /** Creates options to be filled by picocli. */
  public ServiceOptions() {}

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

  private String region() {
    return Stream.of(region, System.getenv("AWS_REGION"), System.getenv("AWS_DEFAULT_REGION"))
        .filter(name -> name != null && !name.isEmpty())
        .findFirst()
        .orElse(LocalKeyProvider.DEFAULT_REGION);
  }

  /**
   * Opens the store.
   *
   * @param err where failures that are not service errors are reported
   * @return the keys of the store, to be closed by the caller
   * @throws CommandLineException if the store cannot be opened
   */
  public StoreClient connect(PrintWriter err) {
    // The caller is checked before the store is opened, which may ask for a passphrase.
    return StoreClient.open(caller(), store, err);
  }
}
