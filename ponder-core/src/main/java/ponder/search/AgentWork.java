package ponder.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ponder.core.Event;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.model.Completion;
import ponder.model.ContextOverflowException;
import ponder.model.FinishReason;
import ponder.model.LanguageModel;
import ponder.model.Request;
import ponder.model.Stop;
import ponder.search.AgentPrompts.Part;
import ponder.search.AgentPrompts.Role;

/// The work of an [Agent] on one problem, up to the answer: plan, sub-tasks, reviews.
///
/// A sub-task is one text that the model goes on with: where it closes a call, the tool's result is
/// written behind it, and the model continues. So the prefix cache serves all of it, and the model
/// cannot make results up. Owned by the thread that solves.
final class AgentWork {
  private static final Pattern TASK =
      Pattern.compile("(?m)^\\s*(?:\\d{1,3}[.):]|[-*])\\s+(\\S.*)$");

  /// In capitals, as the reviewer is told to write it: in prose the words may stand for nothing.
  private static final Pattern VERDICT =
      Pattern.compile(
          "(?s)(?<!NOT )(APPROVED|承認)|(?:REDO|やり直し)(?:\\D{0,20}?(\\d{1,3}))?\\s*[:：.]?\\s*(.*)");

  private static final int MOST_REMARK = 1000;

  private final Agent agent;
  private final Problem problem;
  private final Solver solver;
  private final LanguageModel model;
  private final AgentPrompts prompts;
  private final List<Part> parts = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private int node;
  private long tokens;
  private double sumLogprob;
  private int calls;
  private int failedCalls;
  private int sentBack;
  private boolean approved;
  private boolean over;
  private boolean cut;

  AgentWork(Agent agent, Problem problem, Solver solver) {
    this.agent = agent;
    this.problem = problem;
    this.solver = solver;
    model = solver.model();
    prompts = new AgentPrompts(agent, problem);
    node = solver.root();
  }

  /// Works as far as the budget and the model's context reach.
  void run() {
    try {
      work();
    } catch (ContextOverflowException e) {
      warn("The work ended: " + e.getMessage());
    }
    if (failedCalls > 0) {
      warn("%d of %d tool calls failed.".formatted(failedCalls, calls));
    }
  }

  private void work() {
    List<String> tasks = plan();
    int from = 0;
    String found = "";
    while (!over) {
      while (parts.size() > from) {
        parts.removeLast();
      }
      for (int i = from; i < tasks.size() && !over; i++) {
        execute(i, tasks.get(i), i == from ? found : "");
      }
      Optional<Objection> objection =
          over || sentBack == agent.limits().reviews() ? Optional.empty() : review();
      if (objection.isEmpty()) {
        return;
      }
      sentBack++;
      from = objection.get().part;
      found = objection.get().found;
    }
  }

  /// What the model says in one call; empty if the budget has ended.
  ///
  /// @param begun length of what it goes on with
  private Optional<Completion> say(Request asked, int begun, String proposer, int index) {
    Seed seed = solver.seed().split(proposer, sentBack).split("begun", begun);
    Solver.Wave wave =
        solver.remark(node, asked.withSamples(List.of(index)).withSeed(seed.value()), proposer);
    over = wave.ended();
    cut |= over;
    if (wave.samples().isEmpty()) {
      return Optional.empty();
    }
    Solver.Sample sample = wave.samples().getFirst();
    node = sample.node();
    Completion completion = sample.completion();
    tokens += completion.tokens().size();
    sumLogprob += completion.sumLogprob();
    text.append(completion.text()).append("\n");
    return Optional.of(completion);
  }

  private Optional<Completion> say(Role role, String proposer, int index) {
    return say(
        role.ask().request(role.asked(), model, List.of(), agent.sampling()), 0, proposer, index);
  }

  /// The sub-tasks; the problem itself if there is no readable plan.
  private List<String> plan() {
    String said = say(prompts.plan(), "plan", 0).map(Completion::text).orElse("");
    List<String> tasks =
        TASK.matcher(Outcome.spoken(said))
            .results()
            .limit(agent.limits().tasks())
            .map(it -> it.group(1).strip())
            .toList();
    if (tasks.isEmpty() && !over) {
      warn("The plan has no readable sub-task; the whole problem is the only one.");
    }
    return tasks.isEmpty() ? List.of(problem.question()) : tasks;
  }

