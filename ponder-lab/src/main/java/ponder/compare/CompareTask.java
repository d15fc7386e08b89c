package ponder.compare;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.core.Limits;
import ponder.stats.Price;

/// What to compare, and how.
///
/// @param folders at least two evaluations' folders, in the order to show them
/// @param baseline name or folder of the run that the others are compared with; empty for the first
/// @param by the unit of costs
/// @param at read all runs at this cost per problem, in the unit of `by`; [Limits#NONE] for no
///   reading
/// @param common whether runs that have not ended, or that solved different rows, are compared on
///   the problems they share
/// @param anySeed whether the runs' seeds may differ
/// @param price of tokens; null for none
/// @param inferenceRatio R, tokens generated over a model's lifetime per token of its pre-training,
///   to weigh models of different sizes; null for no such weighing
public record CompareTask(
    List<Path> folders,
    String baseline,
    Axis by,
    Limits at,
    boolean common,
    boolean anySeed,
    @Nullable Price price,
    @Nullable Double inferenceRatio) {
  public CompareTask {
    folders = List.copyOf(folders);
    if (folders.size() < 2) {
      throw new IllegalArgumentException(
          "folders (%s) must be at least two to compare.".formatted(folders));
    }
    if (inferenceRatio != null && !(inferenceRatio > 0)) {
      throw new IllegalArgumentException(
          "inferenceRatio (%s) must be above 0.".formatted(inferenceRatio));
    }
    if (!at.none() && !Double.isFinite(by.of(at))) {
      throw new IllegalArgumentException(
          "at (%s) does not speak of the axis (%s). Maybe another --by was meant."
              .formatted(at, by.key()));
    }
  }
}
