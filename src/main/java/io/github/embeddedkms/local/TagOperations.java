package io.github.embeddedkms.local;

import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.ListResourceTags;
import io.github.embeddedkms.operation.TagResource;
import io.github.embeddedkms.operation.UntagResource;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Adds, removes and lists the tags of keys. */
final class TagOperations implements Family {

  private final HandlerProfiles profiles;
  private final Transactions transactions;

  TagOperations(Components components) {
    this.profiles = components.profiles();
    this.transactions = components.transactions();
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      case "ListResourceTags" ->
          profiles
              .managing(ListResourceTags.class, ListResourceTags::keyId)
              .act(this::listResourceTags);
      // The tags are checked last, as far as the service's order is known.
      case "TagResource" ->
          profiles
              .managing(TagResource.class, TagResource::keyId)
              .require(request -> TagChecks.requireAcceptable(request.tags()))
              .act(this::tagResource);
      case "UntagResource" ->
          profiles.managing(UntagResource.class, UntagResource::keyId).act(this::untagResource);
      default -> throw new AssertionError(name);
    };
  }

  private TagResource.Response tagResource(Call<TagResource> call) {
    Map<String, Tag> tags = new LinkedHashMap<>();
    call.key().tags().forEach(tag -> tags.put(tag.tagKey(), tag));
    call.request().tags().forEach(tag -> tags.put(tag.tagKey(), tag));
    TagChecks.requireNotTooMany(tags.size());
    replaceTags(call.key(), List.copyOf(tags.values()));
    return new TagResource.Response();
  }

  private UntagResource.Response untagResource(Call<UntagResource> call) {
    Set<String> removed = Set.copyOf(call.request().tagKeys());
    replaceTags(
        call.key(),
        call.key().tags().stream().filter(tag -> !removed.contains(tag.tagKey())).toList());
    return new UntagResource.Response();
  }

  private void replaceTags(KeyEntry key, List<Tag> tags) {
    if (!tags.equals(key.tags())) {
      transactions.commit(Change.replace(key, key.changed(next -> next.tags(tags))));
    }
  }

  private ListResourceTags.Response listResourceTags(Call<ListResourceTags> call) {
    KeyEntry key = call.key();
    Pager.Page<Tag> page =
        new Pager(Pager.Listing.LIST_RESOURCE_TAGS, call.caller(), key.address().id())
            .page(
                call.request().limit(),
                call.request().marker(),
                (lastId, limit) -> tagsAfter(key, lastId, limit),
                TagOperations::idOf);
    return new ListResourceTags.Response(page.items(), page.nextMarker(), page.truncated());
  }

  private static List<Tag> tagsAfter(KeyEntry key, String lastId, int limit) {
    return key.tags().stream()
        .filter(tag -> idOf(tag).compareTo(lastId) > 0)
        .sorted(Comparator.comparing(Tag::tagKey))
        .limit(limit)
        .toList();
  }

  /**
   * Returns the key of a tag in hexadecimal, which has the same order. A marker is UTF-8, which
   * cannot represent every string: a listing by keys with unpaired surrogates would never end.
   */
  private static String idOf(Tag tag) {
    StringBuilder id = new StringBuilder();
    tag.tagKey().chars().forEach(unit -> id.append(HexFormat.of().toHexDigits((char) unit)));
    return id.toString();
  }
}
