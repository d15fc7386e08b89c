package ponder.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.model.Purse;
import ponder.model.Request;
import ponder.verify.Aggregation;
import ponder.verify.Candidate;
import ponder.verify.Scores;
import ponder.verify.Verifier;

/// A policy of steps whose chances are known exactly, for tests of searches.
///
/// A solution is a number of steps, each one of a few letters and a blank line behind it, then an
/// answer in a box. How probable a letter is depends on the letters before; every fifth sequence on
/// average ends with the right answer, 42, the others with one of four wrong ones. So the
/// probability of success of any beginning can be summed up, which makes an exact process reward,
/// and greedy decoding, best of n and the optimum have closed forms.
///
/// Draws depend on the request's seed, the sample's index and the place alone; at temperature 0 the
/// most probable letter is taken.
public final class ToyPolicy implements ScriptedModel.Script {
  public static final String RIGHT = "42";

  private static final String CUE = "<|im_start|>assistant\n";
  private static final Pattern STEP = Pattern.compile("step ([a-z])\n\n");

  private final Seed seed;
  private final int depth;
  private final int letters;
  private final Map<String, Double> values = new ConcurrentHashMap<>();

  /// @param depth steps of a solution
  /// @param letters choices for each, at most 26
  public ToyPolicy(long seed, int depth, int letters) {
    this.seed = new Seed(seed);
    this.depth = depth;
    this.letters = letters;
  }

  @Override
  public String reply(String prompt, int sample) {
    throw new UnsupportedOperationException("A toy policy draws by the request's seed.");
  }

  @Override
  public String reply(Request request, String prompt, int sample) {
    String said = said(prompt.substring(prompt.lastIndexOf(CUE) + CUE.length()));
    Seed drawn = new Seed(request.seed()).split("sample", sample);
    StringBuilder path = new StringBuilder(said);
    StringBuilder text = new StringBuilder();
    for (int k = 0; path.length() < depth; k++) {
      char letter =
          request.sampling().greedy()
              ? likeliest(path.toString())
              : draw(path.toString(), unit(drawn.split("place", k)));
      path.append(letter);
      text.append("step ").append(letter).append("\n\n");
    }
    return text + "so \\boxed{" + answer(path.toString()) + "}";
  }

  /// The letters of a text's steps.
  public String said(String text) {
    StringBuilder path = new StringBuilder();
    Matcher step = STEP.matcher(text);
    while (step.find() && path.length() < depth) {
      path.append(step.group(1));
    }
    return path.toString();
  }

  private static double unit(Seed from) {
    return (from.value() >>> 11) * 0x1p-53;
  }

  /// How probable `letter` is behind `path`.
  public double probability(String path, char letter) {
    double sum = 0;
    for (int i = 0; i < letters; i++) {
      sum += weight(path, (char) ('a' + i));
    }
    return weight(path, letter) / sum;
  }

  private double weight(String path, char letter) {
    return Math.exp(3 * unit(seed.split(path, letter)));
  }

  private char draw(String path, double at) {
    double left = at;
    for (int i = 0; i < letters; i++) {
      left -= probability(path, (char) ('a' + i));
      if (left < 0) {
        return (char) ('a' + i);
      }
    }
    return (char) ('a' + letters - 1);
  }

  private char likeliest(String path) {
    char best = 'a';
    for (int i = 1; i < letters; i++) {
      char letter = (char) ('a' + i);
      best = weight(path, letter) > weight(path, best) ? letter : best;
    }
    return best;
  }

  private String answer(String path) {
    long hash = Long.remainderUnsigned(seed.split("answer", path).value(), 5);
    return hash == 0 ? RIGHT : Long.toString(hash);
  }

  /// The probability that a solution which begins with `path` is right.
  public double value(String path) {
    Double known = values.get(path);
    if (known != null) {
      return known;
    }
    double value = path.length() == depth && answer(path).equals(RIGHT) ? 1 : 0;
    for (int i = 0; i < letters && path.length() < depth; i++) {
      char letter = (char) ('a' + i);
      value += probability(path, letter) * value(path + letter);
    }
    values.put(path, value);
    return value;
  }

  /// Whether greedy decoding is right.
  public boolean greedyIsRight() {
    StringBuilder path = new StringBuilder();
    while (path.length() < depth) {
      path.append(likeliest(path.toString()));
    }
    return answer(path.toString()).equals(RIGHT);
  }

  /// A verifier of steps that tells the exact probability of success after each.
  public Verifier exact() {
    return verifier("exact", this::value);
  }

  /// A verifier of steps that finds all alike.
  public Verifier constant(double value) {
    return verifier("constant", path -> value);
  }

  private interface Opinion {
    double of(String path);
  }

  private Verifier verifier(String name, Opinion opinion) {
    return new Verifier() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
        return candidates.stream().map(this::score).toList();
      }

      private Scores score(Candidate candidate) {
        StringBuilder text = new StringBuilder();
        List<Double> steps = new ArrayList<>();
        for (String step : candidate.steps()) {
          text.append(step);
          steps.add(opinion.of(said(text.toString())));
        }
        return new Scores(Aggregation.LAST.of(steps), steps, true);
      }
    };
  }

  /// Every sequence of letters of a whole solution.
  public List<String> solutions() {
    List<String> paths = List.of("");
    for (int k = 0; k < depth; k++) {
      paths =
          paths.stream()
              .flatMap(
                  path ->
                      Stream.iterate(0, i -> i < letters, i -> i + 1)
                          .map(i -> path + (char) ('a' + i)))
              .toList();
    }
    return paths;
  }
}
