package io.github.embeddedkms;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * A benchmark, of which each measurement is one fork of JMH.
 *
 * @param type the class
 * @param method the method
 * @param parameters values of the class's parameters; each has one
 * @param threads how many threads; 0 for what the method says
 */
record JmhSubject(Class<?> type, String method, Map<String, String> parameters, int threads)
    implements Target.Subject {

  static JmhSubject jmh(Class<?> type, String method) {
    return new JmhSubject(type, method, Map.of(), 0);
  }

  JmhSubject with(String parameter, String value) {
    Map<String, String> values = new TreeMap<>(parameters);
    values.put(parameter, value);
    return new JmhSubject(type, method, values, threads);
  }

  JmhSubject threads(int count) {
    return new JmhSubject(type, method, parameters, count);
  }

  @Override
  public double seconds(TargetOptions options) throws RunnerException {
    ChainedOptionsBuilder run =
        new OptionsBuilder()
            .include("^" + Pattern.quote(type.getName() + "." + method) + "$")
            .forks(1)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    parameters.forEach(run::param);
    if (threads > 0) {
      run.threads(threads);
    }
    if (options.time() != null) {
      TimeValue time = TimeValue.milliseconds(options.time().toMillis());
      run.measurementTime(time);
      if (options.quick()) {
        run.warmupTime(time);
      }
    }
    Collection<RunResult> results = new Runner(run.build()).run();
    if (results.size() != 1) {
      throw new IllegalStateException(
          type.getSimpleName()
              + "."
              + method
              + " has "
              + results.size()
              + " results: name a value of each parameter");
    }
    RunResult result = results.iterator().next();
    BenchmarkParams how = result.getParams();
    double score = result.getPrimaryResult().getScore();
    double unit = how.getTimeUnit().toNanos(1) / 1e9;
    return how.getMode() == Mode.Throughput ? unit / score : unit * score;
  }
}
