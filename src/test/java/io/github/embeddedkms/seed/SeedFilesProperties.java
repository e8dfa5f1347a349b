package io.github.embeddedkms.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Every string is a seed or causes a {@link SeedException} that shows no material. */
class SeedFilesProperties {

  private static final Pattern LONG_HEX = Pattern.compile("[0-9A-Fa-f]{16,}");

  /** Tokens with a meaning in YAML, in JSON or in a seed. */
  private static final String[] WORDS = {
    "Keys",
    "Symmetric",
    "Aes",
    "Metadata",
    "KeyId",
    "BackingKeys",
    "Tags",
    "Aliases",
    "AliasName",
    "TargetKeyId",
    "Description",
    "Policy",
    "Identities",
    "Policies",
    "Statement",
    "Grants",
    "GranteePrincipal",
    "Operations",
    "Constraints",
    "EncryptionContextEquals",
    "Decrypt",
    ": ",
    ":",
    "- ",
    "\n",
    "  ",
    "\t",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\"",
    "'",
    "&a ",
    "*a",
    "!!str ",
    "!x ",
    "? ",
    "| ",
    "> ",
    "%YAML 1.2\n",
    "%TAG ! x\n",
    "---\n",
    "...\n",
    "#",
    "null",
    "~",
    "<<",
    "\\u0000",
    "\\",
    "\u0085",
    "\u2028",
    "\uFEFF",
    "\uD83D",
    SeedFilesTest.KEY_ID,
    SeedFilesTest.MATERIAL
  };

  private static void assertReadOrRefused(String text) {
    try {
      Seed seed = SeedFiles.read(text, "seed.yaml");
      assertThat(seed).isNotNull();
    } catch (SeedException e) {
      assertThat(e).hasMessageStartingWith("embedded-kms: seed.yaml");
      assertThat(e.getMessage()).doesNotContainPattern(LONG_HEX);
      assertThat(e).hasNoCause();
    }
  }

  @Property
  void anyString_isReadOrRefused(@ForAll String text) {
    assertReadOrRefused(text);
  }

  @Property
  void anyTokens_areReadOrRefused(@ForAll @From("words") String text) {
    assertReadOrRefused(text);
  }

  @Provide
  Arbitrary<String> words() {
    return Arbitraries.of(WORDS).list().ofMaxSize(60).map(words -> String.join("", words));
  }

  @Property
  void fileWithAReplacedPart_isReadOrRefused(
      @ForAll boolean json,
      @ForAll @IntRange(max = 1200) int from,
      @ForAll @IntRange(max = 90) int length,
      @ForAll @From("words") String replacement)
      throws IOException {
    String name = json ? "orders.json" : "orders.yaml";
    String whole = Files.readString(Path.of("src/test/resources/seeds", name));
    int begin = Math.min(from, whole.length());
    int end = Math.min(begin + length, whole.length());
    assertReadOrRefused(whole.substring(0, begin) + replacement + whole.substring(end));
  }

  @Property
  void fileWithAMovedLine_isReadOrRefused(
      @ForAll @IntRange(max = 30) int from, @ForAll @IntRange(max = 30) int to) throws IOException {
    var lines = Files.readAllLines(Path.of("src/test/resources/seeds/orders.yaml"));
    String line = lines.remove(Math.min(from, lines.size() - 1));
    lines.add(Math.min(to, lines.size()), line);
    assertReadOrRefused(String.join("\n", lines));
  }
}
