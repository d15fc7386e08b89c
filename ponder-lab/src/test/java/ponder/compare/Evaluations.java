package ponder.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Writes small evaluation folders as `ponder eval` does.
final class Evaluations {
  private final Path root;
  private final Map<String, String> plan = new TreeMap<>();
  private final Map<String, String> settings = new TreeMap<>();
  private final List<String> lines = new ArrayList<>();
  private int right;

  private Evaluations(Path root) {
    this.root = root;
    plan.putAll(
        Map.of(
            "model", "\"m\"",
            "flops", "100",
            "method", "\"self-consistency\"",
            "verifier", "\"vote\"",
            "seed", "0",
            "datasetSha256", "\"d1\"",
            "rowsSha256", "\"r1\"",
            "rows", "\"all\""));
    settings.putAll(Map.of("weight", "none", "stop", "none"));
  }

  static Evaluations in(Path parent, String name) {
    return new Evaluations(parent.resolve(name));
  }

  Evaluations plan(String key, String json) {
    plan.put(key, json);
    return this;
  }

  Evaluations setting(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /// Adds a problem whose candidates are right (`+`) or wrong (`-`), all of class 0 and 1, with 10
  /// tokens each, in one call.
  Evaluations problem(String id, boolean correct, String candidates) {
    return problem(id, correct, candidates, 10L * candidates.length(), 0);
  }

  Evaluations problem(
      String id, boolean correct, String candidates, long generated, long thinking) {
    List<String> list = new ArrayList<>();
    for (char one : candidates.toCharArray()) {
      list.add(
          "{\"class\":%d,\"correct\":%b,\"score\":%s,\"tokens\":10}"
              .formatted(one == '+' ? 0 : 1, one == '+', one == '+' ? "0.5" : "0.25"));
    }
    String spend =
        "{\"promptTokens\":20,\"cachedPromptTokens\":0,\"generatedTokens\":%d,\"scoredTokens\":0,\"calls\":1,\"flops\":%d,\"seconds\":0.5}"
            .formatted(
                generated, Long.parseLong(plan.getOrDefault("flops", "")) * (20 + generated));
    lines.add(
        "{\"id\":\"%s\",\"index\":%d,\"answered\":true,\"verdict\":\"%s\",\"correct\":%b,\"anytime\":false,\"run\":\"r\",\"candidates\":%s,\"thinkingTokens\":%d,\"seconds\":0.5,\"spend\":%s,\"paid\":%s}"
            .formatted(
                id,
                lines.size(),
                correct ? "correct" : "wrong",
                correct,
                list,
                thinking,
                spend,
                spend));
    right += correct ? 1 : 0;
    return this;
  }

  Evaluations line(String text) {
    lines.add(text);
    return this;
  }

  /// Writes the folder as far as an evaluation that was stopped leaves it.
  Path unfinished() {
    String options =
        settings.entrySet().stream()
            .map(it -> "\"%s\":\"%s\"".formatted(it.getKey(), it.getValue()))
            .reduce((a, b) -> a + "," + b)
            .orElse("");
    String json =
        "{\"command\":\"eval\",\"version\":\"0\",\"model\":%s,\"engine\":\"scripted\",\"build\":\"1\",\"weights\":\"w\",\"method\":%s,\"settings\":{%s},\"verifier\":%s,\"aggregation\":\"last\",\"judge\":\"\",\"budget\":\"\",\"seed\":%s,\"dataset\":\"toy\",\"datasetSha256\":%s,\"rows\":%s,\"rowsSha256\":%s,\"problems\":%d,\"redacted\":false}"
            .formatted(
                plan.get("model"),
                plan.get("method"),
                options,
                plan.get("verifier"),
                plan.get("seed"),
                plan.get("datasetSha256"),
                plan.get("rows"),
                plan.get("rowsSha256"),
                Math.max(1, lines.size()));
    write("eval.json", plan.containsKey("command") ? "{\"command\":\"solve\"}" : json);
    write("results.jsonl", String.join("\n", lines) + "\n");
    return root;
  }

  /// Writes the whole folder.
  Path finished() {
    unfinished();
    String none =
        "{\"promptTokens\":0,\"cachedPromptTokens\":0,\"generatedTokens\":0,\"scoredTokens\":0,\"calls\":0,\"flops\":0,\"seconds\":0}";
    String accuracy = String.format(Locale.ROOT, "%.12f", (double) right / lines.size());
    write(
        "summary.json",
        "{\"model\":\"m\",\"engine\":\"e\",\"method\":\"s\",\"verifier\":\"v\",\"dataset\":\"toy\",\"datasetSha256\":\"d1\",\"problems\":%d,\"accuracy\":%s,\"ci95\":[0,1],\"seed\":0,\"spend\":%s,\"paid\":%s,\"curve\":[],\"failures\":[],\"undecided\":0,\"unanswered\":0,\"anytime\":0,\"single\":{\"accuracy\":0,\"ci95\":[0,1]},\"oracle\":{\"accuracy\":1,\"ci95\":[0,1]},\"thinkingTokens\":0,\"seconds\":0,\"tokensPerSecond\":0,\"version\":\"0\",\"resultsSha256\":\"x\"}"
            .formatted(lines.size(), accuracy, none, none));
    return root;
  }

  private void write(String name, String text) {
    try {
      Files.createDirectories(root);
      Files.writeString(root.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
