package io.github.embeddedkms.local;

import io.github.embeddedkms.authorization.Facts;
import io.github.embeddedkms.store.KeyEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The values of condition keys for a request, as the lines of {@link ConditionTable} say. */
final class RequestFacts implements Facts, ConditionTable.Source {

  /** What the values of some keys need besides the request. It is read only for these keys. */
  interface Surroundings {

    /** Returns the time of the call. */
    Instant now();

    /** Returns the names of a key's aliases, each with its prefix {@code alias/}. */
    List<String> aliases(KeyEntry key);

    /** Returns when a key was last used; if it never was, when it was created. */
    Instant lastUse(KeyEntry key);

    /** Returns the ARN of the other key of ReEncrypt; null in other operations. */
    @Nullable String otherKeyArn();
  }

  private static final int FEW_PAIRS = 8;

  private final AccessRequest access;
  private final Surroundings surroundings;

  /** The pairs of the encryption context by their names in lower case, once they are asked for. */
  private @Nullable Map<String, String> context;

  RequestFacts(AccessRequest access, Surroundings surroundings) {
    this.access = access;
    this.surroundings = surroundings;
  }

  @Override
  public List<String> values(String key) {
    List<String> stated = access.caller().facts().get(key);
    if (stated != null) {
      return stated;
    }
    ConditionTable.Place place = ConditionTable.placeOf(key);
    List<ConditionTable.Line<?>> lines = place.lines();
    for (int i = 0; i < lines.size(); i++) {
      ConditionTable.Line<?> line = lines.get(i);
      if (line.request().isInstance(access.request())) {
        return texts(value(line, place.rest()));
      }
    }
    return List.of();
  }

  private <Q> @Nullable Object value(ConditionTable.Line<Q> line, String name) {
    return line.value().of(line.request().cast(access.request()), this, name);
  }

  private static List<String> texts(@Nullable Object value) {
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof Collection<?> several)) {
      return List.of(value.toString());
    }
    List<String> texts = new ArrayList<>(several.size());
    for (Object each : several) {
      texts.add(each.toString());
    }
    return texts;
  }

  @Override
  public @Nullable Boolean isOnSameKey() {
    ResolvedKey key = access.key();
    String other = surroundings.otherKeyArn();
    return (key == null || other == null) ? null : key.arn().equals(other);
  }

  @Override
  public boolean isSource() {
    return access.action().equals("ReEncryptFrom");
  }

  @Override
  public @Nullable String contextValue(String name) {
    Map<String, String> pairs = access.context().asMap();
    if (pairs.size() > FEW_PAIRS) {
      return pairsInLowerCase().get(name);
    }
    Map.Entry<String, String> found = null;
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      if (ConditionTable.isSame(pair.getKey(), name)
          && (found == null || pair.getKey().compareTo(found.getKey()) < 0)) {
        found = pair;
      }
    }
    return found == null ? null : found.getValue();
  }

  /** Returns the same for many pairs, of which many conditions may ask for one each. */
  private Map<String, String> pairsInLowerCase() {
    Map<String, String> known = context;
    if (known == null) {
      known = new HashMap<>();
      for (Map.Entry<String, String> pair : new TreeMap<>(access.context().asMap()).entrySet()) {
        known.putIfAbsent(pair.getKey().toLowerCase(Locale.ROOT), pair.getValue());
      }
      context = known;
    }
    return known;
  }

  @Override
  public String resourceAccount() {
    ResolvedKey key = access.key();
    return key == null ? access.caller().account() : key.entry().address().account();
  }

  @Override
  public boolean isViaService() {
    return access.caller().facts().containsKey("kms:viaservice");
  }

  @Override
  public @Nullable Long daysUnused() {
    ResolvedKey key = access.key();
    return key == null
        ? null
        : Duration.between(surroundings.lastUse(key.entry()), surroundings.now()).toDays();
  }

  @Override
  public @Nullable String tagOfKey(String name) {
    return access.key() == null ? null : ConditionTable.tag(access.key().entry().tags(), name);
  }

  @Override
  public AccessRequest access() {
    return access;
  }

  @Override
  public Instant now() {
    return surroundings.now();
  }

  @Override
  public List<String> aliases(KeyEntry key) {
    return surroundings.aliases(key);
  }
}
