package ponder.torch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/// The few things around tensors that JavaCPP's classes leave open.
///
/// Every tensor that a call returns is a native reference. The rule of this package: computing
/// happens inside a [PointerScope], which frees what was made in it when it closes; what must live
/// longer is handed to the surrounding scope by [#kept], or belongs to an object that closes it.
final class Tensors {
  private Tensors() {}

  /// What `work` returns; everything else it makes is freed at once. The result belongs to the
  /// surrounding scope, or to the caller if there is none.
  static Tensor kept(Supplier<Tensor> work) {
    PointerScope outer = PointerScope.getInnerScope();
    Tensor result;
    try (PointerScope inner = new PointerScope()) {
      result = work.get();
      result.retainReference();
    }
    if (outer != null) {
      outer.attach(result);
      result.releaseReference();
    }
    return result;
  }

  /// What `work` returns, which belongs to the caller alone, who closes it.
  static Tensor owned(Supplier<Tensor> work) {
    try (PointerScope scope = new PointerScope()) {
      Tensor result = work.get();
      result.retainReference();
      return result;
    }
  }

  static Tensor longs(long... values) {
    return Tensor.create(values, values.length);
  }

  static Tensor longs(int[] values, int count) {
    long[] wide = new long[count];
    for (int i = 0; i < count; i++) {
      wide[i] = values[i];
    }
    return longs(wide);
  }

  /// Numbers of 32 bits as a tensor of `shape`.
  static Tensor floats(float[] values, long... shape) {
    return Tensor.create(values, shape);
  }

  static TensorOptional optional(@Nullable Tensor tensor) {
    return tensor == null ? new TensorOptional() : new TensorOptional(tensor);
  }

  static TensorOptions options(ScalarType type, Device device) {
    return new TensorOptions(type).device(new org.bytedeco.pytorch.DeviceOptional(device));
  }

  static Tensor cat(long dimension, Tensor... parts) {
    return torch.cat(new TensorVector(parts), dimension);
  }

  /// A copy of the values as 32-bit numbers, row-major.
  static float[] toFloats(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      Tensor plain = tensor.detach().cpu().to(ScalarType.Float).contiguous();
      return segment(plain).toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  /// The memory of a contiguous tensor on the CPU; gone when the tensor is closed.
  static MemorySegment segment(Tensor tensor) {
    return MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(tensor.nbytes());
  }
}
