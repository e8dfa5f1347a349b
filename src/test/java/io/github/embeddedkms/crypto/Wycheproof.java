package io.github.embeddedkms.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Test vectors of Project Wycheproof, which are not part of this repository: {@code
 * -Dwycheproof.folder} is the folder with the gzipped files of its {@code testvectors_v1}. Tests
 * are skipped, and say so, if the folder does not exist.
 */
final class Wycheproof {

  private static final Path FOLDER =
      Path.of(System.getProperty("wycheproof.folder", "../shared/vectors/wycheproof"));

  /** One test, with the group that has its key. */
  record Vector(JsonObject group, JsonObject test) {

    byte[] bytes(String member) {
      return hex(test, member);
    }

    boolean has(String member) {
      return test.has(member);
    }

    byte[] groupBytes(String member) {
      return hex(group, member);
    }

    /** Whether the result is valid. An implementation may refuse what is merely acceptable. */
    boolean isValid() {
      return test.get("result").getAsString().equals("valid");
    }

    private static byte[] hex(JsonObject object, String member) {
      return HexFormat.of().parseHex(object.get(member).getAsString());
    }

    @Override
    public String toString() {
      return test.get("tcId") + " " + test.get("comment") + " " + test.get("flags");
    }
  }

  private Wycheproof() {}

  /** Returns the tests of a file, for example {@code "ed25519_test"}. */
  static List<Vector> read(String name) throws IOException {
    Path file = FOLDER.resolve(name + ".json.gz");
    assumeTrue(
        Files.exists(file), () -> file + " does not exist: set -Dwycheproof.folder to its folder");
    List<Vector> vectors = new ArrayList<>();
    try (Reader reader =
        new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), UTF_8)) {
      JsonObject root = JsonParser.parseReader(reader).getAsJsonObject();
      for (JsonElement group : root.getAsJsonArray("testGroups")) {
        for (JsonElement test : group.getAsJsonObject().getAsJsonArray("tests")) {
          vectors.add(new Vector(group.getAsJsonObject(), test.getAsJsonObject()));
        }
      }
    }
    return vectors;
  }
}
