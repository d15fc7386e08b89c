package ponder.torch;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// A decoder-only transformer: Llama, Qwen2 and Qwen3 in one class.
///
/// # How it reads
///
/// A forward takes N rows. A row is one token at one position; which texts the rows belong to and
/// what they see of each other is [Attention]'s business alone. So the same code runs a training
/// batch, packed texts, a block mask for thought tokens, one step of generation for sixty sequences
/// and the prefill of another, and never pads.
///
/// A layer, as in the papers: `x += O attend(rope(Q n), rope(K n), V n)` with `n = norm(x)`, then
/// `x += D (silu(G m) * U m)` with `m = norm(x)`. Q, K, V and G, U are one matrix each ([Weights]).
/// At the end `norm(x)` is the hidden state, and the head turns it into logits.
///
/// Everything can be differentiated; whoever wants no gradients says so around the call. The class
/// keeps no state between calls.
///
/// Sources: Vaswani et al. 2017; Touvron et al. 2023 (Llama); Ainslie et al. 2023 (grouped
/// queries); Shazeer 2020 (gated units); Yang et al. 2024 and 2025 (Qwen2.5, Qwen3).
final class Transformer implements AutoCloseable {
  private final TransformerConfig config;
  private final Weights weights;
  private final RopeTable rope;

  /// @param weights owned from now on
  /// @param context most positions
  Transformer(Weights weights, int context) {
    this.config = weights.config();
    this.weights = weights;
    this.rope = new RopeTable(config, context, weights.type(), weights.device());
  }

  /// The rows of a forward.
  ///
  /// @param embeddings [N, width]: what stands for the tokens
  /// @param positions [N], whole numbers
  /// @param attention what rows see of each other
  /// @param outputs [M]: rows whose result is wanted; null for all
  /// @param deltas adapters; null for none
  record Input(
      Tensor embeddings,
      Tensor positions,
      Attention attention,
      @Nullable Tensor outputs,
      @Nullable Deltas deltas) {

    Input(Tensor embeddings, Tensor positions, Attention attention) {
      this(embeddings, positions, attention, null, null);
    }
  }

  /// The result of a forward.
  ///
  /// @param hidden [M, width], after the last norm
  /// @param logits [M, vocabularySize]
  record Output(Tensor hidden, Tensor logits) {}

  TransformerConfig config() {
    return config;
  }

  Weights weights() {
    return weights;
  }

  RopeTable rope() {
    return rope;
  }

  /// The embeddings of tokens.
  ///
  /// @param ids [N], whole numbers
  /// @return [N, width]
  Tensor embed(Tensor ids) {
    return torch.embedding(weights.embedding(), ids);
  }

  Output forward(Input input) {
    Tensor hidden = hidden(input);
    return new Output(hidden, logits(hidden));
  }

  /// Final hidden states of the wanted rows, [M, width].
  Tensor hidden(Input input) {
    RopeTable.Turn turn = rope.at(input.positions());
    Tensor state = input.embeddings();
    for (int layer = 0; layer < config.layers(); layer++) {
      state = layer(layer, state, turn, input);
    }
    Tensor wanted = input.outputs() == null ? state : state.index_select(0, input.outputs());
    return norm(wanted, weights.norm());
  }

  /// Logits of hidden states.
  ///
  /// @param hidden [M, width]
  /// @return [M, vocabularySize]
  Tensor logits(Tensor hidden) {
    return weights.headMap().apply(hidden);
  }

  private Tensor layer(int index, Tensor state, RopeTable.Turn turn, Input input) {
    Weights.Layer layer = weights.layers().get(index);
    return Tensors.kept(
        () -> {
          Tensor attended = state.add(attention(index, layer, state, turn, input));
          return attended.add(feedForward(index, layer, attended, input.deltas()));
        });
  }

  private Tensor attention(
      int index, Weights.Layer layer, Tensor state, RopeTable.Turn turn, Input input) {
    Tensor normed = norm(state, layer.inputNorm());
    Tensor fused = layer.queryKeyValue().apply(normed);
    adapt(input.deltas(), index, normed, fused, Projection.QUERY, Projection.KEY, Projection.VALUE);
    long rows = state.size(0);
    long turned = config.queryWidth() + config.keyWidth();
    Tensor heads =
        turn.apply(headNorms(layer, fused.narrow(1, 0, turned).view(rows, -1, config.headWidth())));
    Tensor collected =
        input
            .attention()
            .attend(
                index,
                heads.narrow(1, 0, config.heads()),
                heads.narrow(1, config.heads(), config.keyValueHeads()),
                fused.narrow(1, turned, config.keyWidth()).view(rows, -1, config.headWidth()));
    Tensor output = layer.output().apply(collected);
    adapt(input.deltas(), index, collected, output, Projection.OUTPUT);
    return output;
  }

  /// @param heads [N, heads + keyValueHeads, headWidth]
  private Tensor headNorms(Weights.Layer layer, Tensor heads) {
    Tensor queryNorm = layer.queryNorm();
    Tensor keyNorm = layer.keyNorm();
    if (queryNorm == null || keyNorm == null) {
      return heads;
    }
    return Tensors.cat(
        1,
        norm(heads.narrow(1, 0, config.heads()), queryNorm),
        norm(heads.narrow(1, config.heads(), config.keyValueHeads()), keyNorm));
  }

  private Tensor feedForward(
      int index, Weights.Layer layer, Tensor state, @Nullable Deltas deltas) {
    Tensor normed = norm(state, layer.innerNorm());
    Tensor fused = layer.gateUp().apply(normed);
    adapt(deltas, index, normed, fused, Projection.GATE, Projection.UP);
    Tensor gate = torch.silu(fused.narrow(1, 0, config.feedForward()));
    Tensor inner = gate.mul(fused.narrow(1, config.feedForward(), config.feedForward()));
    Tensor output = layer.down().apply(inner);
    adapt(deltas, index, inner, output, Projection.DOWN);
    return output;
  }

  /// Lets adapters add to each of the maps whose results lie side by side in `fused`.
  private void adapt(
      @Nullable Deltas deltas, int layer, Tensor input, Tensor fused, Projection... parts) {
    if (deltas == null) {
      return;
    }
    long from = 0;
    for (Projection part : parts) {
      if (deltas.changes(part)) {
        deltas.add(layer, part, input, fused.narrow(1, from, part.out(config)));
      }
      from += part.out(config);
    }
  }

  private Tensor norm(Tensor values, Tensor weight) {
    return torch.rms_norm(
        values,
        new long[] {weight.size(0)},
        Tensors.optional(weight),
        new DoubleOptional(config.normEpsilon()));
  }

  @Override
  public void close() {
    rope.close();
    weights.close();
  }
}
