package io.github.embeddedkms.local;

import io.github.embeddedkms.model.KeyLastUsageData;
import io.github.embeddedkms.operation.GetKeyLastUsage;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Returns when keys were last used. */
final class UsageOperations implements Family {

  private final HandlerProfiles profiles;
  private final LastUses lastUses;

  UsageOperations(Components components) {
    this.profiles = components.profiles();
    this.lastUses = components.lastUses();
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return profiles
        .managing(GetKeyLastUsage.class, GetKeyLastUsage::keyId)
        .act(this::getKeyLastUsage);
  }

  private GetKeyLastUsage.Response getKeyLastUsage(Call<GetKeyLastUsage> call) {
    KeyLastUsageData data =
        lastUses
            .of(call.key())
            .map(use -> view(call.keyArn(), use))
            .orElseGet(KeyLastUsageData::none);
    return new GetKeyLastUsage.Response(
        call.keyArn(), data, lastUses.trackingStart(call.key()), call.key().creationDate());
  }

  private static KeyLastUsageData view(String keyArn, LastUses.Use use) {
    return new KeyLastUsageData(
        use.operation(), use.date(), id("event", keyArn, use), id("request", keyArn, use));
  }

  /** Derived, not drawn: every process must return the same id for one use. */
  private static String id(String what, String keyArn, LastUses.Use use) {
    String name = String.join(" ", what, keyArn, use.operation().toString(), use.date().toString());
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
