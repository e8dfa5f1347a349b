package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.operation.OperationType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options of an operation's command: one for each member of its request, and those that every
 * command of the AWS CLI has.
 *
 * @param operation the operation
 * @param parsed the parsed command line
 */
record OperationOptions(OperationType operation, ParseResult parsed) {

  private static final String SKELETON = "--generate-cli-skeleton";
  private static final List<String> SKELETONS = List.of("input", "output", "yaml-input");
  private static final String NO_PAGINATE = "--no-paginate";
  private static final String STARTING_TOKEN = "--starting-token";
  private static final String PAGE_SIZE = "--page-size";
  private static final String MAX_ITEMS = "--max-items";
  private static final BigDecimal MOST_ITEMS = BigDecimal.valueOf(Integer.MAX_VALUE);

  /** Adds the options to a command. */
  static void addTo(CommandSpec spec, OperationType operation, OperationHelp help) {
    for (RecordMember member : RecordMember.of(operation.request())) {
      OptionSpec.Builder option =
          OptionSpec.builder(CommandNames.option(member)).description(help.of(member));
      if (!help.values(member).isEmpty()) {
        option.completionCandidates(help.values(member));
      }
      if (MemberTypes.isFlag(member)) {
        spec.addOption(option.arity("0").type(Boolean.class).build());
        spec.addOption(
            OptionSpec.builder(negated(member))
                .arity("0")
                .type(Boolean.class)
                .hidden(true)
                .build());
      } else if (MemberTypes.isList(member)) {
        spec.addOption(
            option
                .arity("0..*")
                .type(String[].class)
                .fallbackValue("[]")
                .paramLabel(help.label(member))
                .build());
      } else {
        spec.addOption(value(option).paramLabel(help.label(member)).build());
      }
    }
    boolean paged = PagedListing.itemsOf(operation) != null;
    if (paged) {
      addPages(spec);
    }
    // Every command takes it, as in the AWS CLI; it has an effect on listings only.
    spec.addOption(
        OptionSpec.builder(NO_PAGINATE)
            .arity("0")
            .type(Boolean.class)
            .hidden(!paged)
            .description("print the first page only")
            .build());
    spec.addOption(
        value(
            InputDocument.JSON.option(),
            "JSON",
            "all members as one JSON object; options override its members"));
    spec.addOption(value(InputDocument.YAML.option(), "YAML", "the same as one YAML object"));
    spec.addOption(
        OptionSpec.builder(SKELETON)
            .arity("0..1")
            .type(String.class)
            .fallbackValue("input")
            .completionCandidates(SKELETONS)
            .paramLabel(String.join("|", SKELETONS))
            .description(
                "print what --cli-input-json takes, what the response looks like, or what"
                    + " --cli-input-yaml takes")
            .build());
    ResponseOptions.addTo(spec);
    GlobalOptions.addTo(spec);
  }

  private static void addPages(CommandSpec spec) {
    spec.addOption(
        value(MAX_ITEMS, "N", "how many items to print; a NextToken is printed if there are more"));
    spec.addOption(value(STARTING_TOKEN, "TOKEN", "continue where a NextToken says"));
    spec.addOption(value(PAGE_SIZE, "N", "how many items to request at once"));
  }

  private static OptionSpec value(String name, String label, String text) {
    return value(OptionSpec.builder(name)).paramLabel(label).description(text).build();
  }

  private static OptionSpec.Builder value(OptionSpec.Builder option) {
    return option.arity("1").type(String.class);
  }

  private static String negated(RecordMember member) {
    return "--no-" + CommandNames.hyphenated(member.name());
  }

  /** Checks everything that does not depend on values, in the AWS CLI's order. */
  void check() {
    GlobalOptions.check(parsed);
    String skeleton = text(SKELETON);
    if (skeleton != null && !SKELETONS.contains(skeleton)) {
      throw CommandLineException.invalidChoice(SKELETON, skeleton, SKELETONS);
    }
    if (document() == null && (skeleton == null || wantsSkeletonOfResponse())) {
      requireAll();
    }
    if (!parsed.unmatched().isEmpty()) {
      throw CommandLineException.usage("Unknown options: " + String.join(", ", parsed.unmatched()));
    }
  }

