package io.github.embeddedkms;

import io.github.embeddedkms.operation.KmsRequest;
import java.util.function.BiFunction;
import java.util.function.Function;

/** A service whose clients a test controls, to fail, to wait or to watch the requests. */
public final class CallbackService implements KmsService {

  private final Caller defaultCaller;
  private final Function<Caller, KmsClient> clients;

  private CallbackService(Caller defaultCaller, Function<Caller, KmsClient> clients) {
    this.defaultCaller = defaultCaller;
    this.clients = clients;
  }

  /** A service that passes each request to a function, as {@link CallbackClient} does. */
  public static CallbackService of(Caller defaultCaller, Function<KmsRequest<?>, ?> callback) {
    return new CallbackService(defaultCaller, caller -> new CallbackClient(callback));
  }

  /** A service that passes each request to a function with its caller. */
  public static CallbackService ofCallers(
      Caller defaultCaller, BiFunction<Caller, KmsRequest<?>, ?> callback) {
    return new CallbackService(
        defaultCaller, caller -> new CallbackClient(request -> callback.apply(caller, request)));
  }

  /** Another service, before each request of which an action runs on the requesting thread. */
  public static CallbackService before(KmsService service, Runnable action) {
    return new CallbackService(
        service.defaultCaller(),
        caller -> {
          action.run();
          return service.client(caller);
        });
  }

  @Override
  public KmsClient client(Caller caller) {
    return clients.apply(caller);
  }

  @Override
  public Caller defaultCaller() {
    return defaultCaller;
  }
}
