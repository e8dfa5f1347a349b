package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ConstraintCases.NULL;
import static io.github.embeddedkms.local.ConstraintCases.longer;
import static io.github.embeddedkms.local.ConstraintCases.shorter;
import static io.github.embeddedkms.local.ConstraintCases.text;

import io.github.embeddedkms.local.Sample.Forms;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.ListResourceTags;
import io.github.embeddedkms.operation.TagResource;
import io.github.embeddedkms.operation.UntagResource;
import java.util.List;

/** The operations of {@link TagOperations}. */
final class TagSamples implements FamilySamples {

  private static final List<Tag> TAGS = List.of(new Tag("Stage", "test"), new Tag("Empty", ""));

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.of("ListResourceTags", f -> new ListResourceTags(f.keyId, null, null))
            .onKey("keyId", Forms.KEY_ONLY, Sample.EVERY_STATE)
            .preparedBy(TagSamples::tagKey),
        Sample.managing(
            "TagResource", f -> new TagResource(f.keyId, TAGS), Sample.NOT_PENDING_DELETION),
        Sample.managing(
                "UntagResource",
                f -> new UntagResource(f.keyId, List.of("Stage", "Unknown")),
                Sample.NOT_PENDING_DELETION)
            .preparedBy(TagSamples::tagKey));
  }

  private static void tagKey(Fixture fixture) {
    fixture.kms.tagResource(tag -> tag.keyId(fixture.keyId).tags(TAGS));
    fixture.storage.changes = 0;
  }

  @Override
  public void constraints(ConstraintCases cases) {
    cases.addPage("ListResourceTags");
    cases.add("TagResource", "tags", null, " null", "tags", NULL);
    cases.addTags("TagResource");
    String member = "tagKeys";
    cases.add("UntagResource", member, null, " null", member, NULL);
    cases.add("UntagResource", member, List.of("k", ""), " ''", "tagKeys.2.member", shorter());
    cases.add(
        "UntagResource",
        member,
        List.of(text(129)),
        " '" + text(129) + "'",
        "tagKeys.1.member",
        longer(128));
    cases.addNullElement("UntagResource", member);
    cases.accept("UntagResource", member, List.of(text(128)));
    cases.accept("UntagResource", member, List.of());
    cases.accept("TagResource", "tags", List.of());
    cases.accept("ListResourceTags", "limit", 1000);
  }
}
