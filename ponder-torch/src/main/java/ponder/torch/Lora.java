package ponder.torch;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// A low-rank adapter (Hu et al. 2021, "LoRA"), owned: to `y = W x` it adds `scale B A x`.
///
/// Scale is `alpha / rank`, or `alpha / sqrt(rank)` for rank-stabilised adapters. [#merge] adds the
/// same to the weights themselves.
final class Lora implements AutoCloseable {
  /// What is added to one linear map of one layer.
  ///
  /// @param down [rank, in]: A
  /// @param up [out, rank]: B
  /// @param scale alpha / rank or alpha / sqrt(rank)
  record Factor(Tensor down, Tensor up, double scale) {
    int rank() {
      return (int) down.size(0);
    }

    /// What [#scale] is in files that divide by the rank.
    double alpha() {
      return scale * rank();
    }
  }

  /// Where a factor belongs.
  record Place(int layer, Projection projection) {}

  private final Map<Place, Factor> factors;
  private final Set<Projection> changed = EnumSet.noneOf(Projection.class);

  Lora(Map<Place, Factor> factors) {
    this.factors = new LinkedHashMap<>(factors);
    factors.keySet().forEach(place -> changed.add(place.projection()));
  }

  Map<Place, Factor> factors() {
    return factors;
  }

  /// This adapter with its effect multiplied.
  Deltas scaled(double times) {
    return new Deltas() {
      @Override
      public void add(int layer, Projection projection, Tensor input, Tensor output) {
        Factor factor = factors.get(new Place(layer, projection));
        if (factor != null) {
          output.add_(
              torch.linear(torch.linear(input, factor.down), factor.up),
              new Scalar(factor.scale * times));
        }
      }

      @Override
      public boolean changes(Projection projection) {
        return changed.contains(projection);
      }
    };
  }

  /// Adds `times` the adapter to the weights, each product computed in 32 bits and rounded once.
  ///
  /// @return closing it puts the old weights back, bit by bit: they are kept, since subtracting
  ///   would not give them
  Merge merge(Weights weights, double times) {
    Map<Tensor, Tensor> kept = new LinkedHashMap<>();
    factors.forEach(
        (place, factor) -> {
          Tensor target = weights.projection(place.layer, place.projection);
          kept.put(target, Tensors.owned(target::clone));
        });
    add(weights, times);
    return new Merge(kept);
  }

  /// Adds `times` the adapter to the weights for good, as [#merge] does.
  void add(Weights weights, double times) {
    factors.forEach(
        (place, factor) -> {
          Tensor target = weights.projection(place.layer, place.projection);
          try (PointerScope scope = new PointerScope();
              NoGradGuard noGradients = new NoGradGuard()) {
            Tensor product = wide(factor.up).mm(wide(factor.down));
            target.copy_(wide(target).add(product, new Scalar(factor.scale * times)));
          }
        });
  }

  private static Tensor wide(Tensor tensor) {
    return tensor.to(torch.ScalarType.Float);
  }

  /// An adapter that is part of the weights until this is closed.
  static final class Merge implements AutoCloseable {
    private final Map<Tensor, Tensor> kept;

    private Merge(Map<Tensor, Tensor> kept) {
      this.kept = kept;
    }

    @Override
    public void close() {
      try (NoGradGuard noGradients = new NoGradGuard()) {
        kept.forEach(
            (target, old) -> {
              target.copy_(old);
              old.close();
            });
      }
      kept.clear();
    }
  }

  @Override
  public void close() {
    factors
        .values()
        .forEach(
            factor -> {
              factor.down.close();
              factor.up.close();
            });
    factors.clear();
  }
}
