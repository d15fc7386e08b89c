package ponder.verify;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;
import ponder.safetensors.Safetensors;
import ponder.safetensors.Tensor;

/// A reward head as it lies on disk: a safetensors file with `weight [1,hidden]`, perhaps `bias` of
/// one value, and in its metadata
///
/// | name | value |
/// |---|---|
/// | `base_model_sha256` | hash of the weights that it was trained on |
/// | `activation` | `none`, `sigmoid` or `tanh5` |
/// | `read` | `solution-end`, `step-end` or `step-tag` |
/// | `step_tag` | the text behind each step; with `step-tag` only |
/// | `layout` | `chat` (if left out) or `plain` |
/// | `system` | the system turn of a chat; none if left out |
/// | `adapter_sha256` | hash of the adapter it was trained with; none if left out |
/// | `adapter_file` | with an adapter: its file's name, in the head's folder |
/// | `adapter_scale` | with an adapter: its scale, 1 if left out |
///
/// Other metadata, such as where the head comes from, is passed over.
///
/// @param weight float[hidden]
/// @param bias added to the product
/// @param base hash of the base model's weights
/// @param adapter the adapter's hash; empty for none
/// @param adapterFile the adapter's file name; empty for none
@SuppressWarnings("ArrayRecordComponent") // read once, never changed
record HeadFile(
    Path file,
    float[] weight,
    double bias,
    String base,
    Activation activation,
    Read read,
    String stepTag,
    Shape layout,
    String system,
    String adapter,
    String adapterFile,
    double adapterScale) {

  /// What makes a value of the product.
  enum Activation {
    /// The product as it is. Heads trained towards 0 and 1 by squared error overshoot a little, so
    /// it is cut to [0, 1].
    NONE,
    SIGMOID,
    /// `tanh(v / 5)` in [-1, 1] (rStar-Math), mapped to [0, 1].
    TANH5;

    double value(double product) {
      return switch (this) {
        case NONE -> Double.isNaN(product) ? product : Math.clamp(product, 0, 1);
        case SIGMOID -> 1 / (1 + Math.exp(-product));
        case TANH5 -> (Math.tanh(product / 5) + 1) / 2;
      };
    }
  }

  /// Where it is read.
  enum Read {
    /// At the last token of the whole solution: it judges outcomes.
    SOLUTION_END,
    /// At the last token of each step: it judges steps.
    STEP_END,
    /// At the tag behind each step: it judges steps.
    STEP_TAG
  }

  /// What surrounds question and steps.
  enum Shape {
    /// The policy's conversation: [Layout.Written].
    CHAT,
    /// Plain text, question and steps on lines of their own: [Layout.Tagged].
    PLAIN
  }

  private static final long WIDEST = 1 << 20;

  /// @throws EngineException naming the file and what is wrong with it
  static HeadFile read(Path file) {
    Safetensors tensors = Safetensors.open(file);
    Metadata metadata = new Metadata(file, tensors.metadata());
    HeadFile head =
        new HeadFile(
            file,
            weight(file, tensors),
            bias(file, tensors),
            metadata.text("base_model_sha256"),
            metadata.choice("activation", Activation.values(), null),
            metadata.choice("read", Read.values(), null),
            metadata.text("step_tag", ""),
            metadata.choice("layout", Shape.values(), Shape.CHAT),
            metadata.text("system", ""),
            metadata.text("adapter_sha256", ""),
            metadata.text("adapter_file", ""),
            metadata.number("adapter_scale", 1));
    head.requireSense();
    return head;
  }

  private static float[] weight(Path file, Safetensors tensors) {
    Tensor weight = tensors.tensors().get("weight");
    if (weight == null
        || weight.shape().size() != 2
        || weight.shape().get(0) != 1
        || weight.shape().get(1) < 1
        || weight.shape().get(1) > WIDEST) {
      throw bad(
          file,
          "it is no reward head: its weight is %s and not of shape [1, hidden]."
              .formatted(weight == null ? "missing" : "of shape " + weight.shape()));
    }
    return finite(file, "weight", tensors.floats("weight"));
  }

  private static double bias(Path file, Safetensors tensors) {
    Tensor bias = tensors.tensors().get("bias");
    if (bias == null) {
      return 0;
    }
    if (bias.values() != 1) {
      throw bad(file, "its bias of shape %s is not one value.".formatted(bias.shape()));
    }
    return finite(file, "bias", tensors.floats("bias"))[0];
  }

  private static float[] finite(Path file, String name, float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw bad(file, "its %s holds %s.".formatted(name, value));
      }
    }
    return values;
  }

  private void requireSense() {
    if ((read == Read.STEP_TAG) == stepTag.isEmpty()) {
      throw bad(
          file, "its step_tag (%s) does not go with read (%s).".formatted(stepTag, text(read)));
    }
    if (layout == Shape.PLAIN && (read == Read.STEP_END || !system.isEmpty())) {
      throw bad(
          file,
          "its layout (plain) has no place for read (%s) with system turn (%s)."
              .formatted(text(read), system));
    }
    boolean plainName = adapterFile.matches("[^/\\\\]+") && !adapterFile.startsWith(".");
    if (adapter.isEmpty() != adapterFile.isEmpty() || !adapterFile.isEmpty() && !plainName) {
      throw bad(
          file,
          "its adapter_sha256 (%s) needs an adapter_file (%s) in the same folder."
              .formatted(adapter, adapterFile));
    }
  }

  /// @throws IllegalArgumentException if its values cannot be put together so
  void check(Aggregation aggregation) {
    if (activation == Activation.TANH5 && read != Read.SOLUTION_END && aggregation.multiplies()) {
      throw new IllegalArgumentException(
          "agg-strategy (%s) multiplies probabilities, and the values of head %s (tanh5) are none. Maybe last, min or mean was meant."
              .formatted(aggregation.text(), file));
    }
  }

  private static String text(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static EngineException bad(Path file, String problem) {
    return new EngineException("'%s' cannot be used: %s".formatted(file, problem));
  }

  private record Metadata(Path file, Map<String, String> values) {
    String text(String name) {
      String value = values.getOrDefault(name, "");
      if (value.isBlank()) {
        throw bad(file, "its metadata lacks '%s'.".formatted(name));
      }
      return value;
    }

    String text(String name, String otherwise) {
      return values.getOrDefault(name, otherwise);
    }

    double number(String name, double otherwise) {
      String value = values.get(name);
      try {
        double number = value == null ? otherwise : Double.parseDouble(value);
        if (Double.isFinite(number)) {
          return number;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw bad(file, "its %s (%s) is no number.".formatted(name, value));
    }

    /// @param otherwise what holds if it is left out; null if it must be there
    <E extends Enum<E>> E choice(String name, E[] known, @Nullable E otherwise) {
      if (otherwise != null && !values.containsKey(name)) {
        return otherwise;
      }
      String value = text(name);
      List<String> names = Arrays.stream(known).map(HeadFile::text).toList();
      int at = names.indexOf(value);
      if (at < 0) {
        throw bad(file, "its %s (%s) must be one of %s.".formatted(name, value, names));
      }
      return known[at];
    }
  }
}