  private void requireAll() {
    List<String> missing =
        RecordMember.of(operation.request()).stream()
            .filter(RecordMember::isRequired)
            .map(CommandNames::option)
            .filter(option -> !has(option))
            .toList();
    if (!missing.isEmpty()) {
      throw CommandLineException.argument(
          "the following arguments are required: " + String.join(", ", missing));
    }
  }

  /** The document with all members; null if there is none. */
  private @Nullable InputDocument document() {
    boolean json = has(InputDocument.JSON.option());
    boolean yaml = has(InputDocument.YAML.option());
    if (json && yaml) {
      throw CommandLineException.invalid("Only one --cli-input- parameter may be specified.");
    }
    return json ? InputDocument.JSON : yaml ? InputDocument.YAML : null;
  }

  /** The members of the request: from a document first, if there is one, then from the options. */
  Map<String, @Nullable Object> parameters() {
    Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
    InputDocument document = document();
    if (document != null) {
      parameters.putAll(document.read(String.valueOf(text(document.option()))));
    }
    for (RecordMember member : RecordMember.of(operation.request())) {
      if (MemberTypes.isFlag(member)) {
        if (has(CommandNames.option(member)) || has(negated(member))) {
          parameters.put(member.wireName(), isOn(member));
        }
      } else if (has(CommandNames.option(member))) {
        parameters.put(
            member.wireName(), ParameterValue.read(member, words(CommandNames.option(member))));
      }
    }
    return parameters;
  }

  /** Of a flag and its opposite the last one counts. */
  private boolean isOn(RecordMember flag) {
    List<String> words = parsed.originalArgs();
    return words.lastIndexOf(CommandNames.option(flag)) > words.lastIndexOf(negated(flag));
  }

  boolean wantsSkeletonOfRequest() {
    return "input".equals(text(SKELETON));
  }

  boolean wantsYamlSkeletonOfRequest() {
    return "yaml-input".equals(text(SKELETON));
  }

  boolean wantsSkeletonOfResponse() {
    return "output".equals(text(SKELETON));
  }

  /** What strings have for the bytes of binary members. */
  BinaryFormat binaryFormat(Function<String, @Nullable String> environment) {
    return BinaryFormat.of(text(BinaryFormat.OPTION), environment);
  }

  /**
   * All pages of a listing; null if this is no listing, or if only one page is wanted, either
   * because an option says so or because the parameters name the page.
   */
  @Nullable PagedListing pages(Map<String, @Nullable Object> parameters) {
    String listed = PagedListing.itemsOf(operation);
    if (listed == null) {
      return null;
    }
    if (has(NO_PAGINATE)
        || parameters.containsKey(PagedListing.LIMIT)
        || parameters.containsKey(PagedListing.MARKER)) {
      List<String> others = new ArrayList<>(List.of(STARTING_TOKEN, PAGE_SIZE, MAX_ITEMS));
      others.removeIf(option -> !has(option));
      if (!others.isEmpty()) {
        throw CommandLineException.invalid(
            "Cannot specify --no-paginate along with pagination arguments: "
                + String.join(", ", others));
      }
      return null;
    }
    BigDecimal maxItems = number(MAX_ITEMS);
    BigDecimal pageSize = number(PAGE_SIZE);
    String violation =
        pageSize == null ? null : ParameterMinimum.violation(pageSize, 1, PagedListing.LIMIT);
    if (violation != null) {
      throw CommandLineException.invalid(ParameterTypes.FAILED + violation);
    }
    return new PagedListing(
        listed,
        pageSize,
        maxItems == null ? null : maxItems.max(BigDecimal.ZERO).min(MOST_ITEMS).intValueExact(),
        text(STARTING_TOKEN));
  }

  /** An integer of any size: what the service does not take, the service refuses. */
  private @Nullable BigDecimal number(String option) {
    String text = text(option);
    if (text == null) {
      return null;
    }
    try {
      return new BigDecimal(new BigInteger(text.strip()));
    } catch (NumberFormatException e) {
      throw CommandLineException.argument(
          "argument " + option + ": invalid int value: '" + text + "'");
    }
  }

  private boolean has(String option) {
    return parsed.hasMatchedOption(option);
  }

  private List<String> words(String option) {
    return parsed.matchedOption(option).originalStringValues();
  }

  /** The value of an option that has one; the last one, if it was given several times. */
  private @Nullable String text(String option) {
    return parsed.hasMatchedOption(option) ? parsed.matchedOptionValue(option, null) : null;
  }
}
