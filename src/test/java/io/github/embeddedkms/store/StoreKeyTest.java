package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.blob.IndependentXaesGcm;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.fixture.IndependentStoreSeal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What is sealed and authenticated with a store key, compared with the description of the format.
 */
class StoreKeyTest {

  private static final byte[] KEY = counting(32, 0x40);
  private static final Bytes STORE_ID = Bytes.fromByteArray(counting(16, 0x80));
  private static final Bytes OTHER_STORE_ID = Bytes.fromByteArray(counting(16, 0x81));
  private static final int EPOCH = 1;
  private static final Address KEY_ADDRESS =
      new Address("111122223333", "eu-central-1", "1234abcd-12ab-34cd-56ef-1234567890ab");
  private static final Bytes MATERIAL_ID = Bytes.fromByteArray(counting(32, 0x20));
  private static final byte[] MATERIAL = counting(32, 0xC0);
  private static final Item ITEM =
      new Item(ItemKind.KEY, KEY_ADDRESS, 3, 17, EPOCH, Bytes.fromUtf8String("{\"d\":\"\u00e9\"}"));
  private static final Head HEAD =
      new Head(STORE_ID, 2, EPOCH, 17, 5, 3, 23, 7, Bytes.fromByteArray(new byte[0]));
  private static final Bytes NOTHING = Bytes.fromByteArray(new byte[0]);
  private static final SetSum SUM = SetSum.of(counting(32, 0xF0));

  private final IndependentStoreSeal independent =
      new IndependentStoreSeal(STORE_ID.asByteArray(), EPOCH, KEY);
  private final StoreKey storeKey = storeKey(STORE_ID, EPOCH, KEY);

  private static StoreKey storeKey(Bytes storeId, int epoch, byte[] key) {
    try (SecretBytes secret = SecretBytes.fromByteArray(key)) {
      return StoreKey.of(storeId, epoch, secret);
    }
  }

  @Test
  void macAndSummand_ofItem_areThoseOfTheFormat() {
    for (Item item : List.of(ITEM, alias(), tombstone())) {
      byte[] row = row(independent, item);
      assertThat(SealFormat.row(STORE_ID, item)).isEqualTo(row);
      assertThat(storeKey.mac(item).asByteArray()).isEqualTo(independent.mac(row));
      assertThat(storeKey.summand(item)).isEqualTo(independent.summand(row));
      Bytes mac = Bytes.fromByteArray(independent.mac(row));
      assertThat(storeKey.isAuthentic(item, mac)).isTrue();
      assertThat(storeKey.summandIfAuthentic(item, mac)).hasValue(independent.summand(row));
    }
  }

  private static byte[] row(IndependentStoreSeal seal, Item item) {
    return seal.row(
        item.kind().code(),
        item.address().account(),
        item.address().region(),
        item.address().id(),
        item.version(),
        item.sequence(),
        item.document().asByteArray());
  }

  private static Item alias() {
    return new Item(
        ItemKind.ALIAS,
        new Address("000000000000", "us-east-1", "alias/orders"),
        Long.MAX_VALUE,
        1L << 40,
        EPOCH,
        Bytes.fromUtf8String("{}"));
  }

  private static Item tombstone() {
    return new Item(
        ItemKind.TOMBSTONE, KEY_ADDRESS, 4, 18, EPOCH, Bytes.fromByteArray(new byte[0]));
  }

  @Test
  void sealMaterial_isOpenedIndependently_andByStoreKey() {
    Bytes sealed = storeKey.sealMaterial(KEY_ADDRESS, MATERIAL_ID, MATERIAL);
    assertThat(sealed.length()).isEqualTo(24 + MATERIAL.length + 16);
    assertThat(
            independent.openMaterial(
                KEY_ADDRESS.account(),
                KEY_ADDRESS.region(),
                KEY_ADDRESS.id(),
                MATERIAL_ID.asByteArray(),
                sealed.asByteArray()))
        .hasValue(MATERIAL);
    assertThat(opened(storeKey, KEY_ADDRESS, MATERIAL_ID, sealed)).hasValue(MATERIAL);
  }

