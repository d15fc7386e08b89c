package ponder.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ponder.model.EngineException;
import ponder.testkit.Dice;
import ponder.testkit.Law;
import ponder.testkit.SafetensorsWriter;

class SafetensorsTest {
  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("file.safetensors");
  }

  @Test
  void readsTensorsAndWords() {
    new SafetensorsWriter()
        .metadata(Map.of("made by", "a test"))
        .floats("b", List.of(2, 3), 1, 2, 3, 4, 5, 6.5f)
        .floats("a", List.of(), -1)
        .floats("none", List.of(0, 7))
        .write(file());
    Safetensors read = Safetensors.open(file());

    assertThat(read.metadata()).containsExactly(Map.entry("made by", "a test"));
    assertThat(read.tensors().keySet()).containsExactly("a", "b", "none");
    assertThat(read.floats("b")).containsExactly(1, 2, 3, 4, 5, 6.5f);
    assertThat(read.floats("a")).containsExactly(-1);
    assertThat(read.floats("none")).isEmpty();
  }

  @Test
  void convertsOtherTypes() {
    ByteBuffer half = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    half.putShort(Float.floatToFloat16(1.5f)).putShort(Float.floatToFloat16(-0.25f));
    ByteBuffer brain = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    brain.putShort((short) (Float.floatToIntBits(3) >>> 16));
    brain.putShort((short) (Float.floatToIntBits(-2) >>> 16));
    ByteBuffer twice = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(0.125);
    new SafetensorsWriter()
        .raw("half", "F16", List.of(2), half.array())
        .raw("brain", "BF16", List.of(2), brain.array())
        .raw("double", "F64", List.of(1), twice.array())
        .raw("whole", "I32", List.of(1), new byte[4])
        .write(file());
    Safetensors read = Safetensors.open(file());

    assertThat(read.floats("half")).containsExactly(1.5f, -0.25f);
    assertThat(read.floats("brain")).containsExactly(3, -2);
    assertThat(read.floats("double")).containsExactly(0.125f);
    assertThatThrownBy(() -> read.floats("whole")).hasMessageContaining("of type I32");
    assertThatThrownBy(() -> read.floats("other")).hasMessageContaining("no tensor 'other'");
  }

  @Test
  void readsManyValues() {
    float[] values = new float[600_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    new SafetensorsWriter().floats("a", List.of(values.length), values).write(file());

    assertThat(Safetensors.open(file()).floats("a")).isEqualTo(values);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []|is not a JSON object
          {"a"|is not JSON
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{}}|is not JSON
          {"__metadata__":{"n":1}}|metadata 'n' is not a text
          {"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}|unknown type 'F31'
          {"a":{"shape":[1],"data_offsets":[0,4]}}|unknown type ''
          {"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}|shape that is no list
          {"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}|shape that is no list
          {"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}|shape that is no list
          {"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}|shape that is no list
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}|data_offsets [4, 0]
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}|data_offsets [0]
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}|does not take bytes 0 to 4
          {"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}|does not take
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}|takes bytes 0 to 8
          {"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}|takes bytes 1 to 4
          {"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}|take 3 of 4 bytes
          {"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}|takes bytes 2 to 4
          {}|take 0 of 4 bytes
          """)
  void refusesHeadersThatLie(String json, String words) throws IOException {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all = ByteBuffer.allocate(12 + header.length).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file(), all.putLong(header.length).put(header).array());

    assertThatThrownBy(() -> Safetensors.open(file()))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("'" + file() + "' cannot be used: ")
        .hasMessageContaining(words);
  }

  @Test
  void refusesLengthsThatLie() throws IOException {
    for (long length : new long[] {-1, 0, 1, 9, 1L << 40, Long.MIN_VALUE}) {
      ByteBuffer all = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      Files.write(file(), all.array());
      assertThatThrownBy(() -> Safetensors.open(file()))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("its header's length");
    }
    Files.write(file(), new byte[7]);
    assertThatThrownBy(() -> Safetensors.open(file())).hasMessageContaining("it has 7 bytes");
  }

  @Test
  void damagedFilesAreReadOrRefusedByName() {
    byte[] whole =
        new SafetensorsWriter()
            .metadata(Map.of("a", "b"))
            .floats("weight", List.of(1, 4), 1, 2, 3, 4)
            .floats("bias", List.of(1), 1)
            .bytes();
    Law.forAll(
        "a damaged file is read or refused by name",
        500,
        seed -> {
          Dice dice = new Dice(seed);
          byte[] bytes =
              Arrays.copyOf(whole, dice.chance(30) ? dice.below(whole.length) : whole.length);
          for (int i = dice.between(1, 3); i > 0 && bytes.length > 0; i--) {
            bytes[dice.below(bytes.length)] = (byte) dice.below(256);
          }
          Files.write(file(), bytes);
          try {
            Safetensors read = Safetensors.open(file());
            read.tensors().values().stream()
                .filter(it -> it.type().floating())
                .forEach(it -> assertThat(read.floats(it.name())).hasSize((int) it.values()));
          } catch (EngineException e) {
            assertThat(e).hasMessageContaining(file().toString());
          }
        });
  }
}
