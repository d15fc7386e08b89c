package ponder.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ponder.search.Methods;
import ponder.verify.Verifiers;

/// The end of `solve --help`: methods with their settings, and verifiers.
///
/// Settings that several methods share are listed once, with the default that most of them have; a
/// method names only its own and the defaults in which it differs.
final class MethodHelp {
  private static final int SHARED = 3;

  private MethodHelp() {}

  /// The lines, in order.
  static List<String> lines() {
    Map<String, List<Methods.Parameter>> shared = shared();
    List<String> lines = new ArrayList<>(List.of("", "Methods:"));
    for (Methods.Method method : Methods.all()) {
      lines.add("  %s: %s".formatted(method.name(), method.summary()));
      method.parameters().stream()
          .filter(parameter -> !shared.containsKey(key(parameter)))
          .forEach(parameter -> lines.add("    " + line(parameter, parameter.value())));
      String other =
          method.parameters().stream()
              .filter(parameter -> differs(parameter, shared.get(key(parameter))))
              .map(parameter -> parameter.name() + "=" + shown(parameter.value()))
              .collect(Collectors.joining(", "));
      if (!other.isEmpty()) {
        lines.add("    default here: " + other);
      }
    }
    lines.add("  a&b gives b the solution of a as a draft; a|b pools what both come to.");
    lines.add("");
    lines.add("Settings that most methods have (--set KEY=VALUE, some with a flag):");
    shared.values().forEach(same -> lines.add("    " + line(same.getFirst(), usual(same))));
    lines.add("");
    lines.add("Verifiers:");
    for (Verifiers.Kind verifier : Verifiers.all()) {
      lines.add("  %s: %s".formatted(verifier.text(), verifier.summary()));
    }
    return lines;
  }

  private static boolean differs(
      Methods.Parameter parameter, @Nullable List<Methods.Parameter> same) {
    return same != null && !parameter.value().equals(usual(same));
  }

  private static Map<String, List<Methods.Parameter>> shared() {
    Map<String, List<Methods.Parameter>> all = new LinkedHashMap<>();
    for (Methods.Method method : Methods.all()) {
      for (Methods.Parameter parameter : method.parameters()) {
        all.computeIfAbsent(key(parameter), key -> new ArrayList<>()).add(parameter);
      }
    }
    all.values().removeIf(same -> same.size() < SHARED);
    return all;
  }

  private static String key(Methods.Parameter parameter) {
    return parameter.name() + ": " + parameter.help();
  }

  /// The default that most have; the first of equals.
  private static String usual(List<Methods.Parameter> same) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    same.forEach(parameter -> counts.merge(parameter.value(), 1, Integer::sum));
    return counts.entrySet().stream()
        .reduce((best, next) -> next.getValue() > best.getValue() ? next : best)
        .orElseThrow()
        .getKey();
  }

  private static String line(Methods.Parameter parameter, String value) {
    return "%-12s %s (default: %s)".formatted(parameter.name(), parameter.help(), shown(value));
  }

  private static String shown(String value) {
    return value.isEmpty() ? "none" : value;
  }
}
