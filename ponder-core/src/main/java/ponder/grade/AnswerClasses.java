package ponder.grade;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answers sorted into classes of equal ones, for voting.
///
/// Classes are numbered in the order in which they are first seen. Immutable.
public final class AnswerClasses {
  private final int[] classes;
  private final List<String> keys;

  private AnswerClasses(int[] classes, List<String> keys) {
    this.classes = classes;
    this.keys = List.copyOf(keys);
  }

  /// The classes of `answers`; null and blank are no answer and in no class. Never throws on any
  /// text; cost linear in the number of answers.
  public static AnswerClasses of(List<@Nullable String> answers) {
    int[] classes = new int[answers.size()];
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < classes.length; i++) {
      String answer = answers.get(i);
      classes[i] = answer == null || answer.isBlank() ? -1 : indexOf(key(answer), keys);
    }
    return new AnswerClasses(classes, keys);
  }

  /// Whether two answers are the same vote. Symmetric and transitive; a blank answer is the same as
  /// nothing.
  public static boolean same(String a, String b) {
    return !a.isBlank() && !b.isBlank() && key(a).equals(key(b));
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

  private static int indexOf(String key, List<String> keys) {
    int index = keys.indexOf(key);
    if (index < 0) {
      keys.add(key);
      return keys.size() - 1;
    }
    return index;
  }

  private static String key(String answer) {
    return answer.strip().replace(" ", "");
  }
}
