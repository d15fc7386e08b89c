package ponder.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.template.Callable.Inputs;

/// The methods of strings, lists and dictionaries that do not change them.
final class Methods {
  private Methods() {}

  /// The method `name` of `of`, or null if it has none.
  static @Nullable Callable find(Object of, String name) {
    return switch (of) {
      case String text -> ofText(text, name);
      case List<?> list -> ofItems(list, name);
      case Tuple tuple -> ofItems(tuple.items(), name);
      case Map<?, ?> map -> ofMap(map, name);
      default -> null;
    };
  }

  private static @Nullable Callable ofMap(Map<?, ?> map, String name) {
    return switch (name) {
      case "items" ->
          in ->
              map.entrySet().stream()
                  .<Object>map(e -> new Tuple(List.of(e.getKey(), e.getValue())))
                  .toList();
      case "keys" -> in -> List.copyOf(map.keySet());
      case "values" -> in -> List.copyOf(map.values());
      case "get" ->
          in -> {
            Object found = map.get(in.need(0, "key"));
            return found == null ? in.get(1, "default", None.NONE) : found;
          };
      case "copy" -> in -> map;
      case "pop", "update", "setdefault", "clear", "popitem" ->
          in -> {
            throw new Problem("a template may not change a dictionary ('%s')", name);
          };
      default -> null;
    };
  }

  private static @Nullable Callable ofItems(List<?> items, String name) {
    return switch (name) {
      case "index" ->
          in -> {
            for (int i = 0; i < items.size(); i++) {
              if (Values.equal(items.get(i), in.need(0, "value"))) {
                return (long) i;
              }
            }
            throw new Problem("the list does not hold the value");
          };
      case "count" ->
          in -> items.stream().filter(item -> Values.equal(item, in.need(0, "value"))).count();
      case "copy" -> in -> items;
      case "append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse" ->
          in -> {
            throw new Problem("a template may not change a list ('%s')", name);
          };
      default -> null;
    };
  }

  private static @Nullable Callable ofText(String text, String name) {
    return switch (name) {
      case "strip" -> in -> Text.strip(text, set(in), true, true);
      case "lstrip" -> in -> Text.strip(text, set(in), true, false);
      case "rstrip" -> in -> Text.strip(text, set(in), false, true);
      case "upper" -> in -> text.toUpperCase(Locale.ROOT);
      case "lower" -> in -> text.toLowerCase(Locale.ROOT);
      case "title" -> in -> Text.title(text);
      case "capitalize" -> in -> Text.capitalize(text);
      case "startswith" -> in -> any(in, prefix -> text.startsWith(prefix));
      case "endswith" -> in -> any(in, suffix -> text.endsWith(suffix));
      case "removeprefix" ->
          in ->
              text.startsWith(in.needText(0, "prefix"))
                  ? text.substring(in.needText(0, "prefix").length())
                  : text;
      case "removesuffix" ->
          in ->
              text.endsWith(in.needText(0, "suffix"))
                  ? text.substring(0, text.length() - in.needText(0, "suffix").length())
                  : text;
      case "replace" ->
          in ->
              replace(
                  text, in.needText(0, "old"), in.needText(1, "new"), in.number(2, "count", -1));
      case "split" -> in -> Splitting.split(text, in);
      case "rsplit" -> in -> Splitting.splitFromRight(text, in);
      case "splitlines" ->
          in -> List.<Object>copyOf(Splitting.lines(text, in.flag(0, "keepends", false)));
      case "partition" ->
          in -> partition(text, text.indexOf(in.needText(0, "sep")), in.needText(0, "sep"), true);
      case "rpartition" ->
          in ->
              partition(
                  text, text.lastIndexOf(in.needText(0, "sep")), in.needText(0, "sep"), false);
      case "find" -> in -> position(text, text.indexOf(in.needText(0, "sub")));
      case "rfind" -> in -> position(text, text.lastIndexOf(in.needText(0, "sub")));
      case "count" -> in -> count(text, in.needText(0, "sub"));
      case "join" -> in -> join(text, Values.iterate(in.need(0, "iterable")));
      case "format" -> in -> Splitting.format(text, in);
      case "zfill" -> in -> zeroFill(text, in.number(0, "width", 0));
      default -> check(text, name);
    };
  }

