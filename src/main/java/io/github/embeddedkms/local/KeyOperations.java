package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.KeyState.DISABLED;
import static io.github.embeddedkms.model.KeyState.ENABLED;
import static io.github.embeddedkms.model.KeyState.UNAVAILABLE;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.DisableKey;
import io.github.embeddedkms.operation.EnableKey;
import io.github.embeddedkms.operation.ListKeys;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.util.List;
import java.util.Objects;

/** Describes, enables, disables and lists keys. */
final class KeyOperations {

  private static final int DEFAULT_PAGE = 100;

  private final KeyStorage storage;
  private final Transactions transactions;

  KeyOperations(KeyStorage storage, Transactions transactions) {
    this.storage = storage;
    this.transactions = transactions;
  }

  /**
   * The service makes such a key when it is first described; an alias of that name is never ours.
   */
  static void keyIsNotManagedByAws(Call<DescribeKey> call) {
    String ownArns = call.caller().arn("");
    String keyId = call.request().keyId();
    String name = keyId.startsWith(ownArns) ? keyId.substring(ownArns.length()) : keyId;
    Checks.supported(
        !name.startsWith(Names.RESERVED_ALIAS_PREFIX), "the AWS managed key of " + name);
  }

  DescribeKey.Response describeKey(Call<DescribeKey> call) {
    return new DescribeKey.Response(KeyMetadataView.of(call.key(), call.keyArn()));
  }

  EnableKey.Response enableKey(Call<EnableKey> call) {
    switchTo(ENABLED, call.key());
    return new EnableKey.Response();
  }

  DisableKey.Response disableKey(Call<DisableKey> call) {
    switchTo(DISABLED, call.key());
    return new DisableKey.Response();
  }

  private void switchTo(KeyState state, KeyEntry key) {
    // The service changes a key that is unavailable once its key store is back. There are no custom
    // key stores here yet, so that there is nothing to remember.
    if (key.state() != state && key.state() != UNAVAILABLE) {
      transactions.commit(Change.replace(key, key.changed(next -> next.state(state))));
    }
  }

  ListKeys.Response listKeys(Call<ListKeys> call) {
    Caller caller = call.caller();
    int limit = Objects.requireNonNullElse(call.request().limit(), DEFAULT_PAGE);
    PageScope scope = PageScope.of(call.operation(), caller, "");
    String after = scope.lastOf(call.request().marker());
    List<KeyEntry> found = storage.keysAfter(Names.address(caller, after), limit + 1);
    PageScope.Page<KeyEntry> page = scope.page(found, limit);
    return new ListKeys.Response(
        page.entries().stream()
            .map(key -> new KeyListEntry(key.address().id(), Names.arnOf(caller, key)))
            .toList(),
        page.nextMarker(),
        page.nextMarker() != null);
  }
}
