/// Tensors in Hugging Face's safetensors files.
@NullMarked
package ponder.safetensors;

import org.jspecify.annotations.NullMarked;
