package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.InvalidMarkerException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.TagException;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.ListResourceTags;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tags of keys. The timeout makes a listing that never ends fail instead of hang. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class TagOperationsTest {

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;

  @AfterEach
  void close() {
    fixture.close();
  }

  @OverDatabases
  @Test
  void tagResource_newAndExistingKeys_addsAndReplaces() {
    tag(new Tag("Stage", "test"), new Tag("Cost center", "7"), new Tag("Empty", ""));
    tag(new Tag("Owner", "\u00e9 \u20ac \ud83d\ude00"), new Tag("Stage", ""));
    List<Tag> expected =
        List.of(
            new Tag("Cost center", "7"),
            new Tag("Empty", ""),
            new Tag("Owner", "\u00e9 \u20ac \ud83d\ude00"),
            new Tag("Stage", ""));
    assertThat(kms.listResourceTags(b -> b.keyId(fixture.keyArn)))
        .isEqualTo(new ListResourceTags.Response(expected, null, false));
    fixture.reopen();
    assertThat(tags()).isEqualTo(expected);
    assertThat(kms.listResourceTags(b -> b.keyId(fixture.otherKeyId)).tags()).isEmpty();
  }

  @Test
  void tagResource_keysThatDifferInCase_areDifferentTags() {
    tag(new Tag("a", "1"), new Tag("A", "2"));
    assertThat(tags()).containsExactly(new Tag("A", "2"), new Tag("a", "1"));
  }

  @OverDatabases
  @Test
  void untagResource_someKeys_removesThoseAndIgnoresOthers() {
    tag(new Tag("a", "1"), new Tag("b", "2"), new Tag("c", "3"));
    untag("a", "missing", "aws:missing", "a", "c");
    assertThat(tags()).containsExactly(new Tag("b", "2"));
    fixture.reopen();
    assertThat(tags()).containsExactly(new Tag("b", "2"));
    untag("b");
    assertThat(tags()).isEmpty();
  }

  @Test
  void tagging_withoutEffect_changesNothing() {
    tag(new Tag("a", "1"), new Tag("b", "2"));
    fixture.storage.changes = 0;
    tag(new Tag("b", "2"));
    tag();
    untag("missing");
    untag();
    assertThat(fixture.storage.changes).isZero();
  }

  @Test
  void tagResource_fiftyTags_areTheMost() {
    kms.tagResource(b -> b.keyId(fixture.keyId).tags(numbered(0, 49)));
    List<Tag> before = tags();
    assertRefused(TagException.class, "Too many tags", numbered(49, 2));
    assertRefused(TagException.class, "Too many tags", numbered(0, 51));
    assertThat(tags()).isEqualTo(before);
    tag(numbered(49, 1).get(0));
    assertThat(tags()).hasSize(50);
    assertRefused(TagException.class, "Too many tags", numbered(50, 1));
    // A new value is no further tag.
    tag(new Tag("k49", "other"));
    assertThat(tags()).hasSize(50).contains(new Tag("k49", "other"));
  }

  @Test
  void tagResource_invalidTags_throwsTagException() {
    assertRefused(
        TagException.class, "Duplicate tag keys", List.of(new Tag("a", "1"), new Tag("a", "1")));
    for (String reserved : List.of("aws:x", "AWS:x", "aws:")) {
      assertRefused(
          TagException.class,
          "Tags beginning with aws: are reserved",
          List.of(new Tag("a", "1"), new Tag(reserved, "v")));
    }
    assertThat(tags()).isEmpty();
  }

  /** The state of the key is checked before the tags. */
  @Test
  void tagResource_invalidTagsForKeyPendingDeletion_reportsTheState() {
    fixture.state(KeyState.PENDING_DELETION);
    assertRefused(
        KmsInvalidStateException.class,
        fixture.keyArn + " is pending deletion.",
        List.of(new Tag("aws:x", "v")));
  }

  @OverDatabases
  @Test
  void createKey_tags_areListed() {
    String keyId =
        kms.createKey(b -> b.tags(List.of(new Tag("z", "1"), new Tag("a", ""))))
            .keyMetadata()
            .keyId();
    assertThat(kms.listResourceTags(b -> b.keyId(keyId)).tags())
        .containsExactly(new Tag("a", ""), new Tag("z", "1"));
  }

  @OverDatabases
  @Test
  void tags_ofDisabledAndCancelledKey_areKept() {
    tag(new Tag("a", "1"));
    kms.disableKey(b -> b.keyId(fixture.keyId));
    kms.scheduleKeyDeletion(b -> b.keyId(fixture.keyId).pendingWindowInDays(7));
    assertThat(tags()).containsExactly(new Tag("a", "1"));
    kms.cancelKeyDeletion(b -> b.keyId(fixture.keyId));
    tag(new Tag("b", "2"));
    assertThat(tags()).containsExactly(new Tag("a", "1"), new Tag("b", "2"));
  }

  /** Each of two calls at the same time adds its own tag. */
  @OverDatabases
  @Test
  void tagResource_overtakenByAnother_keepsBothTags() {
    fixture.storage.beforeNextChange = () -> tag(new Tag("faster", "1"));
    tag(new Tag("slower", "2"));
    assertThat(tags()).containsExactly(new Tag("faster", "1"), new Tag("slower", "2"));
  }

  @Test
  void tagResource_overtakenByTheLastTags_isRefused() {
    fixture.storage.beforeNextChange =
        () -> kms.tagResource(b -> b.keyId(fixture.keyId).tags(numbered(0, 50)));
    assertThat(catchThrowable(() -> tag(new Tag("one", "more"))))
        .isExactlyInstanceOf(TagException.class)
        .hasMessage("Too many tags");
    assertThat(tags()).hasSize(50);
  }

  @Test
  void tagResource_keyDeletedMeanwhile_isRefused() {
    fixture.storage.beforeNextChange =
        () -> kms.scheduleKeyDeletion(b -> b.keyId(fixture.keyId).pendingWindowInDays(7));
    assertThat(catchThrowable(() -> tag(new Tag("one", "more"))))
        .isExactlyInstanceOf(KmsInvalidStateException.class)
        .hasMessage(fixture.keyArn + " is pending deletion.");
    fixture.now = fixture.now.plus(Duration.ofDays(7));
    assertThat(catchThrowable(this::tags))
        .hasMessage("Key '" + fixture.keyArn + "' does not exist");
  }

  @Test
  void listResourceTags_limits_are50AtMost() {
    kms.tagResource(b -> b.keyId(fixture.keyId).tags(numbered(0, 50)));
    for (Integer limit : new Integer[] {null, 50, 51, 1000}) {
      ListResourceTags.Response page =
          kms.listResourceTags(b -> b.keyId(fixture.keyId).limit(limit));
      assertThat(page.tags()).hasSize(50).extracting(Tag::tagKey).isSorted();
      assertThat(page.truncated()).isFalse();
      assertThat(page.nextMarker()).isNull();
    }
    ListResourceTags.Response first = kms.listResourceTags(b -> b.keyId(fixture.keyId).limit(49));
    assertThat(first.tags()).hasSize(49);
    assertThat(first.truncated()).isTrue();
    assertThat(first.nextMarker()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 49, 50})
  void listResourceTagsPages_listEveryTagOnce(int limit) {
    List<Tag> all = new ArrayList<>(numbered(0, 45));
    all.add(new Tag("\ud83d\ude00", "above the BMP"));
    all.add(new Tag("\u20ac".repeat(128), "\u20ac".repeat(256)));
    // Strings of Java can have unpaired surrogates.
    all.add(new Tag("x\ud800", ""));
    all.add(new Tag("x\ud801", ""));
    all.add(new Tag("x?", ""));
    kms.tagResource(b -> b.keyId(fixture.keyId).tags(all));
    assertThat(kms.listResourceTagsPages(b -> b.keyId(fixture.keyId).limit(limit)).items().toList())
        .containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void marker_ofRemovedTag_continuesAfterIt() {
    tag(new Tag("a", "1"), new Tag("b", "2"), new Tag("c", "3"), new Tag("d", "4"));
    String marker = kms.listResourceTags(b -> b.keyId(fixture.keyId).limit(2)).nextMarker();
    untag("a", "b", "c");
    tag(new Tag("aa", "too late"), new Tag("bb", "listed"));
    assertThat(kms.listResourceTags(b -> b.keyId(fixture.keyId).marker(marker)).tags())
        .containsExactly(new Tag("bb", "listed"), new Tag("d", "4"));
  }

  @Test
  void marker_ofAnotherListing_isInvalid() {
    tag(new Tag("a", "1"), new Tag("b", "2"));
    kms.tagResource(
        b -> b.keyId(fixture.otherKeyId).tags(List.of(new Tag("a", "1"), new Tag("b", "2"))));
    String marker = kms.listResourceTags(b -> b.keyId(fixture.keyId).limit(1)).nextMarker();
    String ofKeys = kms.listKeys(b -> b.limit(1)).nextMarker();
    assertInvalid(() -> kms.listResourceTags(b -> b.keyId(fixture.otherKeyId).marker(marker)));
    assertInvalid(() -> kms.listResourceTags(b -> b.keyId(fixture.keyId).marker(ofKeys)));
    assertInvalid(() -> kms.listResourceTags(b -> b.keyId(fixture.keyId).marker("x")));
    assertInvalid(() -> kms.listKeyPolicies(b -> b.keyId(fixture.keyId).marker(marker)));
    assertInvalid(() -> kms.listKeys(b -> b.marker(marker)));
    assertThat(kms.listResourceTags(b -> b.keyId(fixture.keyArn).marker(marker)).tags())
        .containsExactly(new Tag("b", "2"));
  }

  private static void assertInvalid(Runnable call) {
    assertThat(catchThrowable(call::run))
        .isExactlyInstanceOf(InvalidMarkerException.class)
        .hasMessage("embedded-kms: the marker was not returned by this listing");
  }

  private static List<Tag> numbered(int first, int count) {
    return IntStream.range(first, first + count).mapToObj(i -> new Tag("k" + i, "v")).toList();
  }

  private void tag(Tag... tags) {
    kms.tagResource(b -> b.keyId(fixture.keyId).tags(List.of(tags)));
  }

  private void untag(String... keys) {
    kms.untagResource(b -> b.keyId(fixture.keyId).tagKeys(List.of(keys)));
  }

  private List<Tag> tags() {
    return kms.listResourceTags(b -> b.keyId(fixture.keyId)).tags();
  }

  private void assertRefused(Class<? extends KmsException> type, String message, List<Tag> tags) {
    int changes = fixture.storage.changes;
    assertThat(catchThrowable(() -> kms.tagResource(b -> b.keyId(fixture.keyId).tags(tags))))
        .isExactlyInstanceOf(type)
        .hasMessage(message);
    assertThat(fixture.storage.changes).isEqualTo(changes);
  }
}
