package io.github.embeddedkms.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActionsTest {

  @ParameterizedTest
  @CsvSource({
    "*,true",
    "kms:*,true",
    "kms:**,true",
    "KMS:DECRYPT,true",
    "kms:Decr*,true",
    "kms:?ecrypt,true",
    "kms:*:*,false",
    "kms:Encrypt,false",
    "s3:*,false",
    // No wildcard in the service, which is before the colon.
    "*:*,false",
    "*:Decrypt,false",
    "k*s:Decrypt,false",
    "k?s:Decrypt,false",
    "kms*:Decrypt,false",
    "???:*,false"
  })
  void matches_pattern_ofAServiceAndAName(String pattern, boolean expected) {
    assertThat(Actions.of(false, List.of(pattern)).matches("kms:Decrypt")).isEqualTo(expected);
    assertThat(Actions.of(true, List.of(pattern)).matches("kms:Decrypt")).isEqualTo(!expected);
    assertThat(Actions.of(false, List.of("s3:*", pattern)).matches("kms:Decrypt"))
        .isEqualTo(expected);
  }
}
