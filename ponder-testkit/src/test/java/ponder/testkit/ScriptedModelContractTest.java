package ponder.testkit;

import ponder.model.LanguageModel;

class ScriptedModelContractTest extends LanguageModelContract {
  private static final String REPLY =
      "The five boxing wizards jump quickly; SPHINX OF BLACK QUARTZ JUDGE MY VOW. Déjà vu, 日本語 😀!";
  private static final LanguageModel SHARED = ScriptedModel.always(REPLY);

  @Override
  protected LanguageModel model() {
    return SHARED;
  }

  @Override
  protected LanguageModel open() {
    return ScriptedModel.always(REPLY);
  }

  @Override
  protected boolean can(Trait trait) {
    return trait != Trait.SAMPLES;
  }
}
