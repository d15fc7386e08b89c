package ponder.grade;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Expr;

/// Reads the tokens of a whole answer as a [Value].
///
/// Outermost come lists, then relations, unions, brackets, and at last single quantities and words.
/// Every part must be read whole: a part that cannot be is opaque, and so equal to nothing but the
/// same text.
final class ValueParser {
  private static final int MAX_ITEMS = 200;

  private ValueParser() {}

  /// The value that `tokens` say; opaque if they say none that we know.
  static Value parse(List<Token> tokens) {
    try {
      return answer(unwrapped(tokens));
    } catch (Unreadable e) {
      return new Value.Opaque(Tokens.print(tokens));
    }
  }

  /// The tokens without braces around the whole, a stop at the end, or a relation sign before them.
  private static List<Token> unwrapped(List<Token> tokens) {
    List<Token> rest = tokens;
    while (!rest.isEmpty()) {
      int last = rest.size() - 1;
      if (isStop(rest.getLast())) {
        rest = rest.subList(0, last);
      } else if (rest.getFirst().isMark("=") || rest.getFirst().isMark("~")) {
        rest = rest.subList(1, rest.size());
      } else if (last > 1 && rest.getFirst().isMark("{") && Tokens.closes(rest, 0) == last) {
        rest = rest.subList(1, last);
      } else {
        break;
      }
    }
    return rest;
  }

  private static boolean isStop(Token token) {
    return token.isMark(",") || token.isMark(";") || token.isMark(":") || token.isMark(".");
  }

  private static Value answer(List<Token> tokens) {
    if (tokens.isEmpty()) {
      return new Value.Opaque(Tokens.print(tokens));
    }
    Value spaced = Tokens.spacedThousands(tokens);
    if (spaced != null) {
      return spaced;
    }
    List<List<Token>> parts = Tokens.split(tokens, Tokens::isSeparator);
    if (parts.size() == 1) {
      return item(parts.getFirst());
    }
    boolean conjunction = tokens.stream().anyMatch(token -> token.isMark("and"));
    return list(items(parts), conjunction);
  }

  private static List<Value> items(List<List<Token>> parts) {
    if (parts.size() > MAX_ITEMS) {
      throw new Unreadable();
    }
    List<Value> items = new ArrayList<>(parts.size());
    for (List<Token> part : parts) {
      if (!part.isEmpty()) {
        Value item = tryItem(part);
        if (item instanceof Value.Collection list && !list.braced()) {
          items.addAll(list.items()); // a plus-or-minus sign among others
        } else {
          items.add(item);
        }
      }
    }
    return items;
  }

  private static Value tryItem(List<Token> tokens) {
    try {
      return item(unwrapped(tokens));
    } catch (Unreadable e) {
      return new Value.Opaque(Tokens.print(tokens));
    }
  }

