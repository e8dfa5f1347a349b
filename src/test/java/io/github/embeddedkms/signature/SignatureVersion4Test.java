package io.github.embeddedkms.signature;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The requests to {@code /} without a query from the published test suite. */
class SignatureVersion4Test {

  private static final Pattern AUTHORIZATION =
      Pattern.compile(".* SignedHeaders=(\\S+), Signature=(\\S+)");

  /** One request as published. */
  private record Vector(String name, String text) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Vector> vectors() throws IOException {
    try (InputStream in =
        SignatureVersion4Test.class.getResourceAsStream("/vectors/signature-v4.txt")) {
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      List<Vector> vectors = new ArrayList<>();
      for (String block : all.split("(?m)^== ", -1)) {
        if (!block.startsWith("#")) {
          String[] nameAndText = block.split("\n", 2);
          vectors.add(new Vector(nameAndText[0], nameAndText[1].stripTrailing()));
        }
      }
      return vectors;
    }
  }

  @Test
  void vectors_areComplete() throws IOException {
    assertThat(vectors()).hasSize(15);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void signature_ofPublishedRequest_isThePublishedOne(Vector vector) {
    String[] headAndBody = vector.text.split("\n\n", 2);
    // A line that begins with a space continues the value of the previous line.
    String[] lines = headAndBody[0].replaceAll("\n +", " ").split("\n", -1);
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (int i = 1; i < lines.length; i++) {
      String[] nameAndValue = lines[i].split(":", 2);
      headers.computeIfAbsent(nameAndValue[0], name -> new ArrayList<>()).add(nameAndValue[1]);
    }
    byte[] body =
        headAndBody.length == 1
            ? new byte[0]
            : headAndBody[1].getBytes(StandardCharsets.ISO_8859_1);
    CanonicalRequest request = CanonicalRequest.of(lines[0].split(" ", 2)[0], "/", headers, body);
    Matcher authorization = AUTHORIZATION.matcher(request.header("authorization"));
    assertThat(authorization.matches()).isTrue();

    byte[] signature =
        SignatureVersion4.of(
            SecretBytes.fromUtf8String("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            new CredentialScope("20150830", "us-east-1", "service"),
            "20150830T123600Z",
            request,
            List.of(authorization.group(1).split(";", -1)));

    assertThat(HexFormat.of().formatHex(signature)).isEqualTo(authorization.group(2));
  }
}