  @Test
  void sealToken_isOpenedIndependently_andByStoreKey() {
    byte[] prefix = {1, 2, 3};
    byte[] data = counting(20, 0x10);
    byte[] sealed = storeKey.sealToken(prefix, MATERIAL, data);
    assertThat(sealed).hasSize(prefix.length + 24 + MATERIAL.length + 16).startsWith(prefix);
    assertThat(
            IndependentXaesGcm.open(
                independent.key("token"),
                Arrays.copyOfRange(sealed, 3, 27),
                Arrays.copyOfRange(sealed, 27, sealed.length),
                data))
        .hasValue(MATERIAL);
    assertThat(openedToken(storeKey, sealed, data)).hasValue(MATERIAL);
    assertThat(openedToken(storeKey, sealed, counting(20, 0x11))).isEmpty();
    assertThat(openedToken(storeKey(STORE_ID, EPOCH, counting(32, 0x41)), sealed, data)).isEmpty();
    assertThat(storeKey.openToken(new byte[3], 3, data)).isEmpty();
  }

  private static Optional<byte[]> openedToken(StoreKey key, byte[] sealed, byte[] data) {
    return key.openToken(sealed, 3, data).map(token -> token.lend(byte[]::clone));
  }

  @Test
  void sealSum_isOpenedIndependently_andByStoreKey() {
    Bytes tag = storeKey.sealSum(HEAD, SUM);
    assertThat(tag.length()).isEqualTo(24 + 32 + 16);
    assertThat(independent.openTag(2, 17, 5, 3, 23, 7, tag.asByteArray())).hasValue(SUM.bytes());
    assertThat(storeKey.openSum(withTag(HEAD, tag))).hasValue(SUM);
  }

  @Test
  void sealSum_firstSchema_isNotBoundToLaterFields() {
    Head first = new Head(STORE_ID, 1, EPOCH, 17, 5, 1, 0, 0, NOTHING);
    assertThat(new Head(STORE_ID, 1, EPOCH, 17, 5, 3, 23, 7, NOTHING)).isEqualTo(first);
    Bytes tag = storeKey.sealSum(first, SUM);
    assertThat(independent.openTag(17, 5, tag.asByteArray())).hasValue(SUM.bytes());
    assertThat(storeKey.openSum(withTag(first, tag))).hasValue(SUM);
  }

  @Test
  void seal_twice_usesAnotherNonce() {
    assertThat(storeKey.sealMaterial(KEY_ADDRESS, MATERIAL_ID, MATERIAL))
        .isNotEqualTo(storeKey.sealMaterial(KEY_ADDRESS, MATERIAL_ID, MATERIAL));
    assertThat(storeKey.sealSum(HEAD, SUM)).isNotEqualTo(storeKey.sealSum(HEAD, SUM));
  }

  @Test
  void isAuthentic_itemWithAnyOtherField_isFalse_andSummandDiffers() {
    Bytes mac = storeKey.mac(ITEM);
    assertThat(storeKey.isAuthentic(ITEM, mac)).isTrue();
    for (Item other : otherItems()) {
      assertThat(storeKey.isAuthentic(other, mac)).as(other.toString()).isFalse();
      assertThat(storeKey.summandIfAuthentic(other, mac)).isEmpty();
      if (other.epoch() == EPOCH) {
        assertThat(storeKey.summand(other)).isNotEqualTo(storeKey.summand(ITEM));
      }
    }
  }

  private static List<Item> otherItems() {
    Address address = ITEM.address();
    Bytes document = ITEM.document();
    List<Item> others = new ArrayList<>();
    for (Address other : otherAddresses(address)) {
      others.add(new Item(ITEM.kind(), other, 3, 17, EPOCH, document));
    }
    others.add(new Item(ItemKind.ALIAS, address, 3, 17, EPOCH, document));
    others.add(new Item(ItemKind.TOMBSTONE, address, 3, 17, EPOCH, document));
    others.add(new Item(ITEM.kind(), address, 4, 17, EPOCH, document));
    others.add(new Item(ITEM.kind(), address, 17, 3, EPOCH, document));
    others.add(new Item(ITEM.kind(), address, 3, 18, EPOCH, document));
    others.add(new Item(ITEM.kind(), address, 3 | 1L << 32, 17, EPOCH, document));
    others.add(new Item(ITEM.kind(), address, 3, 17 | 1L << 63, EPOCH, document));
    others.add(new Item(ITEM.kind(), address, 3, 17, 2, document));
    others.add(new Item(ITEM.kind(), address, 3, 17, EPOCH, Bytes.fromByteArray(new byte[0])));
    flips(document)
        .forEach(flipped -> others.add(new Item(ITEM.kind(), address, 3, 17, EPOCH, flipped)));
    return others;
  }

