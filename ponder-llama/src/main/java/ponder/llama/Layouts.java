package ponder.llama;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The C structs of llama.cpp [#VERSION] that cross the border, and the values its defaults have.
///
/// The layouts change between versions and nothing in the library tells so: a field that moved
/// would be read as another one. [#differences] therefore compares a default struct that the
/// library wrote with what this version is known to write, before any other function is called.
final class Layouts {
  /// The version of llama.cpp whose structs these are.
  static final String VERSION = "0.5.0";

  static final StructLayout MODEL_PARAMS =
      MemoryLayout.structLayout(
          ADDRESS.withName("devices"),
          ADDRESS.withName("tensor_buft_overrides"),
          JAVA_INT.withName("n_gpu_layers"),
          JAVA_INT.withName("split_mode"),
          JAVA_INT.withName("load_mode"),
          JAVA_INT.withName("lazy_mode"),
          JAVA_INT.withName("main_gpu"),
          MemoryLayout.paddingLayout(4),
          ADDRESS.withName("tensor_split"),
          ADDRESS.withName("progress_callback"),
          ADDRESS.withName("progress_callback_user_data"),
          ADDRESS.withName("kv_overrides"),
          JAVA_BYTE.withName("vocab_only"),
          JAVA_BYTE.withName("check_tensors"),
          JAVA_BYTE.withName("use_extra_bufts"),
          JAVA_BYTE.withName("no_host"),
          JAVA_BYTE.withName("no_alloc"),
          JAVA_BYTE.withName("load_mtp"),
          MemoryLayout.paddingLayout(2));

  static final StructLayout CONTEXT_PARAMS =
      MemoryLayout.structLayout(
          JAVA_INT.withName("n_ctx"),
          JAVA_INT.withName("n_batch"),
          JAVA_INT.withName("n_ubatch"),
          JAVA_INT.withName("n_seq_max"),
          JAVA_INT.withName("n_rs_seq"),
          JAVA_INT.withName("n_outputs_max"),
          JAVA_INT.withName("n_outputs_max_per_seq"),
          JAVA_INT.withName("n_threads"),
          JAVA_INT.withName("n_threads_batch"),
          JAVA_INT.withName("ctx_type"),
          JAVA_INT.withName("rope_scaling_type"),
          JAVA_INT.withName("pooling_type"),
          JAVA_INT.withName("attention_type"),
          JAVA_INT.withName("flash_attn_type"),
          JAVA_FLOAT.withName("rope_freq_base"),
          JAVA_FLOAT.withName("rope_freq_scale"),
          JAVA_FLOAT.withName("yarn_ext_factor"),
          JAVA_FLOAT.withName("yarn_attn_factor"),
          JAVA_FLOAT.withName("yarn_beta_fast"),
          JAVA_FLOAT.withName("yarn_beta_slow"),
          JAVA_INT.withName("yarn_orig_ctx"),
          JAVA_FLOAT.withName("defrag_thold"),
          ADDRESS.withName("cb_eval"),
          ADDRESS.withName("cb_eval_user_data"),
          JAVA_INT.withName("type_k"),
          JAVA_INT.withName("type_v"),
          ADDRESS.withName("abort_callback"),
          ADDRESS.withName("abort_callback_data"),
          JAVA_BYTE.withName("embeddings"),
          JAVA_BYTE.withName("offload_kqv"),
          JAVA_BYTE.withName("no_perf"),
          JAVA_BYTE.withName("op_offload"),
          JAVA_BYTE.withName("swa_full"),
          JAVA_BYTE.withName("kv_unified"),
          MemoryLayout.paddingLayout(2),
          ADDRESS.withName("samplers"),
          JAVA_LONG.withName("n_samplers"),
          ADDRESS.withName("ctx_other"));

  static final StructLayout BATCH =
      MemoryLayout.structLayout(
          JAVA_INT.withName("n_tokens"),
          MemoryLayout.paddingLayout(4),
          ADDRESS.withName("token"),
          ADDRESS.withName("embd"),
          ADDRESS.withName("pos"),
          ADDRESS.withName("n_seq_id"),
          ADDRESS.withName("seq_id"),
          ADDRESS.withName("logits"));

  static final StructLayout QUANTIZE_PARAMS =
      MemoryLayout.structLayout(
          JAVA_INT.withName("nthread"),
          JAVA_INT.withName("ftype"),
          JAVA_INT.withName("output_tensor_type"),
          JAVA_INT.withName("token_embedding_type"),
          JAVA_BYTE.withName("allow_requantize"),
          JAVA_BYTE.withName("quantize_output_tensor"),
          JAVA_BYTE.withName("only_copy"),
          JAVA_BYTE.withName("pure"),
          JAVA_BYTE.withName("keep_split"),
          JAVA_BYTE.withName("dry_run"),
          MemoryLayout.paddingLayout(2),
          ADDRESS.withName("imatrix"),
          ADDRESS.withName("kv_overrides"),
          ADDRESS.withName("tt_overrides"),
          ADDRESS.withName("prune_layers"),
          JAVA_LONG.withName("max_buf_size"));

  /// Room for a struct that is larger than those known, for reading the defaults of a library not
  /// trusted yet: the callee writes its own size behind the hidden pointer.
  static final StructLayout UNTRUSTED =
      MemoryLayout.structLayout(MemoryLayout.sequenceLayout(256, JAVA_LONG).withName("words"));

  /// What [#UNTRUSTED] is filled with before the call; no default consists of it.
  static final byte FILLER = (byte) 0xA5;

  /// Values of `llama_model_default_params` other than zero.
  static final Map<String, Number> MODEL_DEFAULTS =
      Map.of(
          "n_gpu_layers",
          -1,
          "split_mode",
          1,
          "load_mode",
          -1,
          "lazy_mode",
          1,
          "use_extra_bufts",
          1);

  /// Values of `llama_model_quantize_default_params` other than zero.
  static final Map<String, Number> QUANTIZE_DEFAULTS =
      Map.of(
          "ftype",
          7,
          "output_tensor_type",
          43,
          "token_embedding_type",
          43,
          "quantize_output_tensor",
          1,
          "max_buf_size",
          8L << 30);

  /// Values of `llama_context_default_params` other than zero.
  static final Map<String, Number> CONTEXT_DEFAULTS =
      Map.ofEntries(
          Map.entry("n_ctx", 512),
          Map.entry("n_batch", 2048),
          Map.entry("n_ubatch", 512),
          Map.entry("n_seq_max", 1),
          Map.entry("n_outputs_max_per_seq", 1),
          Map.entry("n_threads", 4),
          Map.entry("n_threads_batch", 4),
          Map.entry("rope_scaling_type", -1),
          Map.entry("pooling_type", -1),
          Map.entry("attention_type", -1),
          Map.entry("flash_attn_type", -1),
          Map.entry("yarn_ext_factor", -1f),
          Map.entry("yarn_attn_factor", -1f),
          Map.entry("yarn_beta_fast", -1f),
          Map.entry("yarn_beta_slow", -1f),
          Map.entry("defrag_thold", -1f),
          Map.entry("type_k", 1),
          Map.entry("type_v", 1),
          Map.entry("offload_kqv", 1),
          Map.entry("no_perf", 1),
          Map.entry("op_offload", 1),
          Map.entry("swa_full", 1));

  private Layouts() {}

  /// What in `written`, an [#UNTRUSTED] struct filled with [#FILLER] and then written by the
  /// library, is not as `layout` and `defaults` have it: one line each, empty if all agrees.
  ///
  /// Fields missing in `defaults` must be zero, and nothing behind the struct's end may be written.
  static List<String> differences(
      StructLayout layout, Map<String, Number> defaults, MemorySegment written) {
    List<String> differences = new ArrayList<>();
    for (MemoryLayout member : layout.memberLayouts()) {
      if (member instanceof ValueLayout field) {
        String name = field.name().orElseThrow();
        Number expected = defaults.getOrDefault(name, 0);
        Number found = read(written, layout.byteOffset(PathElement.groupElement(name)), field);
        if (expected.doubleValue() != found.doubleValue()) {
          differences.add("%s is %s instead of %s".formatted(name, found, expected));
        }
      }
    }
    for (long at = layout.byteSize(); at < written.byteSize(); at++) {
      if (written.get(JAVA_BYTE, at) != FILLER) {
        differences.add("the struct is longer than %d bytes".formatted(layout.byteSize()));
        break;
      }
    }
    return differences;
  }

  private static Number read(MemorySegment struct, long offset, ValueLayout field) {
    return switch (field) {
      case ValueLayout.OfInt layout -> struct.get(layout, offset);
      case ValueLayout.OfFloat layout -> struct.get(layout, offset);
      case ValueLayout.OfByte layout -> struct.get(layout, offset);
      case ValueLayout.OfLong layout -> struct.get(layout, offset);
      default -> struct.get(JAVA_LONG, offset);
    };
  }

  static void setInt(StructLayout layout, MemorySegment struct, String field, int value) {
    struct.set(JAVA_INT, layout.byteOffset(PathElement.groupElement(field)), value);
  }

  static void setFlag(StructLayout layout, MemorySegment struct, String field, boolean value) {
    struct.set(
        JAVA_BYTE, layout.byteOffset(PathElement.groupElement(field)), (byte) (value ? 1 : 0));
  }

  static void setAddress(
      StructLayout layout, MemorySegment struct, String field, MemorySegment value) {
    struct.set(ADDRESS, layout.byteOffset(PathElement.groupElement(field)), value);
  }
}
