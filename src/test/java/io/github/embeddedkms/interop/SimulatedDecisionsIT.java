package io.github.embeddedkms.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random authorization cases against iam-simulate, an evaluator of IAM policies for Node.js. Its
 * licence is the AGPL: it is installed for this test, runs in a process of its own, and is part of
 * nothing that is shipped.
 *
 * <p>Run by {@code mvn verify -Pinterop}; with more or other cases by {@code
 * -Dsimulated.cases=100000 -Dsimulated.seed=7}. What {@link RandomCases} leaves out because the two
 * are known to differ is said there.
 */
@Tag("interop")
class SimulatedDecisionsIT {

  private static final int CASES = Integer.getInteger("simulated.cases", 2_000);
  private static final long SEED = Long.getLong("simulated.seed", 1);
  private static final Duration LIMIT = Duration.ofMinutes(30);
  private static final int MAX_SHOWN = 20;

  @Test
  void decisions_areThoseOfIamSimulate() throws IOException {
    Path node = Machine.needed("node");
    Path folder = InteropIT.copied("iam-simulate");
    InteropIT.install(Machine.needed("npm"), folder);
    RandomCases random = new RandomCases(SEED);
    List<SimulatedCase> cases = new ArrayList<>();
    for (int i = 0; i < CASES; i++) {
      cases.add(random.next());
    }
    Files.write(folder.resolve("cases.jsonl"), cases.stream().map(SimulatedCase::line).toList());
    new Program(node, folder).run(LIMIT, Map.of(), "decide.js", "cases.jsonl", "decisions.txt");
    List<String> theirs = Files.readAllLines(folder.resolve("decisions.txt"));
    assertThat(theirs).hasSize(CASES);
    compare(cases, theirs);
  }

  private static void compare(List<SimulatedCase> cases, List<String> theirs) {
    List<String> differences = new ArrayList<>();
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < cases.size(); i++) {
      SimulatedCase each = cases.get(i);
      String ours = each.decide();
      counts.merge(ours, 1, Integer::sum);
      boolean same =
          each.isWithinAccount()
              ? ours.equals(theirs.get(i))
              : ours.equals("Allowed") == theirs.get(i).equals("Allowed");
      if (!same) {
        differences.add(
            "case " + i + ": " + ours + ", iam-simulate " + theirs.get(i) + "\n" + each.line());
      }
    }
    assertThat(differences.subList(0, Math.min(MAX_SHOWN, differences.size())))
        .as(differences.size() + " of " + cases.size() + " differ")
        .isEmpty();
    // The alphabet is of no use if one answer is rare.
    assertThat(counts.keySet()).hasSize(3);
    assertThat(counts.values()).allMatch(count -> count > cases.size() / 20);
  }
}
