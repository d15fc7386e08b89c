package ponder.verify;

import java.util.ArrayList;
import java.util.List;
import ponder.core.Problem;
import ponder.grade.AnswerClasses;
import ponder.grade.Rubric;
import ponder.model.Purse;

/// `vote`: the part of all votes that a candidate's answer got (Wang et al. 2022,
/// "Self-Consistency").
///
/// Equal answers are one class; who has no answer neither votes nor is voted for, and is worth 0.
record AnswerVote() implements Verifier {
  @Override
  public String name() {
    return "vote";
  }

  @Override
  public boolean together() {
    return true;
  }

  @Override
  public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
    List<String> answers = new ArrayList<>();
    candidates.forEach(it -> answers.add(it.answer() == null ? "" : it.answer()));
    AnswerClasses classes = Rubric.of(problem.grading()).classes(List.copyOf(answers));
    int[] votes = new int[classes.count()];
    int voters = 0;
    for (int i = 0; i < candidates.size(); i++) {
      if (classes.classOf(i) >= 0) {
        votes[classes.classOf(i)]++;
        voters++;
      }
    }
    List<Scores> scores = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      int own = classes.classOf(i);
      scores.add(Scores.outcome(own < 0 ? 0 : (double) votes[own] / voters));
    }
    return List.copyOf(scores);
  }
}
