package ponder.study;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.compare.Axis;
import ponder.compare.Comparison;
import ponder.compare.Comparison.Run;
import ponder.stats.Interval;
import ponder.store.EventJson;
import ponder.study.Study.Part;
import ponder.study.Study.Words;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A study as `study.json`. Costs are per problem, but for those of labels, `labelSpend` and
/// `labelPaid`, which are of a whole run and at the top of all.
public final class StudyJson {
  private StudyJson() {}

  /// The study as one object.
  ///
  /// @param version of Ponder
  public static ObjectNode write(Study study, String version) {
    ObjectNode node =
        new JsonMapper().createObjectNode().put("command", "bench study").put("version", version);
    var sets = node.putArray("datasets");
    for (Part part : study.parts()) {
      Comparison comparison = part.comparison();
      ObjectNode set =
          sets.addObject()
              .put("name", part.name())
              .put("dataset", comparison.dataset())
              .put("datasetSha256", comparison.datasetSha256())
              .put("problems", comparison.problems())
              .put("grading", comparison.grading());
      var runs = set.putArray("runs");
      for (int i = 0; i < part.rows().size(); i++) {
        run(runs.addObject(), part, i);
      }
    }
    var means = node.putArray("means");
    List<Run> runs = study.parts().getFirst().comparison().runs();
    for (int i = 0; i < runs.size(); i++) {
      means.addObject().put("name", runs.get(i).name()).put("mean", study.mean(i));
    }
    List<PatternLabels> labels = study.labels();
    if (!labels.isEmpty()) {
      node.set("labelSpend", EventJson.spend(Study.sum(labels, PatternLabels::spend)));
      node.set("labelPaid", EventJson.spend(Study.sum(labels, PatternLabels::paid)));
    }
    return node;
  }

  private static void run(ObjectNode node, Part part, int index) {
    Comparison comparison = part.comparison();
    Run run = comparison.runs().get(index);
    node.put("name", run.name())
        .put("method", run.method())
        .put("verifier", run.verifier())
        .put("budget", run.budget());
    interval(node, "accuracy", run.accuracy());
    comparison.differences().stream()
        .filter(it -> it.run() == index)
        .forEach(it -> interval(node, "difference", it.paired().difference()));
    for (Axis axis : Axis.values()) {
      node.put(axis.key(), axis.of(run.spend()) / comparison.problems());
    }
    Words words = part.rows().get(index).words();
    if (words != null) {
      interval(node, "exact", words.exact());
      interval(node, "f1", words.f1());
      interval(node, "f1Difference", words.difference());
    }
    PatternLabels labels = part.rows().get(index).patterns();
    if (labels != null) {
      node.put("labelled", labels.labelled()).put("labelFaults", labels.faults());
      if (!labels.skipped().isEmpty()) {
        node.put("labelsSkipped", labels.skipped());
      }
      node.set("labelSpend", EventJson.spend(labels.spend()));
      node.set("labelPaid", EventJson.spend(labels.paid()));
      ObjectNode patterns = node.putObject("patterns");
      labels.shares().forEach((pattern, share) -> interval(patterns, pattern.words(), share));
    }
  }

  private static void interval(ObjectNode node, String name, @Nullable Interval value) {
    if (value != null) {
      node.putArray(name).add(value.mean()).add(value.low()).add(value.high());
    }
  }
}
