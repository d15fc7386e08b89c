package ponder.recipe;

import ponder.model.LanguageModel;
import ponder.testkit.KillAndResumeContract;

/// A run that follows a policy goes on after kills, before and after it has measured difficulty.
class AutoResumeTest extends KillAndResumeContract {
  @Override
  protected LanguageModel model() {
    return LittleChild.model("", () -> {});
  }

  @Override
  protected SolveTask task(long seed) {
    return AutoChild.task(seed);
  }

  @Override
  protected Class<?> child() {
    return AutoChild.class;
  }
}
