package ponder.torch;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// oneDNN's product with a weight that was laid out for it beforehand.
///
/// A BLAS library gets a matrix as it lies and copies it into the order of its kernel at every
/// call; with few rows that copying costs as much as the product. oneDNN, which is part of
/// libtorch, does it once. On two cores of an AMD EPYC (32-bit numbers, maps of a 135 M model) a
/// product of 8 rows takes 0.44 of MKL's time, of 32 rows 0.69, of one row 0.75; it also runs on
/// libtorch's own threads, where OpenBLAS brings others that fight with them for the cores.
///
/// libtorch has this as operators of the namespace `mkldnn`, which JavaCPP does not wrap: they are
/// called through the dispatcher, at about 10 microseconds a call. Rejected: `linear` on tensors in
/// oneDNN's layout, which converts input and output each time.
///
/// For one thread at a time; owned by whoever made it.
final class OneDnn implements AutoCloseable {
  /// Rows for which weights are laid out. The order hardly depends on it.
  private static final long ROWS = 32;

  /// A function whose result is a list of the type that the operator asks for.
  private static final String NO_SCALARS = "def none() -> List[Optional[number]]:\n    return []\n";

  private final OperatorHandle reorder;
  private final OperatorHandle linear;
  private final IValue noScalars;

  private OneDnn() {
    try (PointerScope scope = new PointerScope()) {
      reorder = kept(find("mkldnn::_reorder_linear_weight"));
      linear = kept(find("mkldnn::_linear_pointwise"));
      CompilationUnit unit = torch.compile(NO_SCALARS);
      noScalars = kept(unit.get_functions().get(0).apply(new IValueVector()));
    }
  }

  /// oneDNN, or null if libtorch was built without it.
  static @Nullable OneDnn open() {
    return Context.hasMKLDNN() ? new OneDnn() : null;
  }

  private static OperatorHandle find(String name) {
    return Dispatcher.singleton().findSchemaOrThrow(name, "");
  }

  private static <P extends Pointer> P kept(P pointer) {
    pointer.retainReference();
    return pointer;
  }

  /// Copies a weight into oneDNN's order.
  ///
  /// @param weight [out, in], on the CPU
  /// @param bias [out]
  Packed pack(Tensor weight, @Nullable Tensor bias) {
    try (PointerScope scope = new PointerScope()) {
      IValueVector stack = new IValueVector(new IValue(weight), new IValue(ROWS));
      reorder.callBoxed(stack);
      return new Packed(
          kept(
              new IValueVector(
                  new IValue(),
                  stack.get(0),
                  bias == null ? new IValue() : new IValue(bias),
                  new IValue("none"),
                  noScalars,
                  new IValue(""))));
    }
  }

  /// A weight in oneDNN's order, with its bias.
  final class Packed implements AutoCloseable {
    /// The operator's arguments, but for the input.
    private final IValueVector arguments;

    private final IValueVector stack = new IValueVector();

    private Packed(IValueVector arguments) {
      this.arguments = arguments;
      stack.retainReference();
    }

    /// `input weight^T + bias`.
    ///
    /// @param input [N, in]
    /// @return [N, out]
    Tensor apply(Tensor input) {
      stack.put(arguments);
      stack.put(0, new IValue(input));
      linear.callBoxed(stack);
      // A reference of our own: what toTensor() returns lies in the stack.
      Tensor result = new Tensor(stack.get(0).toTensor());
      stack.clear();
      return result;
    }

    @Override
    public void close() {
      stack.close();
      arguments.close();
    }
  }

  @Override
  public void close() {
    noScalars.close();
    linear.close();
    reorder.close();
  }
}
