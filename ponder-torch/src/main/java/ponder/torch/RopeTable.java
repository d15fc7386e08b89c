package ponder.torch;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// The sines and cosines of [Rope] for every position, made once.
///
/// With `half` = headWidth / 2, value j < half of a head becomes `x[j] cos - x[j + half] sin`,
/// value j + half becomes `x[j + half] cos + x[j] sin`. Rolling a head by half swaps its halves, so
/// with the sine's sign kept in the table this is two multiplications and an addition. Angles are
/// computed in 32 bits as transformers does: at position 8,000 the rounding matters.
final class RopeTable implements AutoCloseable {
  private final int headWidth;

  /// [positions, 1, headWidth]
  private final Tensor cosines;

  /// [positions, 1, headWidth], negative in the first half
  private final Tensor sines;

  RopeTable(TransformerConfig config, int positions, ScalarType type, Device device) {
    headWidth = config.headWidth();
    double[] frequencies = config.rope().frequencies(headWidth);
    int half = headWidth / 2;
    float[] cosine = new float[positions * headWidth];
    float[] sine = new float[positions * headWidth];
    for (int position = 0; position < positions; position++) {
      for (int pair = 0; pair < half; pair++) {
        double angle = (float) position * (float) frequencies[pair];
        int at = position * headWidth + pair;
        cosine[at] = cosine[at + half] = (float) Math.cos(angle);
        sine[at + half] = (float) Math.sin(angle);
        sine[at] = -sine[at + half];
      }
    }
    cosines = table(cosine, positions, type, device);
    sines = table(sine, positions, type, device);
  }

  private Tensor table(float[] values, int positions, ScalarType type, Device device) {
    return Tensors.owned(() -> Tensors.floats(values, positions, 1, headWidth).to(device, type));
  }

  /// The turns at some positions.
  ///
  /// @param cosine [N, 1, headWidth]
  /// @param sine [N, 1, headWidth]
  record Turn(Tensor cosine, Tensor sine) {
    /// @param heads [N, heads, headWidth]
    Tensor apply(Tensor heads) {
      long half = heads.size(2) / 2;
      return heads.mul(cosine).addcmul_(heads.roll(new long[] {half}, 2), sine);
    }
  }

  /// [positions, 1, headWidth]
  Tensor cosines() {
    return cosines;
  }

  /// [positions, 1, headWidth], negative in the first half.
  Tensor sines() {
    return sines;
  }

  /// @param positions [N], below the table's number
  Turn at(Tensor positions) {
    return new Turn(cosines.index_select(0, positions), sines.index_select(0, positions));
  }

  @Override
  public void close() {
    cosines.close();
    sines.close();
  }
}
