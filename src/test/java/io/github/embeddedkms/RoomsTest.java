package io.github.embeddedkms;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The rooms, and which room may import which. A room is a package below the root package; {@code
 * root} is the root package itself. The packages inside {@code cli} are rooms too. Rooms are listed
 * from the bottom up, and a room may import only rooms above it in this list, so that there can be
 * no cycle.
 */
class RoomsTest {

  private static final String ROOT_PACKAGE = "io.github.embeddedkms";
  private static final String ROOT = "root";

  /** The one room with rooms inside it. */
  private static final String CLI = "cli";

  private static final Map<String, Set<String>> ROOMS = new LinkedHashMap<>();

  static {
    ROOMS.put("bounded", Set.of());
    ROOMS.put("library", Set.of());
    ROOMS.put("model", Set.of());
    ROOMS.put("exception", Set.of());
    ROOMS.put("x509", Set.of());
    ROOMS.put("signature", Set.of("model"));
    ROOMS.put("operation", Set.of("model"));
    ROOMS.put("constraint", Set.of("model", "exception"));
    ROOMS.put("crypto", Set.of("model", "library"));
    ROOMS.put("blob", Set.of("model"));
    ROOMS.put("json", Set.of("model", "library"));
    ROOMS.put("authorization", Set.of("model", "json"));
    ROOMS.put(ROOT, Set.of("operation", "model", "exception", "authorization"));
    ROOMS.put("store", Set.of("bounded", "library", "model", "crypto", "json", "authorization"));
    ROOMS.put(
        "local",
        Set.of(
            ROOT,
            "operation",
            "model",
            "exception",
            "constraint",
            "authorization",
            "store",
            "crypto",
            "blob",
            "bounded"));
    ROOMS.put(
        "wire", Set.of(ROOT, "operation", "model", "exception", "constraint", "json", "signature"));
    ROOMS.put("envelope", Set.of(ROOT, "operation", "model", "exception", "crypto"));
    ROOMS.put("tink", Set.of(ROOT, "operation", "model", "exception"));
    ROOMS.put("awssdk", Set.of(ROOT, "library", "wire"));
    ROOMS.put("endpoint", Set.of(ROOT, "wire", "exception", "crypto", "x509"));
    ROOMS.put("seed", Set.of("library", "local", "operation", "model", "json", "authorization"));
    ROOMS.put(
        "junit",
        Set.of(
            "library",
            "local",
            "seed",
            "awssdk",
            "endpoint",
            ROOT,
            "operation",
            "model",
            "exception",
            "authorization"));
    ROOMS.put("cli.terminal", Set.of());
    ROOMS.put("cli.output", Set.of("json", "cli.terminal"));
    ROOMS.put("cli.parameter", Set.of("json", "cli.terminal"));
    ROOMS.put("cli.store", Set.of("library", "local", "store", "cli.terminal"));
    ROOMS.put(
        "cli.client",
        Set.of(
            ROOT,
            "wire",
            "signature",
            "local",
            "operation",
            "model",
            "exception",
            "store",
            "authorization",
            "seed",
            "cli.parameter",
            "cli.store",
            "cli.terminal"));
    ROOMS.put(
        "cli.aws",
        Set.of(
            ROOT,
            "wire",
            "operation",
            "model",
            "exception",
            "authorization",
            "constraint",
            "json",
            "cli.client",
            "cli.output",
            "cli.parameter",
            "cli.terminal"));
    ROOMS.put(
        "cli.messages",
        Set.of(
            ROOT,
            "envelope",
            "operation",
            "model",
            "cli.client",
            "cli.output",
            "cli.parameter",
            "cli.terminal"));
    ROOMS.put(CLI, Set.copyOf(ROOMS.keySet()));
  }

