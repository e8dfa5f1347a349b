package io.github.embeddedkms.seed;

import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.operation.CreateGrantBuilder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A grant in a file, with the members of CreateGrant. Others check its values. */
final class GrantPlace {

  private static final String OPERATIONS = "Operations";
  private static final String CONSTRAINTS = "Constraints";
  private static final String SUBSET = "EncryptionContextSubset";
  private static final String EQUALS = "EncryptionContextEquals";
  private static final String SOURCE_ARN = "SourceArn";

  /** The members whose values are strings. */
  private static final Map<String, Setter> STRINGS =
      Map.of(
          "GranteePrincipal", CreateGrantBuilder::granteePrincipal,
          "GranteeServicePrincipal", CreateGrantBuilder::granteeServicePrincipal,
          "Name", CreateGrantBuilder::name,
          "RetiringPrincipal", CreateGrantBuilder::retiringPrincipal,
          "RetiringServicePrincipal", CreateGrantBuilder::retiringServicePrincipal);

  /** Sets a member of a grant. */
  private interface Setter {
    CreateGrantBuilder set(CreateGrantBuilder grant, String value);
  }

  private GrantPlace() {}

  /** Returns what fills in the members of the grant at a place. */
  static Consumer<CreateGrantBuilder> grant(Place place) {
    Set<String> known = new HashSet<>(STRINGS.keySet());
    known.addAll(List.of(OPERATIONS, CONSTRAINTS));
    Map<String, Place> members = place.members("a grant", known, Set.of());
    Consumer<CreateGrantBuilder> grant = operations(place.required(members, OPERATIONS));
    Place constraints = members.get(CONSTRAINTS);
    if (constraints != null) {
      grant = grant.andThen(constraints(constraints));
    }
    for (Map.Entry<String, Place> member : members.entrySet()) {
      Setter setter = STRINGS.get(member.getKey());
      if (setter != null) {
        String value = member.getValue().text(member.getKey());
        grant = grant.andThen(builder -> setter.set(builder, value));
      }
    }
    return grant;
  }

  private static Consumer<CreateGrantBuilder> operations(Place place) {
    List<GrantOperation> operations =
        place.list(OPERATIONS).stream().map(GrantPlace::operation).toList();
    return grant -> grant.operations(operations);
  }

  private static GrantOperation operation(Place place) {
    String name = place.text("an operation");
    return Arrays.stream(GrantOperation.values())
        .filter(each -> each.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                place.error(
                    "an operation of a grant must be one of "
                        + Arrays.stream(GrantOperation.values())
                            .map(GrantOperation::toString)
                            .collect(Collectors.joining(", "))));
  }

  private static Consumer<CreateGrantBuilder> constraints(Place place) {
    Map<String, Place> members =
        place.members(CONSTRAINTS, Set.of(SUBSET, EQUALS, SOURCE_ARN), Set.of());
    Place source = members.get(SOURCE_ARN);
    GrantConstraints constraints =
        new GrantConstraints(
            pairs(members.get(SUBSET), SUBSET),
            pairs(members.get(EQUALS), EQUALS),
            source == null ? null : source.text(SOURCE_ARN));
    return grant -> grant.constraints(constraints);
  }

  private static @Nullable Map<String, String> pairs(@Nullable Place place, String name) {
    if (place == null) {
      return null;
    }
    Map<String, String> pairs = new LinkedHashMap<>();
    for (Map.Entry<Place, Place> entry : place.entries(name)) {
      pairs.put(
          entry.getKey().text("a key in " + name), entry.getValue().text("a value in " + name));
    }
    return pairs;
  }
}
