package ponder.grade;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Work;

/// Answers sorted into classes of equal ones, for voting.
///
/// Tolerance is not transitive, so classes are made of equal canonical forms alone. Then one pass
/// lets a class of decimals join the one exact class that it rounds, if there is exactly one.
/// Classes are numbered in the order in which they are first seen. Immutable.
public final class AnswerClasses {
  /// What one comparison of the merging pass may cost.
  private static final long MERGE_STEPS = 200_000;

  private final int[] classes;
  private final List<String> keys;

  private AnswerClasses(int[] classes, List<String> keys) {
    this.classes = classes;
    this.keys = List.copyOf(keys);
  }

  /// The classes of `answers`; null and blank are no answer and in no class. Never throws on any
  /// text, deterministic; the cost is that of reading each different text once, and of comparing
  /// each class of decimals with each class of exact values.
  public static AnswerClasses of(List<@Nullable String> answers) {
    Builder builder = new Builder(answers.size());
    for (int i = 0; i < answers.size(); i++) {
      String answer = answers.get(i);
      builder.add(i, answer == null ? "" : answer.strip());
    }
    return builder.build();
  }

  /// The classes of `answers` in which all have the same `key`; null and blank are no answer and in
  /// no class. A blank key stands for the answer as it is.
  static AnswerClasses by(List<@Nullable String> answers, UnaryOperator<String> key) {
    int[] classes = new int[answers.size()];
    Map<String, Integer> numbers = new LinkedHashMap<>();
    for (int i = 0; i < classes.length; i++) {
      String answer = answers.get(i);
      String text = answer == null ? "" : answer.strip();
      String own = text.isEmpty() || key.apply(text).isBlank() ? text : key.apply(text);
      classes[i] = own.isEmpty() ? -1 : numbers.computeIfAbsent(own, it -> numbers.size());
    }
    return new AnswerClasses(classes, List.copyOf(numbers.keySet()));
  }

  /// Whether two answers have the same canonical form. Symmetric and transitive; a blank answer is
  /// the same as nothing. Never throws.
  public static boolean same(String a, String b) {
    String left = a.strip();
    String right = b.strip();
    return !left.isEmpty() && !right.isEmpty() && form(left).key().equals(form(right).key());
  }

  /// The class of the answer at `index`; -1 if it is no answer.
  public int classOf(int index) {
    return classes[index];
  }

  /// How many classes there are.
  public int count() {
    return keys.size();
  }

  /// The canonical form of a class's answers.
  public String canonical(int klass) {
    return keys.get(klass);
  }

  private static Canonical form(String answer) {
    if (answer.length() > Reading.MAX_LENGTH) {
      return new Canonical("text " + answer, new Value.Opaque(answer), false);
    }
    Work work = new Work(Grader.MAX_STEPS);
    Reading reading = Reading.of(answer, true, work);
    if (reading == null || reading.isEmpty()) {
      return new Canonical("text " + answer, new Value.Opaque(answer), false);
    }
    CanonicalForm form = CanonicalForm.of(reading, work);
    return new Canonical(form.key(), form.value(), form.isApproximate());
  }

  private record Canonical(String key, Value value, boolean approximate) {}

  /// Collects classes in the order they are seen.
  private static final class Builder {
    private final int[] classes;
    private final Map<String, Canonical> forms = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<Canonical> members = new ArrayList<>();

    Builder(int size) {
      classes = new int[size];
    }

    void add(int index, String answer) {
      if (answer.isEmpty()) {
        classes[index] = -1;
        return;
      }
      Canonical form = forms.computeIfAbsent(answer, AnswerClasses::form);
      Integer number = numbers.get(form.key);
      if (number == null) {
        number = members.size();
        numbers.put(form.key, number);
        members.add(form);
      } else if (!form.approximate) {
        members.set(number, form); // a class with one exact answer is exact
      }
      classes[index] = number;
    }

    AnswerClasses build() {
      int[] target = new int[members.size()];
      for (int i = 0; i < target.length; i++) {
        target[i] = members.get(i).approximate ? exactTwin(i) : i;
      }
      List<String> keys = new ArrayList<>();
      int[] renumbered = new int[members.size()];
      Arrays.fill(renumbered, -1);
      for (int i = 0; i < classes.length; i++) {
        if (classes[i] >= 0) {
          int klass = target[classes[i]];
          if (renumbered[klass] < 0) {
            renumbered[klass] = keys.size();
            keys.add(members.get(klass).key);
          }
          classes[i] = renumbered[klass];
        }
      }
      return new AnswerClasses(classes, keys);
    }

    /// The one exact class that a class of decimals rounds; itself if there is none or several.
    private int exactTwin(int approximate) {
      int twin = approximate;
      for (int i = 0; i < members.size(); i++) {
        if (!members.get(i).approximate && rounds(members.get(approximate), members.get(i))) {
          if (twin != approximate) {
            return approximate;
          }
          twin = i;
        }
      }
      return twin;
    }

    private static boolean rounds(Canonical decimal, Canonical exact) {
      try {
        Comparison comparison = new Comparison(Profile.STANDARD, new Work(MERGE_STEPS));
        return comparison.compare(decimal.value, exact.value).isYes();
      } catch (Work.Exhausted e) {
        return false;
      }
    }
  }
}