  private static List<Address> otherAddresses(Address address) {
    return List.of(
        new Address("111122223334", address.region(), address.id()),
        new Address(address.account(), "eu-central-2", address.id()),
        new Address(address.account(), address.region(), address.id() + "0"),
        new Address(address.region(), address.account(), address.id()),
        // The same characters, but the boundary between two fields has moved.
        new Address(address.account() + "e", address.region().substring(1), address.id()));
  }

  @Test
  void isAuthentic_macFlippedOrCutAnywhere_isFalse() {
    Bytes mac = storeKey.mac(ITEM);
    for (Bytes flipped : flips(mac)) {
      assertThat(storeKey.isAuthentic(ITEM, flipped)).isFalse();
      assertThat(storeKey.summandIfAuthentic(ITEM, flipped)).isEmpty();
    }
    for (int length = 0; length < 32; length++) {
      Bytes cut = Bytes.fromByteArray(Arrays.copyOf(mac.asByteArray(), length));
      assertThat(storeKey.isAuthentic(ITEM, cut)).isFalse();
    }
    assertThat(storeKey.isAuthentic(ITEM, Bytes.fromByteArray(storeKey.summand(ITEM)))).isFalse();
  }

  @Test
  void openMaterial_anotherAddressOrId_isRefused() {
    Bytes sealed = storeKey.sealMaterial(KEY_ADDRESS, MATERIAL_ID, MATERIAL);
    for (Address other : otherAddresses(KEY_ADDRESS)) {
      assertThat(opened(storeKey, other, MATERIAL_ID, sealed)).as(other.toString()).isEmpty();
    }
    flips(MATERIAL_ID)
        .forEach(flipped -> assertThat(opened(storeKey, KEY_ADDRESS, flipped, sealed)).isEmpty());
  }

  @Test
  void openMaterial_flippedOrCutAnywhere_isRefused() {
    Bytes sealed = storeKey.sealMaterial(KEY_ADDRESS, MATERIAL_ID, MATERIAL);
    flips(sealed)
        .forEach(
            flipped -> assertThat(opened(storeKey, KEY_ADDRESS, MATERIAL_ID, flipped)).isEmpty());
    for (int length = 0; length < sealed.length(); length++) {
      Bytes cut = Bytes.fromByteArray(Arrays.copyOf(sealed.asByteArray(), length));
      assertThat(opened(storeKey, KEY_ADDRESS, MATERIAL_ID, cut)).isEmpty();
    }
  }

  @Test
  void openSum_headWithAnyOtherField_isRefused() {
    Bytes tag = storeKey.sealSum(HEAD, SUM);
    assertThat(storeKey.openSum(withTag(HEAD, tag))).hasValue(SUM);
    for (Head other :
        List.of(
            new Head(OTHER_STORE_ID, 2, EPOCH, 17, 5, 3, 23, 7, tag),
            new Head(STORE_ID, 1, EPOCH, 17, 5, 3, 23, 7, tag),
            new Head(STORE_ID, 3, EPOCH, 17, 5, 3, 23, 7, tag),
            new Head(STORE_ID, 2, 2, 17, 5, 3, 23, 7, tag),
            new Head(STORE_ID, 2, EPOCH, 16, 5, 3, 23, 7, tag),
            new Head(STORE_ID, 2, EPOCH, 18, 5, 3, 23, 7, tag),
            new Head(STORE_ID, 2, EPOCH, 17, 4, 3, 23, 7, tag),
            new Head(STORE_ID, 2, EPOCH, 5, 17, 3, 23, 7, tag),
            new Head(STORE_ID, 2, EPOCH, 17, 5, 2, 23, 7, tag),
            new Head(STORE_ID, 2, EPOCH, 17, 5, 3, 22, 7, tag),
            new Head(STORE_ID, 2, EPOCH, 17, 5, 3, 23, 8, tag),
            new Head(STORE_ID, 2, EPOCH, 17, 5, 3, 7, 23, tag))) {
      assertThat(storeKey.openSum(other)).as(other.toString()).isEmpty();
    }
    flips(tag).forEach(flip -> assertThat(storeKey.openSum(withTag(HEAD, flip))).isEmpty());
  }

