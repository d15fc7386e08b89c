package ponder.search;

import ponder.core.Seed;
import ponder.model.Request;
import ponder.testkit.ScriptedModel;

/// A policy for rStar whose chances are known: every action gives what its prompt asks for.
///
/// Thoughts and sub-answers are good or bad. The right answer, 42, has a chance that each good one
/// before raises and each bad one lowers; of the wrong ones 7 is the most probable. At temperature
/// 0 the most probable is said.
final class RstarToy implements ScriptedModel.Script {
  static final String RIGHT = "42";

  private static final String CUE = "<|im_start|>assistant\n";
  private static final String USER = "<|im_start|>user\n";
  private static final double GOOD = 0.75;
  private static final double STEP = 0.3;
  private static final double SEVEN = 0.7;

  private final double base;

  /// @param seed of the chance of 42 when nothing is known, 0.05 to 0.65
  RstarToy(long seed) {
    base = 0.05 + 0.6 * unit(new Seed(seed).split("base", 0));
  }

  /// Whether the most probable answer at once is the right one.
  boolean greedyIsRight() {
    return base > (1 - base) * SEVEN;
  }

  @Override
  public String reply(String prompt, int sample) {
    throw new UnsupportedOperationException("This policy draws by the request's seed.");
  }

  @Override
  public String reply(Request request, String prompt, int sample) {
    Seed seed = new Seed(request.seed()).split("sample", sample);
    boolean chat = prompt.contains(CUE);
    String cue = chat ? CUE : "\nSolution:";
    String begun = prompt.substring(prompt.lastIndexOf(cue) + cue.length());
    String asked = prompt.substring(prompt.lastIndexOf(chat ? USER : "\nQuestion:"));
    int facts = begun.split("Sub-answer ", -1).length - 1;
    if (asks(prompt, Phrase.NUMBERED)) {
      return " Note " + quality(seed) + ".\n";
    }
    if (asks(prompt, Phrase.REPHRASE)) {
      return " Something is so. Question: What is it?\n";
    }
    if (asks(prompt, Phrase.DECOMPOSE) && begun.matches("(?s).*Sub-question \\d+:$")) {
      return facts < 2
          ? " What is part " + Long.remainderUnsigned(seed.value(), 50) + "?\n"
          : " Now we can answer the question: What is it?\n";
    }
    boolean closing = begun.substring(begun.lastIndexOf("Sub-question ") + 1).contains("Now we");
    if (asks(prompt, Phrase.DECOMPOSE) && !closing) {
      boolean good = unit(seed) < GOOD;
      return " It is %s. The answer is %d.".formatted(good ? "good" : "bad", good ? 5 : 3);
    }
    return " So it is. The answer is %s.".formatted(answer(asked, seed));
  }

  private static boolean asks(String prompt, Phrase system) {
    return prompt.contains(system.in(Language.ENGLISH));
  }

  private static String quality(Seed seed) {
    long number = Long.remainderUnsigned(seed.split("number", 0).value(), 50);
    return number + (unit(seed) < GOOD ? " is good" : " is bad");
  }

  private String answer(String known, Seed seed) {
    int good = known.split("good", -1).length - 1;
    int bad = known.split("bad", -1).length - 1;
    double right = Math.clamp(base + STEP * (good - bad), 0, 1);
    double at = unit(seed);
    if (at < right) {
      return RIGHT;
    }
    return at < right + (1 - right) * SEVEN
        ? "7"
        : Long.toString(1 + Long.remainderUnsigned(seed.split("wrong", 0).value(), 5));
  }

  private static double unit(Seed from) {
    return (from.value() >>> 11) * 0x1p-53;
  }
}
