package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What is said where there is no GPU, and what is chosen then.
final class DevicesTest {
  @Test
  void tellsWhyThereIsNoGpu() {
    assertThat(Devices.reason(0, 13010, "no CUDA-capable device is detected (100)"))
        .isEqualTo("there is no NVIDIA driver");
    assertThat(Devices.reason(12040, 13010, "driver version is insufficient (35)"))
        .isEqualTo(
            "the NVIDIA driver supports CUDA 12.4, libtorch needs 13.1. Maybe update the driver");
    assertThat(Devices.reason(13010, 13010, "no CUDA-capable device is detected (100)"))
        .isEqualTo("no CUDA-capable device is detected (100)");
  }

  @Test
  void takesTheCpuWhereNativesAreForCpus() {
    assertThat(Devices.choose("auto")).isEqualTo(new Devices("cpu", null, ""));
  }

  @Test
  void knowsFailuresForLackOfMemory() {
    assertThat(Devices.outOfMemory(new RuntimeException("CUDA out of memory. Tried to allocate")))
        .isTrue();
    assertThat(Devices.outOfMemory(new RuntimeException())).isFalse();
  }

  @Test
  void namesLibrariesThatCannotBeLoaded() {
    assertThat(TorchNatives.absent(List.of("libc.so.6", "libnowhere.so.13")))
        .containsExactly("libnowhere.so.13");
  }

  @Test
  void choosesByDevice() {
    TorchSettings open = TorchSettings.of(java.util.Map.of("seq-ids", "100"));
    TorchSettings cpu = open.on(new Devices("cpu", null, ""));
    TorchSettings gpu = open.on(new Devices("cuda:0", null, ""));
    assertThat(cpu.decode()).isEqualTo(TorchSettings.Decode.GROUPS);
    assertThat(cpu.brainFloats()).isFalse();
    assertThat(cpu.maxSequences()).isEqualTo(64);
    assertThat(gpu.decode()).isEqualTo(TorchSettings.Decode.FUSED);
    assertThat(gpu.brainFloats()).isTrue();
    assertThat(gpu.maxSequences()).isEqualTo(99);
  }
}
