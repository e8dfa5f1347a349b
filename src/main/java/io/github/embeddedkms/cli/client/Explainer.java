package io.github.embeddedkms.cli.client;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.OperationType;
import java.util.List;

/** Explains requests of one caller about keys of this machine. */
public final class Explainer implements AutoCloseable {

  private final LocalKeyProvider provider;
  private final Caller caller;

  Explainer(LocalKeyProvider provider, Caller caller) {
    this.provider = provider;
    this.caller = caller;
  }

  /**
   * Explains a request, see {@link LocalKeyProvider#explain}.
   *
   * @param request any request
   * @return an explanation of each permission that it needs
   * @throws CommandLineException if the service would refuse the request for another reason
   */
  public List<Explanation> explain(KmsRequest<?> request) {
    try {
      return provider.explain(caller, request);
    } catch (KmsException e) {
      throw ServiceClient.refused(e, OperationType.of(request).operationName());
    }
  }

  @Override
  public void close() {
    provider.close();
  }
}
