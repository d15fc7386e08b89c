package ponder.recipe;

import ponder.model.LanguageModel;
import ponder.testkit.KillAndResumeContract;

class KillAndResumeTest extends KillAndResumeContract {
  @Override
  protected LanguageModel model() {
    return LittleChild.model("", () -> {});
  }

  @Override
  protected SolveTask task(long seed) {
    return LittleChild.task(seed);
  }

  @Override
  protected Class<?> child() {
    return LittleChild.class;
  }
}
