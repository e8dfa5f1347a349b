package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ConstraintCases.NULL;
import static io.github.embeddedkms.local.ConstraintCases.longer;
import static io.github.embeddedkms.local.ConstraintCases.pattern;
import static io.github.embeddedkms.local.ConstraintCases.shorter;
import static io.github.embeddedkms.local.ConstraintCases.text;

import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateKeyBuilder;
import java.util.List;

/** The operations of {@link KeyCreation}. */
final class KeyCreationSamples implements FamilySamples {

  @Override
  public List<Sample> samples() {
    return List.of(Sample.of("CreateKey", f -> CreateKeyBuilder.builder().build()).writing());
  }

  @Override
  public void constraints(ConstraintCases cases) {
    String policyPattern = pattern("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+");
    cases.addText("CreateKey", "policy", "", shorter(), policyPattern);
    cases.addText("CreateKey", "policy", text(131_073), longer(131_072));
    cases.addText("CreateKey", "policy", "{\u20ac}", policyPattern);
    cases.addText("CreateKey", "description", text(8193), longer(8192));
    cases.addText("CreateKey", "customKeyStoreId", "", shorter());
    cases.addText("CreateKey", "customKeyStoreId", text(65), longer(64));
    String xksPattern = pattern("^[a-zA-Z0-9-_.]+$");
    cases.addText("CreateKey", "xksKeyId", "", shorter(), xksPattern);
    cases.addText("CreateKey", "xksKeyId", text(129), longer(128));
    cases.addText("CreateKey", "xksKeyId", "a b", xksPattern);
    cases.addText("CreateKey", "xksKeyId", "\u00e9", xksPattern);
    addTags(cases);
    cases.accept("CreateKey", "policy", text(131_072));
    cases.accept("CreateKey", "description", text(8192));
    cases.accept("CreateKey", "customKeyStoreId", text(64));
    cases.accept("CreateKey", "xksKeyId", text(128));
    cases.accept("CreateKey", "tags", List.of(new Tag(text(128), text(256))));
  }

  private static void addTags(ConstraintCases cases) {
    String key = "tags.1.member.tagKey";
    addTags(cases, List.of(new Tag("", "v")), " ''", key, shorter());
    addTags(cases, List.of(new Tag(null, "v")), " null", key, NULL);
    addTags(cases, List.of(new Tag(text(129), "v")), " '" + text(129) + "'", key, longer(128));
    addTags(
        cases,
        List.of(new Tag("a", "v"), new Tag("k", null)),
        " null",
        "tags.2.member.tagValue",
        NULL);
    addTags(
        cases,
        List.of(new Tag("k", text(257))),
        " '" + text(257) + "'",
        "tags.1.member.tagValue",
        longer(256));
    cases.addNullElement("CreateKey", "tags");
  }

  private static void addTags(
      ConstraintCases cases, List<Tag> tags, String shown, String path, String violated) {
    cases.add("CreateKey", "tags", tags, shown, path, violated);
  }
}