  @Test
  void open_otherStoreEpochOrKey_isRefused() {
    Bytes sealed = storeKey.sealMaterial(KEY_ADDRESS, MATERIAL_ID, MATERIAL);
    Bytes mac = storeKey.mac(ITEM);
    Head head = withTag(HEAD, storeKey.sealSum(HEAD, SUM));
    for (StoreKey other :
        List.of(
            storeKey(OTHER_STORE_ID, EPOCH, KEY), storeKey(STORE_ID, EPOCH, counting(32, 0x41)))) {
      assertThat(opened(other, KEY_ADDRESS, MATERIAL_ID, sealed)).isEmpty();
      assertThat(other.isAuthentic(ITEM, mac)).isFalse();
      assertThat(other.summand(ITEM)).isNotEqualTo(storeKey.summand(ITEM));
    }
    // The head contains its store id, so only the key makes a difference here.
    assertThat(storeKey(STORE_ID, EPOCH, counting(32, 0x41)).openSum(head)).isEmpty();
    assertThat(opened(storeKey(STORE_ID, 2, KEY), KEY_ADDRESS, MATERIAL_ID, sealed)).isEmpty();
  }

  @Test
  void macAndSealSum_anotherEpoch_throw() {
    Item other = new Item(ItemKind.KEY, KEY_ADDRESS, 3, 17, 2, ITEM.document());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> storeKey.mac(other))
        .withMessage("the item is of epoch 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> storeKey.summand(other))
        .withMessage("the item is of epoch 2");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> storeKey.sealSum(new Head(STORE_ID, 1, 2, 17, 5, 1, 0, 0, MATERIAL_ID), SUM))
        .withMessage("the head is of epoch 2");
  }

  @Test
  void macAndSealMaterial_unpairedSurrogate_throw() {
    for (Address address :
        List.of(
            new Address("\uD800", "r", "i"),
            new Address("a", "\uDC00", "i"),
            new Address("a", "r", "i\uD800"))) {
      Item item = new Item(ItemKind.KEY, address, 1, 1, EPOCH, ITEM.document());
      assertThatIllegalArgumentException().isThrownBy(() -> storeKey.mac(item));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> storeKey.sealMaterial(address, MATERIAL_ID, MATERIAL));
    }
  }

  @Test
  void storeId_anotherLength_isRefused() {
    assertThatThrownBy(() -> storeKey(MATERIAL_ID, EPOCH, KEY).mac(ITEM))
        .isInstanceOf(AlteredStoreException.class)
        .hasMessage("embedded-kms: the store's id has 32 bytes, not 16");
  }

  @Test
  void close_everyUseFails() {
    Bytes sealed = storeKey.sealMaterial(KEY_ADDRESS, MATERIAL_ID, MATERIAL);
    Bytes mac = storeKey.mac(ITEM);
    Head head = withTag(HEAD, storeKey.sealSum(HEAD, SUM));
    storeKey.close();
    storeKey.close();
    for (Runnable use :
        List.<Runnable>of(
            () -> storeKey.sealMaterial(KEY_ADDRESS, MATERIAL_ID, MATERIAL),
            () -> storeKey.openMaterial(KEY_ADDRESS, MATERIAL_ID, sealed),
            () -> storeKey.mac(ITEM),
            () -> storeKey.isAuthentic(ITEM, mac),
            () -> storeKey.summand(ITEM),
            () -> storeKey.summandIfAuthentic(ITEM, mac),
            () -> storeKey.sealSum(HEAD, SUM),
            () -> storeKey.openSum(head))) {
      assertThatIllegalStateException()
          .isThrownBy(use::run)
          .withMessage("embedded-kms: the store key is closed");
    }
  }

  @Test
  void mac_manyThreads_isTheSame() {
    Bytes mac = storeKey.mac(ITEM);
    byte[] summand = storeKey.summand(ITEM);
    assertThat(
            IntStream.range(0, 10_000)
                .parallel()
                .allMatch(
                    i ->
                        storeKey.isAuthentic(ITEM, mac)
                            && Arrays.equals(storeKey.summand(ITEM), summand)))
        .isTrue();
  }

  @Test
  void toString_showsOnlyTheEpoch() {
    assertThat(storeKey).hasToString("StoreKey[epoch 1]");
    assertThat(SUM).hasToString("SetSum");
  }

  private static Optional<byte[]> opened(StoreKey key, Address address, Bytes id, Bytes sealed) {
    return key.openMaterial(address, id, sealed).map(SecretBytes::asByteArray);
  }

  private static Head withTag(Head head, Bytes tag) {
    return head.tagged(tag);
  }

  /** Returns copies of the bytes, each with another one of the bits flipped. */
  static List<Bytes> flips(Bytes bytes) {
    return IntStream.range(0, 8 * bytes.length())
        .mapToObj(
            bit -> {
              byte[] flipped = bytes.asByteArray();
              flipped[bit / 8] ^= (byte) (1 << bit % 8);
              return Bytes.fromByteArray(flipped);
            })
        .toList();
  }

  static byte[] counting(int length, int first) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return bytes;
  }
}
