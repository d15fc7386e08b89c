package ponder.verify;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import ponder.core.Nearest;

/// How the values of a solution's steps become one (`--agg-strategy`).
///
/// Values and results lie in [0, 1]; a solution without steps is worth 0. [#PROD], [#MIN] and
/// [#LOGSUM] can only fall as steps are added, so they favour short solutions.
public enum Aggregation {
  /// The last step's value: a model that was trained on prefixes has seen all before it (Snell et
  /// al. 2024).
  LAST("the last step's value"),
  /// The worst step's value (Lightman et al. 2023, Wang et al. 2024).
  MIN("the worst step's value"),
  /// The product: the probability that all steps are right, were they independent.
  PROD("the product of the steps' values"),
  MEAN("the mean of the steps' values"),
  MAX("the best step's value"),
  /// `1 / (1 - s)` with s the sum of the values' natural logs: the logarithm of [#PROD] brought
  /// into [0, 1]. It puts solutions into the same order as the product, but the products of long
  /// solutions do not all come near to 0, so that they keep some weight in a weighted vote.
  LOGSUM("the sum of the steps' logs s as 1 / (1 - s): in the order of prod, but less steep");

  private final String summary;

  Aggregation(String summary) {
    this.summary = summary;
  }

  /// The aggregation that `--agg-strategy` calls `name`.
  ///
  /// @throws IllegalArgumentException if there is none, with the nearest name
  public static Aggregation named(String name) {
    return Arrays.stream(values())
        .filter(it -> it.text().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "agg-strategy (%s) is unknown.%s"
                        .formatted(name, Nearest.maybe(name, names()))));
  }

  /// All names, in the order to show them.
  public static List<String> names() {
    return Arrays.stream(values()).map(Aggregation::text).toList();
  }

  /// What `--agg-strategy` calls it.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What it does, one line.
  public String summary() {
    return summary;
  }

  /// The value of a solution whose steps have these values; 0 if it has none.
  ///
  /// @param steps each in [0, 1]
  public double of(List<Double> steps) {
    if (steps.isEmpty()) {
      return 0;
    }
    double value =
        switch (this) {
          case LAST -> steps.getLast();
          case MIN -> steps.stream().mapToDouble(it -> it).min().orElse(0);
          case PROD -> Math.exp(logSum(steps));
          case MEAN -> steps.stream().mapToDouble(it -> it).average().orElse(0);
          case MAX -> steps.stream().mapToDouble(it -> it).max().orElse(0);
          case LOGSUM -> 1 / (1 - logSum(steps));
        };
    return Math.clamp(value, 0, 1); // the last bit of a mean may stand out
  }

  /// Whether the value can only fall as steps are added.
  public boolean falls() {
    return this == MIN || multiplies();
  }

  /// Whether it multiplies, which has no meaning for values that are no probabilities.
  boolean multiplies() {
    return this == PROD || this == LOGSUM;
  }

  private static double logSum(List<Double> steps) {
    return steps.stream().mapToDouble(Math::log).sum();
  }
}
