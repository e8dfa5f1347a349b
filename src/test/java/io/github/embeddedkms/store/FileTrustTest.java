package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.FileTrust.Action.ACCEPT;
import static io.github.embeddedkms.store.FileTrust.Action.REFUSE;
import static io.github.embeddedkms.store.FileTrust.Action.TIGHTEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.FileTrust.Action;
import io.github.embeddedkms.store.FileTrust.Facts;
import io.github.embeddedkms.store.FileTrust.Mode;
import io.github.embeddedkms.store.FileTrust.Owner;
import io.github.embeddedkms.store.FileTrust.Place;
import io.github.embeddedkms.store.FileTrust.Purpose;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests the decisions alone, over all combinations. RootKeyFileTest and StoreFilesTest test them
 * with real files.
 */
class FileTrustTest {

  /**
   * The decision for each mode, in the order of {@link Mode}: Accept, Tighten, Refuse. Repeats the
   * table in another form, so that a mistake in one of them is found.
   */
  private static final Map<String, String> EXPECTED =
      Map.ofEntries(
          Map.entry("ROOT_KEY US WRITABLE", "ARRRR"),
          Map.entry("ROOT_KEY US READ_ONLY", "ARRRR"),
          Map.entry("ROOT_KEY US SECRET_MOUNT", "AAAAR"),
          Map.entry("ROOT_KEY US PIPE", "ARRRR"),
          Map.entry("ROOT_KEY ROOT WRITABLE", "AARRR"),
          Map.entry("ROOT_KEY ROOT READ_ONLY", "AARRR"),
          Map.entry("ROOT_KEY ROOT SECRET_MOUNT", "AAAAR"),
          Map.entry("ROOT_KEY ROOT PIPE", "RRRRR"),
          Map.entry("ROOT_KEY ANOTHER WRITABLE", "RRRRR"),
          Map.entry("ROOT_KEY ANOTHER READ_ONLY", "RRRRR"),
          Map.entry("ROOT_KEY ANOTHER SECRET_MOUNT", "AAAAR"),
          Map.entry("ROOT_KEY ANOTHER PIPE", "RRRRR"),
          Map.entry("STORE US WRITABLE", "AAATT"),
          Map.entry("STORE ROOT WRITABLE", "AAAAR"),
          Map.entry("STORE ANOTHER WRITABLE", "AAAAR"),
          // Root can tighten what belongs to another user.
          Map.entry("STORE ANOTHER WRITABLE as root", "AAATT"));

  static Stream<Facts> files() {
    List<Facts> all = new ArrayList<>();
    for (Owner owner : Owner.values()) {
      for (Mode mode : Mode.values()) {
        for (Place place : Place.values()) {
          all.add(new Facts(owner, mode, place, false));
          if (owner != Owner.ROOT) {
            all.add(new Facts(owner, mode, place, true));
          }
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void of_eachKindOfFile_decidesAsExpected(Facts file) {
    for (Purpose purpose : Purpose.values()) {
      String kind = purpose + " " + file.owner() + " " + file.place();
      String all = purpose == Purpose.STORE ? "AAAAA" : "";
      String expected =
          EXPECTED.getOrDefault(
              file.runsAsRoot() ? kind + " as root" : kind, EXPECTED.getOrDefault(kind, all));
      Action action = FileTrust.of(purpose, file).action();
      assertThat(action.name().charAt(0))
          .as(purpose + " " + file)
          .isEqualTo(expected.charAt(List.of(Mode.values()).indexOf(file.mode())));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void of_refusedFile_reasonSaysWhatToDo(Facts file) {
    for (Purpose purpose : Purpose.values()) {
      FileTrust.Verdict verdict = FileTrust.of(purpose, file);
      if (verdict.action() != REFUSE) {
        assertThat(verdict.reason()).isEmpty();
      } else if (file.place() != Place.PIPE) {
        assertThat(verdict.reason()).containsPattern("set its (mode|group)");
      }
    }
  }

  @Test
  void of_rootKeyThatEveryUserCanChange_alwaysRefuses() {
    assertThat(files().filter(file -> file.mode() == Mode.OTHERS_WRITE))
        .isNotEmpty()
        .allSatisfy(
            file -> assertThat(FileTrust.of(Purpose.ROOT_KEY, file).action()).isEqualTo(REFUSE));
    assertThat(List.of(ACCEPT, REFUSE, TIGHTEN)).hasSize(Action.values().length);
  }

  @Test
  void table_eachRow_decidesAtLeastOneFile() {
    Set<FileTrust.Row> used = new HashSet<>();
    files()
        .forEach(
            file -> {
              for (Purpose purpose : Purpose.values()) {
                FileTrust.TABLE.stream()
                    .filter(
                        row ->
                            row.purpose() == purpose
                                && row.owners().contains(file.owner())
                                && row.modes().contains(file.mode())
                                && row.places().contains(file.place())
                                && row.runsAsRoot().contains(file.runsAsRoot()))
                    .findFirst()
                    .ifPresent(used::add);
              }
            });
    assertThat(used).containsExactlyInAnyOrderElementsOf(FileTrust.TABLE);
  }

  @ParameterizedTest
  @CsvSource({
    "0600, OWNER_ONLY", "0400, OWNER_ONLY", "0711, OWNER_ONLY", "0640, GROUP_READS",
    "0440, GROUP_READS", "0660, GROUP_WRITES", "0620, GROUP_WRITES", "0644, OTHERS_READ",
    "0604, OTHERS_READ", "0664, OTHERS_READ", "0666, OTHERS_WRITE", "0602, OTHERS_WRITE"
  })
  void mode_ofPermissions_isTheWidestAccess(String octal, Mode mode) {
    assertThat(Mode.of(0100000 | Integer.parseInt(octal, 8))).isEqualTo(mode);
  }

  private static final List<String> MOUNTS =
      List.of(
          "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard",
          "30 27 0:27 / /dev/shm rw,relatime - tmpfs tmpfs rw,size=24684096k",
          "31 27 0:40 / /etc/keys ro,relatime shared:7 master:1 - tmpfs tmpfs rw",
          "32 27 254:0 /h/key /run/secrets/key ro,relatime - ext4 /dev/vda rw,discard",
          "33 27 254:0 /h /nix/store ro,relatime - ext4 /dev/vda rw",
          "34 27 0:41 / /mnt/a\\040b\\134 rw - tmpfs tmpfs ro",
          "35 27 0:42 / /over rw - tmpfs tmpfs rw",
          "36 27 0:43 / /over ro - ext4 /dev/vdb rw",
          "an unknown line");

  @ParameterizedTest
  @CsvSource({
    "/home/key, /, false, false",
    "/dev/shm/key, /dev/shm, false, false",
    "/etc/keys/..data/key, /etc/keys, true, true",
    "/etc/keystore, /, false, false",
    "/run/secrets/key, /run/secrets/key, true, true",
    "/run/secrets/key2, /, false, false",
    "/nix/store/abc-key, /nix/store, true, false",
    "/mnt/a b\\/key, /mnt/a b\\, true, true",
    "/over/key, /over, true, false"
  })
  void mount_ofFile_isTheNearestAndLast(
      Path file, Path point, boolean readOnly, boolean forSecrets) {
    Mount mount = Mount.of(file, MOUNTS);
    assertThat(mount.point()).isEqualTo(point);
    assertThat(mount.readOnly()).isEqualTo(readOnly);
    assertThat(mount.isForSecrets(file)).isEqualTo(forSecrets);
  }
}
