package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ModelKey.NOT_FOUND;
import static io.github.embeddedkms.local.ModelKey.OK;

import io.github.embeddedkms.local.ModelStep.Kind;
import io.github.embeddedkms.model.KeyState;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * The keys and aliases at one point in time, and the results of calls at that time: maps and a few
 * rules, which are simple enough to be obviously correct. Immutable.
 *
 * @param keys by their ids
 * @param aliases the ids of their keys, by their names
 */
record Model(Map<String, ModelKey> keys, Map<String, String> aliases) {

  static final Model EMPTY = new Model(Map.of(), Map.of());

  /**
   * A call, with everything that it refers to.
   *
   * @param keyId the key of the call
   * @param alias the alias of the call
   * @param blobKeyId the key of the call's blob
   * @param deletionDate when the key would be deleted
   */
  record Call(Kind kind, String keyId, String alias, String blobKeyId, Instant deletionDate) {}

  ModelKey key(String id) {
    return keys.getOrDefault(id, ModelKey.MISSING);
  }

  /**
   * Returns success or an error code; for a call with an alias only, also the key that it found.
   */
  String result(Call call) {
    ModelKey key = key(call.keyId());
    ModelKey blobKey = key(call.blobKeyId());
    boolean hasAlias = aliases.containsKey(call.alias());
    return switch (call.kind()) {
      case CREATE_KEY, TURN_CLOCK, PASS_TIME -> OK;
      case CREATE_ALIAS -> key.afterChange(hasAlias ? "AlreadyExistsException" : OK);
      // Key and alias are looked for before the state is checked.
      case UPDATE_ALIAS -> hasAlias ? key.afterChange(OK) : NOT_FOUND;
      case DELETE_ALIAS -> hasAlias ? OK : NOT_FOUND;
      case ENABLE, DISABLE, SCHEDULE -> key.afterChange(OK);
      case CANCEL -> key.afterCancelling();
      case ENCRYPT, GENERATE_DATA_KEY -> key.afterUse();
      case ENCRYPT_BY_ALIAS -> {
        String target = aliases.get(call.alias());
        String result = target == null ? NOT_FOUND : key(target).afterUse();
        yield result.equals(OK) ? target : result;
      }
      case DECRYPT -> blobKey.afterOpening();
      case DECRYPT_WITH_ANOTHER_CONTEXT -> blobKey.afterOpening("InvalidCiphertextException");
      case DECRYPT_NAMING_A_KEY ->
          key.isMissing()
              ? NOT_FOUND
              : blobKey.afterOpening(
                  call.keyId().equals(call.blobKeyId())
                      ? blobKey.afterUse()
                      : "IncorrectKeyException");
      case RE_ENCRYPT -> {
        String source = blobKey.afterOpening();
        yield !key.isMissing() && !source.equals(OK) ? source : key.afterUse();
      }
      case DESCRIBE_BY_ALIAS -> {
        String target = aliases.get(call.alias());
        yield target == null ? NOT_FOUND : target + " " + key(target).state();
      }
    };
  }

  /** Returns the model after a call that changes something. */
  Model after(Call call) {
    if (!result(call).equals(OK)) {
      return this;
    }
    return switch (call.kind()) {
      case CREATE_KEY, ENABLE -> with(call.keyId(), ModelKey.in(KeyState.ENABLED));
      case DISABLE, CANCEL -> with(call.keyId(), ModelKey.in(KeyState.DISABLED));
      case SCHEDULE ->
          with(call.keyId(), new ModelKey(KeyState.PENDING_DELETION, call.deletionDate()));
      case CREATE_ALIAS, UPDATE_ALIAS -> {
        Map<String, String> changed = new TreeMap<>(aliases);
        changed.put(call.alias(), call.keyId());
        yield new Model(keys, changed);
      }
      case DELETE_ALIAS -> {
        Map<String, String> changed = new TreeMap<>(aliases);
        changed.remove(call.alias());
        yield new Model(keys, changed);
      }
      default -> this;
    };
  }

  private Model with(String keyId, ModelKey key) {
    Map<String, ModelKey> changed = new TreeMap<>(keys);
    changed.put(keyId, key);
    return new Model(changed, aliases);
  }

  /** Returns the model at a later time, after the deletions that are due then. */
  Model at(Instant now) {
    Map<String, ModelKey> left = new TreeMap<>(keys);
    left.values().removeIf(key -> key.isDue(now));
    Map<String, String> leftAliases = new TreeMap<>(aliases);
    leftAliases.values().retainAll(left.keySet());
    return new Model(left, leftAliases);
  }
}