  /// A list of answers; where one name is given values (`x = 2, 3` or `x = 2 or x = 3`), the name
  /// belongs to the list.
  private static Value list(List<Value> items, boolean conjunction) {
    if (items.size() == 1) {
      return items.getFirst();
    }
    if (items.isEmpty() || !(items.getFirst() instanceof Value.Assignment first)) {
      return new Value.Collection(items, false, conjunction);
    }
    List<Value> values = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      Value item = items.get(i);
      boolean named = item instanceof Value.Assignment;
      if (item instanceof Value.Assignment other && !other.label().equals(first.label())) {
        return new Value.Collection(items, false, conjunction);
      }
      values.add(item instanceof Value.Assignment same ? same.value() : item);
      if (!named && !(item instanceof Value.Num)) {
        return new Value.Collection(items, false, conjunction);
      }
    }
    return new Value.Assignment(
        first.label(), null, new Value.Collection(values, false, conjunction));
  }

  private static Value item(List<Token> tokens) {
    if (tokens.isEmpty()) {
      throw new Unreadable();
    }
    if (tokens.size() == 1) {
      return single(tokens);
    }
    if (Tokens.contains(tokens, "...") && !Tokens.goesOn(tokens)) {
      throw new Unreadable();
    }
    Value words = Phrases.parse(tokens);
    if (words != null) {
      return words;
    }
    Value relation = Relations.parse(tokens);
    if (relation != null) {
      return relation;
    }
    if (Tokens.contains(tokens, "cup") || Tokens.contains(tokens, "setminus")) {
      return union(tokens);
    }
    Value bracketed = bracketed(tokens);
    return bracketed == null ? flat(tokens) : bracketed;
  }

  private static Value single(List<Token> tokens) {
    Token token = tokens.getFirst();
    return switch (token.kind()) {
      case NUMBER -> Quantities.parse(tokens);
      case LETTER -> letter(token.text());
      case WORD, TEXT -> Phrases.text(token.text(), token.kind() == Token.Kind.WORD);
      case COMMAND ->
          switch (token.text()) {
            case "emptyset" -> new Value.Collection(List.of(), true, false);
            case "mathbb:R", "R" -> realLine();
            default -> Quantities.parse(tokens);
          };
      case MARK -> throw new Unreadable();
    };
  }

  private static Value realLine() {
    Expr infinity = new Expr.Constant(Expr.Named.INFINITY);
    return new Value.Interval(new Expr.Negation(infinity), true, infinity, true);
  }

  private static Value letter(String letter) {
    char c = letter.charAt(0);
    Value value = Quantities.parse(List.of(new Token(Token.Kind.LETTER, letter, false)));
    return c >= 'A' && c <= 'F' && value instanceof Value.Num num
        ? new Value.Choice(c, num.expr())
        : value;
  }

  // Brackets.

  private static Value union(List<Token> tokens) {
    List<List<Token>> parts = Tokens.split(tokens, token -> token.isMark("cup"));
    List<Value> values = new ArrayList<>();
    for (List<Token> part : parts) {
      if (Tokens.split(part, token -> token.isMark("setminus")).size() > 1) {
        throw new Unreadable();
      }
      Value value = item(unwrapped(part));
      boolean isSet =
          value instanceof Value.Interval
              || (value instanceof Value.Collection list && list.braced())
              || (value instanceof Value.Tuple tuple && tuple.maybeInterval());
      if (!isSet) {
        throw new Unreadable();
      }
      values.add(value);
    }
    return values.size() == 1 ? values.getFirst() : new Value.Union(values);
  }

  private static @Nullable Value bracketed(List<Token> tokens) {
    Token first = tokens.getFirst();
    boolean opens =
        first.kind() == Token.Kind.MARK && Tokens.closes(tokens, 0) == tokens.size() - 1;
    if (!opens) {
      return Matrices.parse(tokens);
    }
    List<Token> inner = tokens.subList(1, tokens.size() - 1);
    return switch (first.text()) {
      case "(", "[", "<" -> sequence(first, tokens.getLast(), inner);
      case "langle" -> new Value.Tuple(items(split(inner)), false);
      case "\\{" -> set(inner);
      default -> null;
    };
  }

  private static List<List<Token>> split(List<Token> tokens) {
    return Tokens.split(tokens, token -> token.isMark(",") || token.isMark(";"));
  }

  private static @Nullable Value sequence(Token open, Token close, List<Token> inner) {
    List<List<Token>> parts = split(inner);
    boolean lowOpen = open.isMark("(");
    boolean highOpen = close.isMark(")");
    if (parts.size() == 1) {
      Value choice = lowOpen && highOpen ? choice(inner) : null;
      return choice == null ? Matrices.parse(inner) : choice;
    }
    List<Value> items = items(parts);
    if (items.size() != parts.size() || (lowOpen != highOpen && items.size() != 2)) {
      throw new Unreadable();
    }
    boolean numbers = items.size() == 2 && isPlain(items.get(0)) && isPlain(items.get(1));
    if (lowOpen && highOpen) {
      return new Value.Tuple(items, numbers);
    }
    if (!numbers) {
      return new Value.Tuple(items, false);
    }
    return interval(plain(items.get(0)), lowOpen, plain(items.get(1)), highOpen);
  }

  static Value.Interval interval(Expr low, boolean lowOpen, Expr high, boolean highOpen) {
    return new Value.Interval(
        low, lowOpen || Sets.isInfinite(low), high, highOpen || Sets.isInfinite(high));
  }

  private static boolean isPlain(Value value) {
    return value instanceof Value.Num || value instanceof Value.Choice;
  }

  private static Expr plain(Value value) {
    return switch (value) {
      case Value.Num num -> num.expr();
      case Value.Choice choice -> choice.variable();
      default -> throw new Unreadable();
    };
  }

  /// `(C)`, in either case; null if it is no choice.
  private static @Nullable Value choice(List<Token> inner) {
    if (inner.size() != 1 || inner.getFirst().kind() != Token.Kind.LETTER) {
      return null;
    }
    String letter = inner.getFirst().text();
    char upper = letter.toUpperCase(Locale.ROOT).charAt(0);
    if (upper > 'F' || letter.equals("e")) {
      return null;
    }
    return new Value.Choice(upper, new Expr.Symbol(letter));
  }

  private static Value set(List<Token> inner) {
    if (inner.isEmpty()) {
      return new Value.Collection(List.of(), true, false);
    }
    List<List<Token>> condition =
        Tokens.split(inner, token -> token.isMark(":") || token.isMark("|"));
    if (condition.size() == 2) {
      return item(condition.get(1));
    }
    return new Value.Collection(items(Tokens.split(inner, Tokens::isSeparator)), true, false);
  }

  // What has no structure but its own.

  private static Value flat(List<Token> tokens) {
    Value numeral = BaseNumerals.parse(tokens);
    if (numeral != null) {
      return numeral;
    }
    if (Tokens.contains(tokens, ":")) {
      return ratio(tokens);
    }
    if (tokens.size() == 2 && (tokens.get(1).isMark(")") || tokens.get(1).isMark("."))) {
      Value choice = choice(tokens.subList(0, 1));
      if (choice != null) {
        return choice;
      }
    }
    return Quantities.parse(tokens);
  }

  private static Value ratio(List<Token> tokens) {
    List<List<Token>> parts = Tokens.split(tokens, token -> token.isMark(":"));
    Token second =
        parts.size() > 1 && !parts.get(1).isEmpty() ? parts.get(1).getFirst() : tokens.getLast();
    boolean time =
        parts.getFirst().size() == 1 && second.isInteger() && second.text().length() == 2;
    if (time && parts.getFirst().getFirst().isInteger()) {
      return time(tokens);
    }
    List<Expr> numbers = new ArrayList<>();
    for (List<Token> part : parts) {
      numbers.add(plain(Quantities.parse(part)));
    }
    return new Value.Ratio(numbers);
  }

  /// A time of day or a duration, compared as it is written.
  private static Value time(List<Token> tokens) {
    StringBuilder text = new StringBuilder();
    for (Token token : tokens) {
      text.append(token.kind() == Token.Kind.TEXT ? " " : "").append(token.text());
    }
    return new Value.Text(text.toString().toLowerCase(Locale.ROOT).replace(".", ""), null);
  }
}