  /** The packages that a room may use besides the JDK, as prefixes of package names. */
  private static final Map<String, Set<String>> LIBRARIES =
      Map.ofEntries(
          Map.entry(
              "crypto",
              Set.of("com.google.crypto.tink", "org.bouncycastle", "javax.security.auth")),
          Map.entry("json", Set.of("com.google.gson")),
          Map.entry("store", Set.of("com.google.crypto.tink", "javax.sql")),
          Map.entry("tink", Set.of("com.google.crypto.tink")),
          Map.entry("awssdk", Set.of("software.amazon.awssdk", "org.reactivestreams")),
          Map.entry("endpoint", Set.of("javax.net.ssl", "javax.security.auth.x500")),
          Map.entry("seed", Set.of("org.snakeyaml.engine")),
          Map.entry("junit", Set.of("org.junit", "software.amazon.awssdk")),
          Map.entry("cli.terminal", Set.of("picocli")),
          Map.entry(
              "cli.output", Set.of("software.amazon.smithy.jmespath", "org.snakeyaml.engine")),
          Map.entry("cli.store", Set.of("picocli", "javax.sql")),
          Map.entry("cli.client", Set.of("picocli", "javax.net.ssl")),
          Map.entry("cli.aws", Set.of("picocli", "org.snakeyaml.engine")),
          Map.entry("cli.messages", Set.of("picocli")),
          Map.entry("cli", Set.of("picocli", "javax.net.ssl")));

  /** Annotations and the JDK itself, which all rooms may use. */
  private static final Set<String> EVERYWHERE =
      Set.of(
          "java.",
          "javax.crypto",
          "org.jspecify",
          "io.soabase.recordbuilder",
          "javax.annotation.processing");

