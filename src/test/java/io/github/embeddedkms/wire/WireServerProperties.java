package io.github.embeddedkms.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.FuzzedRequest;
import io.github.embeddedkms.local.SampleRequest;
import io.github.embeddedkms.operation.KmsRequest;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** Whatever is sent to whichever operation: nothing but documented answers. */
class WireServerProperties {

  private static final AnswerContract CONTRACT = AnswerContract.overNamedKeys();

  /** Values of every type, right ones and odd ones. */
  private static final List<String> SCALARS =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-1",
          "32",
          "1e2",
          "0.5",
          "2147483648",
          "1e400",
          "\"\"",
          "\"AAAA\"",
          "\"*\"",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"SYMMETRIC_DEFAULT\"",
          "\"AES_256\"",
          "\"alias/orders\"",
          "\"${key}\"",
          "\"${disabled}\"",
          "\"${blob}\"",
          "\"${grant}\"",
          "\"${token}\"");

  @AfterContainer
  static void close() {
    CONTRACT.close();
  }

  @Property
  void randomBytes_areRefused(@ForAll("operations") Class<?> operation, @ForAll byte[] body) {
    WireResponse answer = CONTRACT.check("TrentService." + operation.getSimpleName(), body);
    assertThat(answer.errorCode()).isEqualTo("SerializationException");
  }

  @Property
  void randomTarget_isUnknown(@ForAll String target) {
    assertThat(CONTRACT.check(target, "{}".getBytes(UTF_8)).errorCode())
        .isEqualTo("UnknownOperationException");
  }

  @Property
  void jsonOfAnyShape_hasADocumentedAnswer(
      @ForAll("operations") Class<?> operation, @ForAll Random random) {
    String body = object(random, operation.getRecordComponents(), 3);
    CONTRACT.check("TrentService." + operation.getSimpleName(), body.getBytes(UTF_8));
  }

  @Example
  void sampleOfEveryOperation_succeeds() {
    for (int position = 0; position < SampleRequest.count(); position++) {
      SampleRequest sample = SampleRequest.at(position);
      try (AnswerContract contract = new AnswerContract(sample.kms())) {
        WireResponse answer = contract.check("TrentService." + sample.operation(), sample.body());
        assertThat(answer.status()).as(sample.operation()).isEqualTo(200);
      }
    }
  }

  @Property(tries = 200)
  void mutatedSample_hasADocumentedAnswer(
      @ForAll("positions") int position, @ForAll Random random) {
    SampleRequest sample = SampleRequest.at(position);
    try (AnswerContract contract = new AnswerContract(sample.kms())) {
      for (int attempt = 0; attempt < 20; attempt++) {
        contract.check("TrentService." + sample.operation(), mutated(sample.body(), random));
      }
    }
  }

  @Provide
  Arbitrary<Class<?>> operations() {
    return Arbitraries.of(KmsRequest.class.getPermittedSubclasses());
  }

  @Provide
  Arbitrary<Integer> positions() {
    return Arbitraries.of(IntStream.range(0, SampleRequest.count()).boxed().toList());
  }

  /** An object most of whose members are those of a record, with values of any type. */
  private static String object(Random random, RecordComponent[] components, int depth) {
    return Stream.generate(
            () -> {
              String name = "x";
              if (components.length > 0 && random.nextInt(8) > 0) {
                name = components[random.nextInt(components.length)].getName();
              }
              String wireName = Character.toUpperCase(name.charAt(0)) + name.substring(1);
              return "\"" + wireName + "\":" + value(random, depth);
            })
        .limit(random.nextInt(5))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String value(Random random, int depth) {
    int kind = depth == 0 ? 0 : random.nextInt(4);
    return switch (kind) {
      case 1 ->
          Stream.generate(() -> value(random, depth - 1))
              .limit(random.nextInt(4))
              .collect(Collectors.joining(",", "[", "]"));
      case 2 -> object(random, FuzzedRequest.class.getRecordComponents(), depth - 1);
      default -> SCALARS.get(random.nextInt(SCALARS.size()));
    };
  }

  /** Changes, removes or repeats a few pieces of a text. */
  private static byte[] mutated(byte[] body, Random random) {
    byte[] changed = body;
    for (int changes = random.nextInt(4) + 1; changes > 0; changes--) {
      int from = random.nextInt(changed.length + 1);
      int to = Math.min(changed.length, from + random.nextInt(6));
      byte[] piece = new byte[random.nextInt(3)];
      random.nextBytes(piece);
      changed =
          switch (random.nextInt(3)) {
            case 0 -> replaced(changed, from, to, piece);
            case 1 -> replaced(changed, from, to, new byte[0]);
            default -> replaced(changed, from, from, Arrays.copyOfRange(changed, from, to));
          };
    }
    return changed;
  }

  private static byte[] replaced(byte[] whole, int from, int to, byte[] piece) {
    byte[] result = new byte[whole.length - (to - from) + piece.length];
    System.arraycopy(whole, 0, result, 0, from);
    System.arraycopy(piece, 0, result, from, piece.length);
    System.arraycopy(whole, to, result, from + piece.length, whole.length - to);
    return result;
  }
}
