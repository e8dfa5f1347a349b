package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The authenticated bytes of an item determine the item completely. */
class SealFormatProperties {

  private static final String ROW_LABEL = "embedded-kms/store-row/v1";
  private static final Bytes STORE_ID = Bytes.fromByteArray(new byte[16]);

  @Property
  void row_ofTwoItems_isEqualOnlyIfTheItemsAre(
      @ForAll("closeItems") Item one, @ForAll("closeItems") Item other) {
    assertThat(row(one).equals(row(other))).isEqualTo(one.equals(other));
  }

  @Property
  void materialData_isEqualOnlyForTheSameKeyAndId(
      @ForAll("closeItems") Item one, @ForAll("closeItems") Item other) {
    assertThat(materialData(one).equals(materialData(other)))
        .isEqualTo(
            one.epoch() == other.epoch()
                && one.address().equals(other.address())
                && one.document().equals(other.document()));
  }

  @Property
  void row_parsed_givesTheItem(@ForAll("items") Item item) {
    ByteBuffer in = ByteBuffer.wrap(SealFormat.row(STORE_ID, item));
    assertThat(new String(field(in, ROW_LABEL.length()), StandardCharsets.US_ASCII))
        .isEqualTo(ROW_LABEL);
    assertThat(Bytes.fromByteArray(field(in, 16))).isEqualTo(STORE_ID);
    int epoch = in.getInt();
    ItemKind kind = kind(in.get());
    Address address = new Address(text(in), text(in), text(in));
    long version = in.getLong();
    long sequence = in.getLong();
    Bytes document = Bytes.fromByteArray(field(in, in.getInt()));
    assertThat(in.hasRemaining()).isFalse();
    assertThat(new Item(kind, address, version, sequence, epoch, document)).isEqualTo(item);
  }

  @Property
  void row_ofAnotherStore_isDifferent(@ForAll("items") Item item) {
    byte[] otherId = new byte[16];
    otherId[15] = 1;
    assertThat(SealFormat.row(Bytes.fromByteArray(otherId), item))
        .isNotEqualTo(SealFormat.row(STORE_ID, item));
  }

  /** Few letters and small numbers, so that two items are often nearly or completely equal. */
  @Provide
  Arbitrary<Item> closeItems() {
    Arbitrary<String> text = Arbitraries.strings().withChars('a', '\u0000').ofMaxLength(2);
    return items(text, Arbitraries.longs().between(0, 1), Arbitraries.integers().between(1, 2));
  }

  @Provide
  Arbitrary<Item> items() {
    Arbitrary<String> text =
        Arbitraries.strings()
            .all()
            .ofMaxLength(12)
            .filter(any -> any.chars().noneMatch(c -> Character.isSurrogate((char) c)));
    return items(
        text, Arbitraries.longs().greaterOrEqual(0), Arbitraries.integers().greaterOrEqual(1));
  }

  private static Arbitrary<Item> items(
      Arbitrary<String> text, Arbitrary<Long> number, Arbitrary<Integer> epoch) {
    Arbitrary<Address> address = Combinators.combine(text, text, text).as(Address::new);
    Arbitrary<Bytes> document = text.map(Bytes::fromUtf8String);
    return Combinators.combine(
            Arbitraries.integers().between(0, 255).map(ItemKind::of),
            address,
            number,
            number,
            epoch,
            document)
        .as(Item::new);
  }

  private static Bytes row(Item item) {
    return Bytes.fromByteArray(SealFormat.row(STORE_ID, item));
  }

  /** Uses the document as the material's id. */
  private static Bytes materialData(Item item) {
    return Bytes.fromByteArray(
        SealFormat.materialData(STORE_ID, item.epoch(), item.address(), item.document()));
  }

  private static ItemKind kind(byte code) {
    return ItemKind.of(code & 0xFF);
  }

  private static String text(ByteBuffer in) {
    return new String(field(in, in.getInt()), StandardCharsets.UTF_8);
  }

  private static byte[] field(ByteBuffer in, int length) {
    byte[] field = new byte[length];
    in.get(field);
    return field;
  }
}