  private void execute(int index, String task, String found) {
    Role role = prompts.execute(task, List.copyOf(parts), found);
    StringBuilder begun = new StringBuilder();
    int room = agent.limits().tokens();
    int used = 0;
    while (room > 0 && !over) {
      Request request = role.ask().request(role.asked(), model, begun.toString(), agent.sampling());
      Optional<Completion> said =
          say(stopping(request.withMaxTokens(room)), begun.length(), "sub-task", index + 1);
      if (said.isEmpty()) {
        break;
      }
      String more = said.get().text();
      room -= said.get().tokens().size();
      begun.append(more);
      if (over || !calls(said.get()) || used == agent.limits().calls()) {
        break;
      }
      used++;
      begun.append(answered(more, used == agent.limits().calls()));
    }
    String result = Outcome.spoken(begun.toString()).strip();
    if (!result.isEmpty() || !over) {
      parts.add(new Part(task, result));
    }
  }

  /// Stops where a call closes, besides where it would.
  private Request stopping(Request request) {
    if (agent.tools().all().isEmpty()) {
      return request;
    }
    List<String> stops = new ArrayList<>(request.stop().strings());
    stops.add(Instruments.CLOSE);
    return request.withStop(Stop.at(stops.toArray(String[]::new)));
  }

  /// Whether a text ended with a call. A server that does not tell at which string it stopped is
  /// believed to have closed the call that is open.
  private boolean calls(Completion said) {
    boolean ended = said.finish() == FinishReason.STOP || said.finish() == FinishReason.EOS;
    return !agent.tools().all().isEmpty()
        && ended
        && (said.detail().equals(Instruments.CLOSE) || said.text().contains(Instruments.OPEN));
  }

  /// What stands behind a call.
  private String answered(String said, boolean last) {
    Language in = prompts.language();
    int open = said.lastIndexOf(Instruments.OPEN);
    Instruments.Result result =
        open < 0
            ? agent.tools().malformed(in)
            : agent.tools().use(said.substring(open + Instruments.OPEN.length()), in);
    calls++;
    failedCalls += result.failed() ? 1 : 0;
    node = solver.open(node, "tool");
    solver
        .sink()
        .accept(new Event.Closed(node, result.text(), 0, 0, FinishReason.STOP.json(), null));
    String behind = last ? " " + Phrase.CALL_LAST.in(in) : "";
    return "%s\n<result>%s</result>%s\n".formatted(Instruments.CLOSE, result.text(), behind);
  }

  /// What a reviewer sends back.
  ///
  /// @param part index of the first sub-task to do again
  private record Objection(int part, String found) {}

  /// Empty if the work is approved, or the verdict cannot be read.
  private Optional<Objection> review() {
    Optional<Completion> said = say(prompts.review(List.copyOf(parts)), "review", sentBack + 1);
    if (said.isEmpty() || over) {
      return Optional.empty();
    }
    Matcher verdict = VERDICT.matcher(Outcome.spoken(said.get().text()));
    boolean found = verdict.find();
    approved = found && verdict.group(1) != null;
    if (approved) {
      return Optional.empty();
    }
    int part = found && verdict.group(2) != null ? Integer.parseInt(verdict.group(2)) : 1;
    if (!found || part < 1 || part > parts.size()) {
      warn("The review has no readable verdict; the work counts as approved.");
      return Optional.empty();
    }
    String remark = verdict.group(3).strip();
    return Optional.of(
        new Objection(part - 1, remark.substring(0, Math.min(remark.length(), MOST_REMARK))));
  }

  private void warn(String message) {
    solver.sink().accept(new Event.Warned(message));
  }

  /// The problem as who composes the answer sees it: with the results, if there are any.
  Problem noted() {
    return parts.isEmpty() ? problem : prompts.noted(List.copyOf(parts));
  }

  /// All that was written.
  String text() {
    return text.toString().strip();
  }

  /// The node of the last text or result.
  int node() {
    return node;
  }

  /// Tokens of all that was written.
  long tokens() {
    return tokens;
  }

  double sumLogprob() {
    return sumLogprob;
  }

  /// Whether the budget, a deadline or the user ended the work early.
  boolean cut() {
    return cut;
  }

  String why() {
    return "composed of %d sub-tasks, %d tool calls (%d failed); %s"
        .formatted(
            parts.size(),
            calls,
            failedCalls,
            cut
                ? "the work was cut off"
                : "sent back %d times, %s"
                    .formatted(sentBack, approved ? "approved" : "not approved"));
  }
}
