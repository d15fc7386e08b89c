package ponder.search;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import ponder.core.Nearest;
import ponder.grade.Calculation;

/// The tools of an agent, and how calls of them are read.
///
/// A call is written `<call>NAME: INPUT</call>`. Whatever is wrong with one is answered with a text
/// from which the model can mend it.
///
/// @param all in the order in which the model is told of them
record Instruments(List<Instrument> all) {
  static final String OPEN = "<call>";
  static final String CLOSE = "</call>";

  static final Instruments NONE = new Instruments(List.of());

  private static final String NOTHING = "none";
  private static final List<Instrument> KNOWN = List.of(new Calculator());

  /// Longer results are cut: the model sees them whole, and its context is dear.
  private static final int MOST_CHARACTERS = 200;

  /// Most characters that a result and what stands around it take.
  static final long LONGEST = MOST_CHARACTERS + 100;

  Instruments {
    all = List.copyOf(all);
  }

  /// What came of a call.
  ///
  /// @param failed whether the call was malformed, or the tool could not carry it out
  record Result(String text, boolean failed) {}

  /// Exact arithmetic.
  private record Calculator() implements Instrument {
    @Override
    public String name() {
      return "calculator";
    }

    @Override
    public String help() {
      return "the exact value of an expression of numbers";
    }

    @Override
    public String example() {
      return "3/8 + 17*24";
    }

    @Override
    public String use(String input) {
      return Calculation.of(input);
    }
  }

  /// Those that a setting names, between commas; `none` for none.
  ///
  /// @throws IllegalArgumentException naming the first that is unknown
  static Instruments named(String text) {
    if (text.strip().equals(NOTHING)) {
      return NONE;
    }
    LinkedHashSet<Instrument> chosen = new LinkedHashSet<>();
    for (String name : text.split(",", -1)) {
      chosen.add(
          find(KNOWN, name)
              .orElseThrow(
                  () -> {
                    List<String> known = new ArrayList<>(names(KNOWN));
                    known.add(NOTHING);
                    return new IllegalArgumentException(
                        "tools (%s): '%s' is unknown.%s"
                            .formatted(text, name.strip(), Nearest.maybe(name.strip(), known)));
                  }));
    }
    return new Instruments(List.copyOf(chosen));
  }

  private static List<String> names(List<Instrument> instruments) {
    return instruments.stream().map(Instrument::name).toList();
  }

  private static Optional<Instrument> find(List<Instrument> among, String name) {
    String plain = name.strip().toLowerCase(Locale.ROOT);
    return among.stream().filter(it -> it.name().equals(plain)).findFirst();
  }

  /// What the model is told of them; empty if there are none.
  String told(Language in) {
    return all.isEmpty()
        ? ""
        : all.stream()
            .map(
                it ->
                    "%s: %s, such as %s%s%s"
                        .formatted(it.name(), it.help(), OPEN, example(it), CLOSE))
            .collect(Collectors.joining("\n", Phrase.TOOLS.in(in) + "\n", ""));
  }

  private static String example(Instrument instrument) {
    return instrument.name() + ": " + instrument.example();
  }

  /// Carries out a call.
  ///
  /// @param call what stands between the marks
  Result use(String call, Language in) {
    int colon = call.indexOf(':');
    if (colon < 1) {
      return malformed(in);
    }
    String name = call.substring(0, colon).strip();
    Optional<Instrument> found = find(all, name);
    if (found.isEmpty()) {
      return failed(Phrase.CALL_UNKNOWN.in(in).formatted(name, String.join(", ", names(all))));
    }
    Instrument instrument = found.get();
    try {
      return new Result(cut(instrument.use(call.substring(colon + 1).strip())), false);
    } catch (RuntimeException e) {
      // Whatever a tool throws must not end the run: the model may do without it.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return failed(Phrase.CALL_FAILED.in(in).formatted(instrument.name(), reason));
    }
  }

  /// The answer to a call that is not written as one.
  Result malformed(Language in) {
    return failed(Phrase.CALL_FORM.in(in).formatted(example(all.getFirst())));
  }

  private static Result failed(String text) {
    return new Result(cut(text), true);
  }

  private static String cut(String text) {
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "...";
  }
}
