package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.FileTrust.Mode.GROUP_READS;
import static io.github.embeddedkms.store.FileTrust.Mode.GROUP_WRITES;
import static io.github.embeddedkms.store.FileTrust.Mode.OTHERS_READ;
import static io.github.embeddedkms.store.FileTrust.Mode.OTHERS_WRITE;
import static io.github.embeddedkms.store.FileTrust.Mode.OWNER_ONLY;
import static io.github.embeddedkms.store.FileTrust.Owner.ANOTHER;
import static io.github.embeddedkms.store.FileTrust.Owner.ROOT;
import static io.github.embeddedkms.store.FileTrust.Owner.US;
import static io.github.embeddedkms.store.FileTrust.Place.PIPE;
import static io.github.embeddedkms.store.FileTrust.Place.READ_ONLY;
import static io.github.embeddedkms.store.FileTrust.Place.SECRET_MOUNT;
import static io.github.embeddedkms.store.FileTrust.Place.WRITABLE;
import static io.github.embeddedkms.store.FileTrust.Purpose.ROOT_KEY;
import static io.github.embeddedkms.store.FileTrust.Purpose.STORE;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Decides, by one table, whether a file may be used. The decision depends on the file's owner, its
 * mode, its location, and the user of this process.
 *
 * <p>A root key file that others can <em>read</em> gives away every key of the store. One that
 * others can <em>write or replace</em> lets them choose the root key of the next new store. Only
 * its owner may therefore have access to it, and the owner must be the user of this process or
 * root. Two exceptions accept files that platforms create and this process cannot change:
 *
 * <ul>
 *   <li>A file of root that only a group may read: root has deliberately given it to the group of
 *       this process (Kubernetes' {@code fsGroup}, mode 0440).
 *   <li>A file on a {@linkplain Place#SECRET_MOUNT secret mount}, with any owner, that is not
 *       writable by all users (Kubernetes and Docker Swarm, mode 0444; Compose, the mode and owner
 *       of the host's file). Every process of the container can read it, but the platform offers
 *       nothing better, and no process of the container can change it. A read-only mount alone is
 *       not enough: a package store or an image's root file system is read-only as well, and a key
 *       in it can be read wherever the image or package goes.
 * </ul>
 *
 * <p>The files of a store hold sealed materials and readable metadata. A mode that gives access to
 * all users is nearly always a result of the umask, a restored backup at 0644 for example, and is
 * set to 0600 where possible. Access for a group only is assumed to be deliberate, and is left
 * alone.
 */
final class FileTrust {

  /** What a file is used for. */
  enum Purpose {
    ROOT_KEY,
    STORE
  }

  /** The owner of a file. {@code US} is the user of this process, also if that is root. */
  enum Owner {
    US,
    ROOT,
    ANOTHER
  }

  /** The widest access beyond the owner's. {@code OTHERS_READ} includes groups that may write. */
  enum Mode {
    OWNER_ONLY,
    GROUP_READS,
    GROUP_WRITES,
    OTHERS_READ,
    OTHERS_WRITE;

    /** Returns the mode for permission bits as in {@code stat}; execute permission is ignored. */
    static Mode of(int permissions) {
      if ((permissions & 0002) != 0) {
        return OTHERS_WRITE;
      }
      if ((permissions & 0004) != 0) {
        return OTHERS_READ;
      }
      if ((permissions & 0020) != 0) {
        return GROUP_WRITES;
      }
      return (permissions & 0040) != 0 ? GROUP_READS : OWNER_ONLY;
    }
  }

  /** The location of a file, which determines whether any process here can change it. */
  enum Place {
    /** An ordinary file system. */
    WRITABLE,
    /** A read-only mount of any kind. */
    READ_ONLY,
    /** A read-only mount that is in memory, or consists of this one file. */
    SECRET_MOUNT,
    /** A pipe that this process was started with, such as a shell's {@code <(command)}. */
    PIPE
  }

  /** The decision about a file. */
  enum Action {
    ACCEPT,
    /** Its mode is set to 0600. */
    TIGHTEN,
    REFUSE
  }

  /**
   * The facts about a file.
   *
   * @param owner its owner; never {@code ROOT} if this process runs as root
   * @param mode who else has access to it
   * @param place its location
   * @param runsAsRoot whether this process runs as root
   */
  record Facts(Owner owner, Mode mode, Place place, boolean runsAsRoot) {}

  /**
   * A decision with its reason.
   *
   * @param action the decision about the file
   * @param reason for a refusal, what is wrong and what to do, worded to follow the file's name;
   *     otherwise empty
   */
  record Verdict(Action action, String reason) {}

  /** A row of the table. It applies to a file if each of its sets contains the file's value. */
  record Row(
      Purpose purpose,
      Set<Owner> owners,
      Set<Mode> modes,
      Set<Place> places,
      Set<Boolean> runsAsRoot,
      Verdict verdict) {

    private boolean covers(Purpose use, Facts facts) {
      return purpose == use
          && owners.contains(facts.owner())
          && modes.contains(facts.mode())
          && places.contains(facts.place())
          && runsAsRoot.contains(facts.runsAsRoot());
    }
  }

  private static final Set<Owner> ANY_OWNER = EnumSet.allOf(Owner.class);
  private static final Set<Mode> ANY_MODE = EnumSet.allOf(Mode.class);
  private static final Set<Place> ANY_PLACE = EnumSet.allOf(Place.class);
  private static final Set<Boolean> ANYONE = Set.of(true, false);
  private static final Set<Boolean> AS_ROOT = Set.of(true);
  private static final Set<Boolean> AS_USER = Set.of(false);

  private static final Set<Mode> SHARED =
      EnumSet.of(GROUP_READS, GROUP_WRITES, OTHERS_READ, OTHERS_WRITE);
  private static final Set<Mode> NOT_WRITTEN_BY_ALL =
      EnumSet.of(OWNER_ONLY, GROUP_READS, GROUP_WRITES, OTHERS_READ);
  private static final Set<Mode> FOR_ALL = EnumSet.of(OTHERS_READ, OTHERS_WRITE);
  private static final Set<Place> MOUNTED = EnumSet.of(READ_ONLY, SECRET_MOUNT);

  /** The first row that covers a file decides; together they cover every file. */
  static final List<Row> TABLE =
      List.of(
          // Root keys: files that only their owner can access, and files that a platform provides.
          new Row(ROOT_KEY, Set.of(US), Set.of(OWNER_ONLY), ANY_PLACE, ANYONE, accept()),
          new Row(
              ROOT_KEY,
              ANY_OWNER,
              ANY_MODE,
              Set.of(PIPE),
              ANYONE,
              refuse("is a pipe that other users can open")),
          new Row(ROOT_KEY, ANY_OWNER, NOT_WRITTEN_BY_ALL, Set.of(SECRET_MOUNT), ANYONE, accept()),
          new Row(
              ROOT_KEY,
              Set.of(ROOT),
              EnumSet.of(OWNER_ONLY, GROUP_READS),
              ANY_PLACE,
              AS_USER,
              accept()),
          // Root keys: files that others can read, write or replace.
          new Row(
              ROOT_KEY,
              Set.of(US),
              SHARED,
              Set.of(WRITABLE),
              ANYONE,
              refuse("may be read or written by group or others; set its mode to 0600")),
          new Row(
              ROOT_KEY,
              Set.of(US),
              SHARED,
              MOUNTED,
              ANYONE,
              refuse(
                  "may be read or written by group or others; set its mode to 0600 where its"
                      + " read-only mount comes from")),
          new Row(
              ROOT_KEY,
              Set.of(ROOT),
              ANY_MODE,
              ANY_PLACE,
              AS_USER,
              refuse(
                  "may be read by all users or written by others than root; as root, set its group"
                      + " to one of this process and its mode to 0440")),
          new Row(
              ROOT_KEY,
              Set.of(ANOTHER),
              ANY_MODE,
              ANY_PLACE,
              AS_ROOT,
              refuse(
                  "belongs to another user, who can read and replace it; chown it to root and set"
                      + " its mode to 0600")),
          new Row(
              ROOT_KEY,
              Set.of(ANOTHER),
              ANY_MODE,
              ANY_PLACE,
              AS_USER,
              refuse(
                  "belongs to another user, who can read and replace it; as root, chown it to the"
                      + " user of this process and set its mode to 0600")),
          // Stores: a file that is open to all users gets mode 0600, if this process is its owner
          // or root.
          new Row(STORE, Set.of(US), FOR_ALL, Set.of(WRITABLE), ANYONE, tighten()),
          new Row(STORE, Set.of(ANOTHER), FOR_ALL, Set.of(WRITABLE), AS_ROOT, tighten()),
          new Row(
              STORE,
              Set.of(ROOT, ANOTHER),
              Set.of(OTHERS_WRITE),
              Set.of(WRITABLE),
              AS_USER,
              refuse(
                  "may be written by all users and belongs to another one; as its owner, set its"
                      + " mode to 0660, or to 0600 and chown it to the user of this process")),
          new Row(STORE, ANY_OWNER, ANY_MODE, ANY_PLACE, ANYONE, accept()));

  private FileTrust() {}

  /** Looks up the decision for a file in the table. */
  static Verdict of(Purpose purpose, Facts facts) {
    return TABLE.stream()
        .filter(row -> row.covers(purpose, facts))
        .findFirst()
        .map(Row::verdict)
        .orElseThrow(() -> new AssertionError("no row covers " + purpose + " " + facts));
  }

  private static Verdict accept() {
    return new Verdict(Action.ACCEPT, "");
  }

  private static Verdict tighten() {
    return new Verdict(Action.TIGHTEN, "");
  }

  private static Verdict refuse(String reason) {
    return new Verdict(Action.REFUSE, reason);
  }
}
