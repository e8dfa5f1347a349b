package io.github.embeddedkms.store.process;

import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.MaterialEntry;
import io.github.embeddedkms.store.fixture.TestPolicies;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a store, and how a change alters them. A change is a line of words:
 *
 * <pre>
 * create KEY             disable KEY              schedule KEY DATE
 * alias NAME KEY         enable KEY               cancel KEY
 * unalias NAME           delete KEY               policy KEY NAME
 * </pre>
 *
 * @param keys the state of each key, and its deletion date in milliseconds if it has one
 * @param aliases the key of each alias
 * @param policies the text of the policy of each key that has another than the default policy
 */
public record Contents(
    SortedMap<String, String> keys,
    SortedMap<String, String> aliases,
    SortedMap<String, String> policies) {

  public static final String ACCOUNT = "000000000000";
  public static final String REGION = "us-east-1";

  public static final Contents NOTHING =
      new Contents(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

  /** Returns the current contents of a storage. Opens every key's material on the way. */
  public static Contents of(KeyStorage storage) {
    return of(storage, "");
  }

  /**
   * Returns the part of a storage's current contents that belongs to one owner: keys whose
   * description begins with the owner's name, and aliases whose name begins with it. The owner with
   * the empty name owns everything.
   */
  public static Contents of(KeyStorage storage, String owner) {
    Contents found = new Contents(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    for (KeyEntry key : keysOf(storage, owner)) {
      String date =
          key.deletionDate() == null ? "" : " " + String.valueOf(key.deletionDate().toEpochMilli());
      found.keys.put(key.address().id(), key.state() + date);
      if (key.policy() != null) {
        found.policies.put(key.address().id(), key.policy().text());
      }
      for (MaterialEntry entry : key.materials()) {
        Objects.requireNonNull(entry.material()).lend(raw -> raw.length);
      }
    }
    for (AliasEntry alias : storage.aliasesAfter(address(""), Integer.MAX_VALUE)) {
      if (alias.address().id().startsWith("alias/" + owner)) {
        found.aliases.put(alias.address().id(), alias.targetKeyId());
      }
    }
    return found;
  }

  /** The name of the default policy in a change. */
  public static final String DEFAULT_POLICY = "default";

  /** Returns the policy that a change gives a key: one that restricts it, or the default policy. */
  public static @Nullable Policy policyOf(String name) {
    return name.equals(DEFAULT_POLICY) ? null : TestPolicies.withoutDecrypt(ACCOUNT, name);
  }

  public static List<KeyEntry> keysOf(KeyStorage storage, String owner) {
    return storage.keysAfter(address(""), Integer.MAX_VALUE).stream()
        .filter(key -> key.description().startsWith(owner))
        .toList();
  }

  public static Address address(String id) {
    return new Address(ACCOUNT, REGION, id);
  }

  public Contents after(String change) {
    Contents next =
        new Contents(new TreeMap<>(keys), new TreeMap<>(aliases), new TreeMap<>(policies));
    String[] words = change.split(" ", -1);
    switch (words[0]) {
      case "create", "enable" -> next.keys.put(words[1], "Enabled");
      case "disable", "cancel" -> next.keys.put(words[1], "Disabled");
      case "schedule" -> next.keys.put(words[1], "PendingDeletion " + words[2]);
      case "policy" -> {
        Policy policy = policyOf(words[2]);
        if (policy == null) {
          next.policies.remove(words[1]);
        } else {
          next.policies.put(words[1], policy.text());
        }
      }
      case "alias" -> next.aliases.put(words[1], words[2]);
      case "unalias" -> next.aliases.remove(words[1]);
      case "delete" -> {
        next.keys.remove(words[1]);
        next.policies.remove(words[1]);
        next.aliases.values().removeIf(words[1]::equals);
      }
      default -> throw new AssertionError("no change: " + change);
    }
    return next;
  }
}
