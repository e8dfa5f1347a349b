package io.github.embeddedkms.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;

class BytesTest {

  @Test
  void fromByteArray_arrayChangedLater_keepsItsOwnCopy() {
    byte[] array = {1, 2, 3};
    Bytes bytes = Bytes.fromByteArray(array);
    array[0] = 9;
    bytes.asByteArray()[1] = 9;
    assertThat(bytes.asByteArray()).containsExactly(1, 2, 3);
    assertThat(bytes.length()).isEqualTo(3);
  }

  @Test
  void copyTo_position_copiesThereOnly() {
    byte[] target = {9, 9, 9, 9};
    Bytes.fromByteArray(new byte[] {1, 2}).copyTo(target, 1);
    assertThat(target).containsExactly(9, 1, 2, 9);
    assertThatThrownBy(() -> Bytes.fromByteArray(new byte[] {1, 2}).copyTo(target, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void asByteBuffer_written_throws() {
    Bytes bytes = Bytes.fromByteArray(new byte[] {1});
    assertThatExceptionOfType(ReadOnlyBufferException.class)
        .isThrownBy(() -> bytes.asByteBuffer().put((byte) 2));
  }

  @Test
  void utf8_validString_roundTrips() {
    assertThat(Bytes.fromUtf8String("é😀").asByteArray()).hasSize(6);
    assertThat(Bytes.fromUtf8String("é😀").asUtf8String()).isEqualTo("é😀");
  }

  @Test
  void utf8_malformed_throwsInsteadOfReplacing() {
    assertThatIllegalArgumentException().isThrownBy(() -> Bytes.fromUtf8String("a\uD800"));
    Bytes halfACharacter = Bytes.fromByteArray(new byte[] {(byte) 0xC3});
    assertThatIllegalArgumentException().isThrownBy(halfACharacter::asUtf8String);
  }

  @Test
  void equality_dependsOnContent() {
    assertThat(Bytes.fromUtf8String("a"))
        .isEqualTo(Bytes.fromUtf8String("a"))
        .hasSameHashCodeAs(Bytes.fromUtf8String("a"))
        .isNotEqualTo(Bytes.fromUtf8String("b"));
    assertThat(Bytes.fromUtf8String("a")).hasToString("Bytes[1 bytes]");
  }
}
