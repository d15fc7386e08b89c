package ponder.torch;

import org.bytedeco.pytorch.Tensor;

/// What each row of a forward may look at, and where its keys and values are kept.
///
/// Everything else in a [Transformer] works on rows one by one; this is the one place where rows
/// meet, so this is what training (whole texts, packed texts, block masks), stepwise generation and
/// the engine's shared cache replace. Sources of the forms: causal and packed as everywhere; any
/// block mask for thought tokens (Quiet-STaR).
interface Attention {
  /// The values that each row's queries collect in one layer.
  ///
  /// @param query [N, heads, headWidth], turned
  /// @param key [N, keyValueHeads, headWidth], turned
  /// @param value [N, keyValueHeads, headWidth]
  /// @return [N, heads * headWidth]
  Tensor attend(int layer, Tensor query, Tensor key, Tensor value);
}