  private static @Nullable Callable check(String text, String name) {
    return switch (name) {
      case "isdigit", "isdecimal", "isnumeric" -> in -> all(text, Character::isDigit);
      case "isalpha" -> in -> all(text, Character::isLetter);
      case "isalnum" -> in -> all(text, Character::isLetterOrDigit);
      case "isspace" -> in -> all(text, Text::isSpace);
      case "isupper" ->
          in ->
              text.codePoints().anyMatch(Character::isUpperCase)
                  && text.codePoints().noneMatch(Character::isLowerCase);
      case "islower" ->
          in ->
              text.codePoints().anyMatch(Character::isLowerCase)
                  && text.codePoints().noneMatch(Character::isUpperCase);
      default -> null;
    };
  }

  private static boolean all(String text, java.util.function.IntPredicate predicate) {
    return !text.isEmpty() && text.codePoints().allMatch(predicate);
  }

  private static @Nullable String set(Inputs in) {
    return in.get(0, "chars", None.NONE) instanceof String chars ? chars : null;
  }

  private static boolean any(Inputs in, java.util.function.Predicate<String> predicate) {
    Object wanted = in.need(0, "prefix");
    if (wanted instanceof Tuple tuple) {
      return tuple.items().stream().anyMatch(item -> predicate.test(Display.str(item)));
    }
    return predicate.test(in.needText(0, "prefix"));
  }

  static String replace(String text, String old, String replacement, int count) {
    checkReplacement(text, old, replacement);
    if (count < 0 && !old.isEmpty()) {
      return text.replace(old, replacement);
    }
    StringBuilder out = new StringBuilder();
    int from = 0;
    int left = count < 0 ? Integer.MAX_VALUE : count;
    for (int at = text.indexOf(old); at >= 0 && left > 0; left--) {
      out.append(text, from, at).append(replacement);
      from = at + old.length();
      if (old.isEmpty()) {
        // Between any two characters, too.
        if (at >= text.length()) {
          break;
        }
        int next = text.offsetByCodePoints(at, 1);
        out.append(text, at, next);
        from = next;
        at = next;
      } else {
        at = text.indexOf(old, from);
      }
    }
    return out.append(text, Math.min(from, text.length()), text.length()).toString();
  }

  private static void checkReplacement(String text, String old, String replacement) {
    if (replacement.length() > old.length()) {
      Arithmetic.checkLength(
          text.length() + count(text, old) * (replacement.length() - old.length()));
    }
  }

  private static Object partition(String text, int at, String separator, boolean first) {
    if (at < 0) {
      return new Tuple(first ? List.of(text, "", "") : List.of("", "", text));
    }
    return new Tuple(
        List.of(text.substring(0, at), separator, text.substring(at + separator.length())));
  }

  private static long position(String text, int at) {
    return at < 0 ? -1 : text.codePointCount(0, at);
  }

  private static long count(String text, String part) {
    if (part.isEmpty()) {
      return Text.length(text) + 1L;
    }
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  private static String join(String separator, List<Object> items) {
    List<String> texts = new ArrayList<>();
    for (Object item : items) {
      if (!(item instanceof String text)) {
        throw new Problem("only strings can be joined, not a %s", Values.type(item));
      }
      texts.add(text);
    }
    return joined(separator, texts);
  }

  /// The texts with the separator between them.
  static String joined(String separator, List<String> texts) {
    long length = (long) separator.length() * texts.size();
    Arithmetic.checkLength(length + texts.stream().mapToLong(String::length).sum());
    return String.join(separator, texts);
  }

  private static String zeroFill(String text, int width) {
    String sign = text.startsWith("-") || text.startsWith("+") ? text.substring(0, 1) : "";
    return sign
        + "0".repeat(Math.max(0, Math.min(width, 4096) - Text.length(text)))
        + text.substring(sign.length());
  }
}
