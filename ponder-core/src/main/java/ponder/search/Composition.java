package ponder.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import ponder.search.Methods.Method;
import ponder.search.Methods.Parameter;

/// A method text such as `cot&best-of-n` or `(greedy|cot)&self-consistency`, taken apart.
sealed interface Composition {
  /// A method with a name of its own.
  record Part(Method of) implements Composition {}

  /// Each gets what the one before came to as a draft.
  record Chain(List<Composition> parts) implements Composition {}

  /// All work on the problem; what they came to is pooled.
  record Side(List<Composition> parts) implements Composition {}

  /// Whether `text` is more than a name.
  static boolean isOne(String text) {
    return text.chars().anyMatch(c -> c == '&' || c == '|' || c == '(' || c == ')');
  }

  /// Reads a method text. Spaces do not matter.
  ///
  /// @throws IllegalArgumentException naming the place where it cannot be read, or the part whose
  ///   method is unknown
  static Composition parse(String text) {
    return new Reader(text).whole();
  }

  /// The canonical text.
  default String name() {
    return switch (this) {
      case Part part -> part.of.name();
      case Chain chain ->
          chain.parts.stream()
              .map(part -> part instanceof Side ? "(" + part.name() + ")" : part.name())
              .collect(Collectors.joining("&"));
      case Side side -> side.parts.stream().map(Composition::name).collect(Collectors.joining("|"));
    };
  }

  /// As a method that can be chosen.
  default Method method() {
    List<Method> methods = methods();
    return new Method(
        name(),
        "composed of " + methods.stream().map(Method::name).distinct().toList(),
        verifier(methods),
        methods.stream().anyMatch(Method::judged),
        parameters(methods),
        this::strategy,
        methods.stream().anyMatch(Method::asksJudge));
  }

  private List<Method> methods() {
    return switch (this) {
      case Part part -> List.of(part.of);
      case Chain chain -> chain.parts.stream().flatMap(it -> it.methods().stream()).toList();
      case Side side -> side.parts.stream().flatMap(it -> it.methods().stream()).toList();
    };
  }

  /// That of the first part that cannot do without; else the vote that decides a pool, or the last
  /// part's.
  private String verifier(List<Method> methods) {
    return methods.stream()
        .filter(Method::wantsVerifier)
        .map(Method::verifier)
        .findFirst()
        .orElseGet(
            () ->
                switch (this) {
                  case Part part -> part.of.verifier();
                  case Chain chain -> chain.parts.getLast().verifier(methods);
                  case Side side -> "vote";
                });
  }

  private static List<Parameter> parameters(List<Method> methods) {
    Map<String, List<Parameter>> byName = new LinkedHashMap<>();
    Map<String, Parameter> ofParts = new LinkedHashMap<>();
    for (Method method : methods) {
      for (Parameter parameter : method.parameters()) {
        byName.computeIfAbsent(parameter.name(), name -> new ArrayList<>()).add(parameter);
        String name = method.name() + "." + parameter.name();
        ofParts.put(name, new Parameter(name, parameter.value(), parameter.help()));
      }
    }
    List<Parameter> all = new ArrayList<>();
    byName.forEach(
        (name, same) -> {
          boolean one = same.stream().map(Parameter::value).distinct().count() == 1;
          String value = one ? same.getFirst().value() : "";
          all.add(new Parameter(name, value, same.getFirst().help(), true));
        });
    all.addAll(ofParts.values());
    return all;
  }

  private Strategy strategy(Settings settings) {
    return switch (this) {
      case Part part -> build(part.of, settings);
      case Chain chain -> new Pipeline(strategies(chain.parts, settings));
      case Side side -> new Parallel(strategies(side.parts, settings));
    };
  }

  private static List<Member> strategies(List<Composition> parts, Settings settings) {
    return parts.stream().map(it -> new Member(it.name(), it.strategy(settings))).toList();
  }

  private static Strategy build(Method method, Settings settings) {
    try {
      return method.strategy(settings.part(method.name()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("In %s: %s".formatted(method.name(), e.getMessage()), e);
    }
  }

  /// Reads a method text from left to right.
  final class Reader {
    private final String text;
    private int at;

    private Reader(String text) {
      this.text = text;
    }

    private Composition whole() {
      Composition whole = sides();
      if (at < text.length()) {
        throw unreadable("the end");
      }
      return whole;
    }

    private Composition sides() {
      return several('|', this::chain, Side::new);
    }

    private Composition chain() {
      return several('&', this::single, Chain::new);
    }

    private Composition several(
        char between, Supplier<Composition> one, Function<List<Composition>, Composition> all) {
      List<Composition> parts = new ArrayList<>(List.of(one.get()));
      while (next() == between) {
        at++;
        parts.add(one.get());
      }
      return parts.size() == 1 ? parts.getFirst() : all.apply(parts);
    }

    private Composition single() {
      if (next() != '(') {
        return part();
      }
      at++;
      Composition inner = sides();
      if (next() != ')') {
        throw unreadable("')'");
      }
      at++;
      return inner;
    }

    private Composition part() {
      next();
      int from = at;
      while (at < text.length() && "&|()".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      String name = text.substring(from, at).strip();
      if (name.isEmpty()) {
        throw unreadable("a method's name");
      }
      try {
        return new Part(Methods.simple(name));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("In method (%s): %s".formatted(text, e.getMessage()), e);
      }
    }

    /// The next character that is no space; 0 at the end.
    private char next() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      return at < text.length() ? text.charAt(at) : 0;
    }

    private IllegalArgumentException unreadable(String expected) {
      return new IllegalArgumentException(
          "method (%s) cannot be read at character %d: %s is missing. Maybe a&b, a|b or (a|b)&c was meant."
              .formatted(text, at + 1, expected));
    }
  }
}