  /** Importing them takes seconds. */
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT_PACKAGE);

  @Test
  void rooms_importOnlyWhatTheTableAllows() {
    assertThat(HOUSE.size()).isGreaterThan(100);
    assertThat(violations(HOUSE, ROOT_PACKAGE)).isEmpty();
  }

  /** Factories name the parts of a key; a constructor with ten parameters does not. */
  @Test
  void keyEntry_isConstructedOnlyByFactoriesAndItsDocument() {
    Set<String> callers = new TreeSet<>();
    for (JavaClass type : HOUSE) {
      type.getConstructorCallsFromSelf().stream()
          .filter(
              call -> call.getTargetOwner().getFullName().equals(ROOT_PACKAGE + ".store.KeyEntry"))
          .forEach(call -> callers.add(type.getSimpleName()));
    }
    assertThat(callers).containsExactly("KeyDocument", "KeyEntry");
  }

  @Test
  void plantedFaults_upwardImportCycleAndUnknownRoom_areFound() {
    String planted = ROOT_PACKAGE + ".planted";
    assertThat(violations(new ClassFileImporter().importPackages(planted), planted))
        .containsExactly(
            "attic is not in the table of rooms",
            "cli.attic is not in the table of rooms",
            "cli.client may not import cli",
            "cli.messages may not import cli.aws",
            "cli.terminal may not import cli.store",
            "cli.terminal may not import model",
            "model may not import com.google.crypto.tink",
            "model may not import local",
            "operation may not import root");
  }

  @Test
  void table_roomsImportOnlyRoomsBelow_soNoCycleIsAllowed() {
    List<String> order = List.copyOf(ROOMS.keySet());
    ROOMS.forEach(
        (room, mayUse) ->
            assertThat(order.subList(0, order.indexOf(room))).as(room).containsAll(mayUse));
  }

  /**
   * The classes of this room depend on each other in one direction only, so that each can be read
   * and tested with its dependencies. A nested class counts as its top-level class.
   */
  @Test
  void local_topLevelClasses_formNoCycle() {
    JavaClasses local = HOUSE.that(resideInAPackage(ROOT_PACKAGE + ".local.."));
    assertThat(local.size()).isGreaterThan(20);
    assertThat(cycles(local)).isEmpty();
  }

  @Test
  void cli_topLevelClasses_formNoCycle() {
    JavaClasses cli = HOUSE.that(resideInAPackage(ROOT_PACKAGE + ".cli.."));
    assertThat(cli.size()).isGreaterThan(40);
    assertThat(cycles(cli)).isEmpty();
  }

  @Test
  void plantedCli_cycleWithinInnerPackage_isFound() {
    JavaClasses planted = new ClassFileImporter().importPackages(ROOT_PACKAGE + ".planted.cli");
    assertThat(cycles(planted)).containsExactly(Set.of("PlantedOption", "PlantedSkeleton"));
  }

  /** A reader of the command line also reads the rooms that it uses. */
  @Test
  void cli_topLevelClasses_shareNoSimpleNameWithAnotherRoom() {
    assertThat(namesTwice(HOUSE, ROOT_PACKAGE)).isEmpty();
  }

  @Test
  void plantedCli_simpleNameOfAnotherRoom_isFound() {
    String planted = ROOT_PACKAGE + ".planted";
    assertThat(namesTwice(new ClassFileImporter().importPackages(planted), planted))
        .containsExactly("PlantedNoun");
  }

  /** Simple names of top-level classes that are in the command line and in another package. */
  private static Set<String> namesTwice(JavaClasses classes, String rootPackage) {
    Map<String, Set<String>> rooms = new TreeMap<>();
    for (JavaClass type : classes) {
      if (!type.getSimpleName().equals("package-info")) {
        rooms
            .computeIfAbsent(topLevelOf(type), name -> new TreeSet<>())
            .add(roomOf(type, rootPackage));
      }
    }
    rooms
        .values()
        .removeIf(named -> named.size() < 2 || named.stream().noneMatch(RoomsTest::isCli));
    return rooms.keySet();
  }

  private static boolean isCli(String room) {
    return room.equals(CLI) || room.startsWith(CLI + ".");
  }

  @Test
  void plantedLocal_cycleThroughNestedClass_isFound() {
    JavaClasses planted = new ClassFileImporter().importPackages(ROOT_PACKAGE + ".planted.local");
    assertThat(cycles(planted)).containsExactly(Set.of("PlantedEngine", "PlantedTable"));
  }

  /** Returns the sets of top-level classes that depend on each other. */
  private static Set<Set<String>> cycles(JavaClasses classes) {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (JavaClass type : classes) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (target.getPackageName().equals(type.getPackageName())) {
          uses.computeIfAbsent(topLevelOf(type), name -> new TreeSet<>()).add(topLevelOf(target));
        }
      }
    }
    uses.forEach((name, others) -> others.remove(name));
    Map<String, Set<String>> reached = new TreeMap<>();
    uses.keySet().forEach(name -> reached.put(name, reachedFrom(name, uses)));
    Set<Set<String>> cycles = new LinkedHashSet<>();
    reached.forEach(
        (name, others) -> {
          if (others.contains(name)) {
            Set<String> cycle = new TreeSet<>(others);
            cycle.removeIf(other -> !reached.getOrDefault(other, Set.of()).contains(name));
            cycles.add(cycle);
          }
        });
    return cycles;
  }

  private static Set<String> reachedFrom(String name, Map<String, Set<String>> uses) {
    Set<String> reached = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>(uses.get(name));
    while (!open.isEmpty()) {
      String next = open.pop();
      if (reached.add(next)) {
        open.addAll(uses.getOrDefault(next, Set.of()));
      }
    }
    return reached;
  }

  private static String topLevelOf(JavaClass type) {
    String name = type.getName().substring(type.getPackageName().length() + 1);
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  private static Set<String> violations(JavaClasses classes, String rootPackage) {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : classes) {
      String from = roomOf(type, rootPackage);
      if (!ROOMS.containsKey(from)) {
        found.add(from + " is not in the table of rooms");
        continue;
      }
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        // An array type is in the package of its elements.
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        String to =
            isIn(target, rootPackage) ? roomOf(target, rootPackage) : target.getPackageName();
        if (!to.equals(from) && !mayUse(from, to)) {
          found.add(from + " may not import " + to);
        }
      }
    }
    return found;
  }

  private static boolean mayUse(String room, String target) {
    return ROOMS.get(room).contains(target)
        || target.isEmpty() // primitive types
        || EVERYWHERE.stream().anyMatch(target::startsWith)
        || LIBRARIES.getOrDefault(room, Set.of()).stream().anyMatch(target::startsWith);
  }

  private static boolean isIn(JavaClass type, String rootPackage) {
    return type.getPackageName().equals(rootPackage)
        || type.getPackageName().startsWith(rootPackage + ".");
  }

  /** The first package below the root package, and the second one inside {@code cli}. */
  private static String roomOf(JavaClass type, String rootPackage) {
    if (type.getPackageName().equals(rootPackage)) {
      return ROOT;
    }
    String[] names = type.getPackageName().substring(rootPackage.length() + 1).split("\\.", -1);
    return names[0].equals(CLI) && names.length > 1 ? CLI + "." + names[1] : names[0];
  }
}
