package ponder.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import ponder.core.Event;
import ponder.model.Cancellation;
import ponder.model.LanguageModel;
import ponder.recipe.Solution;
import ponder.recipe.Solve;
import ponder.recipe.SolveTask;
import ponder.store.Journal;

/// What a [Child] does that is to be killed while it solves a problem: call [#solve] from its
/// `main`.
///
/// It prints `ready`, waits for a line, then prints `text` for every piece of text that the model
/// gives, and `solved` and the solution's JSON at the end.
public final class SolvingChild {
  private SolvingChild() {}

  /// Solves `task` with the journal in `home`.
  public static void solve(LanguageModel model, Path home, SolveTask task) throws IOException {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (Journal journal = Journal.open(home.resolve("journal"))) {
      out.println("ready");
      var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      in.readLine();
      Solution solution =
          new Solve(model, journal, home.resolve("runs"))
              .run(
                  task,
                  event -> {
                    if (event instanceof Event.Text) {
                      out.println("text");
                    }
                  },
                  new Cancellation());
      out.println("solved" + solution.json());
    }
  }
}
