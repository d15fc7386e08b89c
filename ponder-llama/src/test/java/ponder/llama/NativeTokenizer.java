package ponder.llama;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import ponder.llama.LlamaSettings.Switch;
import ponder.model.Tokens;

/// llama.cpp's own tokenizer of a model file, to compare ours with.
final class NativeTokenizer implements AutoCloseable {
  private final NativeModel model;
  private final MethodHandle tokenize;

  NativeTokenizer(Path file) {
    Api api = TestNatives.libraries().api();
    model = NativeModel.load(api, file, Switch.AUTO, 0);
    tokenize =
        api.handle(
            "llama_tokenize",
            FunctionDescriptor.of(
                JAVA_INT,
                ADDRESS,
                ADDRESS,
                JAVA_INT,
                ADDRESS,
                JAVA_INT,
                JAVA_BOOLEAN,
                JAVA_BOOLEAN));
  }

  Tokens encode(String text, boolean parseSpecial) throws Throwable {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment input = arena.allocate(bytes.length + 1L);
      MemorySegment.copy(bytes, 0, input, JAVA_BYTE, 0, bytes.length);
      int room = bytes.length + 16;
      MemorySegment ids = arena.allocate(JAVA_INT, room);
      int count =
          (int)
              tokenize.invokeExact(
                  model.vocabulary(), input, bytes.length, ids, room, false, parseSpecial);
      return Tokens.of(ids.asSlice(0, count * 4L).toArray(JAVA_INT));
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
