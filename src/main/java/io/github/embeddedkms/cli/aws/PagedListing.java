package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonTree;
import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.operation.OperationType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A listing from its first page to its last, or to a maximum number of items. A token says where it
 * stopped: the marker of a page in Base64, and how many items of that page were shown.
 *
 * <p>Source: AWS CLI User Guide, "Using the AWS CLI pagination options"; the form of the token was
 * seen in what version 2 of the AWS CLI prints.
 *
 * @param listed the member of the response that has the items
 * @param pageSize how many items to request at once; null for the service's default
 * @param maxItems how many items to show; null for all
 * @param startingToken where to continue; null for the beginning
 */
record PagedListing(
    String listed,
    @Nullable Number pageSize,
    @Nullable Integer maxItems,
    @Nullable String startingToken) {

  static final String LIMIT = "Limit";
  static final String MARKER = "Marker";
  private static final String NEXT_MARKER = "NextMarker";
  private static final String TRUNCATED = "Truncated";

  private static final Pattern OLD_TOKEN = Pattern.compile("(.*?)___(\\d{1,9})", Pattern.DOTALL);
  private static final String NEXT_TOKEN = "NextToken";
  private static final String SHOWN = "boto_truncate_amount";

  /** A position in a listing: a page, and how many of its items come before. */
  private record Position(@Nullable String marker, int skipped) {

    /** Anything that is not a token is taken as a marker, which the service checks. */
    static Position of(@Nullable String token) {
      if (token == null) {
        return new Position(null, 0);
      }
      try {
        byte[] json = Base64.getDecoder().decode(token);
        if (JsonTree.read(new String(json, StandardCharsets.UTF_8)) instanceof Map<?, ?> members) {
          requireMembers(members);
          return new Position(
              (String) members.get(MARKER),
              members.get(SHOWN) instanceof Integer shown ? Math.max(0, shown) : 0);
        }
      } catch (IllegalArgumentException | JsonException | ClassCastException e) {
        // Not a token, then.
      }
      return ofWords(token);
    }

    private static void requireMembers(Map<?, ?> members) {
      for (Object name : members.keySet()) {
        if (!name.equals(MARKER) && !name.equals(SHOWN)) {
          throw CommandLineException.invalid(
              ParameterTypes.FAILED
                  + "Unknown parameter in input: \""
                  + name
                  + "\", must be one of: Limit, Marker");
        }
      }
    }

    /** The form of tokens before they were JSON, which the AWS CLI still takes: marker___number. */
    private static Position ofWords(String token) {
      Matcher words = OLD_TOKEN.matcher(token);
      String marker = words.matches() ? words.group(1) : token;
      return new Position(
          marker.equals("None") ? null : marker,
          words.matches() ? Integer.parseInt(words.group(2)) : 0);
    }

    /** The token that continues here. The first item of a page needs no number. */
    String token(boolean withinPage) {
      String json =
          "{\""
              + MARKER
              + "\": "
              + JsonTree.write(marker, "")
              + (withinPage ? ", \"" + SHOWN + "\": " + skipped : "")
              + "}";
      return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The member of the response that has the items; null if the operation is no listing. */
  static @Nullable String itemsOf(OperationType operation) {
    if (!operation.has(OperationType.Trait.PAGED)) {
      return null;
    }
    return RecordMember.of(operation.response()).stream()
        .filter(MemberTypes::isList)
        .map(RecordMember::wireName)
        .findFirst()
        .orElseThrow();
  }

  /**
   * Requests one page after the other.
   *
   * @param service returns the response to a request
   * @param parameters the other members of the request
   * @param shown takes each page, with the items that are to be shown
   * @return the token to continue with; null at the end of the listing
   */
  @Nullable String forEach(
      UnaryOperator<Map<String, @Nullable Object>> service,
      Map<String, @Nullable Object> parameters,
      Consumer<Map<String, @Nullable Object>> shown) {
    Position position = Position.of(startingToken);
    int wanted = maxItems == null ? Integer.MAX_VALUE : maxItems;
    while (true) {
      Map<String, @Nullable Object> answer = service.apply(request(parameters, position.marker));
      List<?> all = items(answer);
      List<?> items = all.subList(Math.min(position.skipped, all.size()), all.size());
      if (items.size() > wanted) {
        shown.accept(with(answer, items.subList(0, wanted)));
        return new Position(position.marker, position.skipped + wanted).token(true);
      }
      shown.accept(with(answer, items));
      wanted -= items.size();
      if (!Boolean.TRUE.equals(answer.get(TRUNCATED))
          || !(answer.get(NEXT_MARKER) instanceof String next)) {
        return null;
      }
      if (next.equals(position.marker)) {
        // A server that repeats its marker would be asked for ever.
        throw CommandLineException.failure("the server repeats the same page of the listing");
      }
      position = new Position(next, 0);
      if (wanted == 0) {
        return position.token(false);
      }
    }
  }

  /** The page, in which the items have the place that the service gave them. */
  private Map<String, @Nullable Object> with(Map<String, @Nullable Object> page, List<?> items) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>(page);
    shown.put(listed, items);
    return shown;
  }

  private List<?> items(Map<String, @Nullable Object> page) {
    return page.get(listed) instanceof List<?> list ? list : List.of();
  }

  private Map<String, @Nullable Object> request(
      Map<String, @Nullable Object> parameters, @Nullable String marker) {
    Map<String, @Nullable Object> request = new LinkedHashMap<>(parameters);
    if (pageSize != null) {
      request.put(LIMIT, pageSize);
    }
    if (marker != null) {
      request.put(MARKER, marker);
    }
    return request;
  }

  /** All items as one response. */
  Map<String, @Nullable Object> merged(
      UnaryOperator<Map<String, @Nullable Object>> service,
      Map<String, @Nullable Object> parameters) {
    List<@Nullable Object> items = new ArrayList<>();
    String token = forEach(service, parameters, page -> items.addAll(items(page)));
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put(listed, items);
    if (token != null) {
      answer.put(NEXT_TOKEN, token);
    }
    return answer;
  }

  /**
   * Prints the items of each page as they arrive, for listings that are larger than memory. The
   * token comes last, as an object of its own.
   */
  void eachPage(
      UnaryOperator<Map<String, @Nullable Object>> service,
      Map<String, @Nullable Object> parameters,
      Consumer<Map<String, @Nullable Object>> printed) {
    String token =
        forEach(service, parameters, page -> printed.accept(Map.of(listed, items(page))));
    if (token != null) {
      printed.accept(Map.of(NEXT_TOKEN, Map.of(NEXT_TOKEN, token)));
    }
  }
}
