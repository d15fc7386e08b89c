package ponder.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ponder.testkit.Dice;

/// Makes broken folders out of a good one: seeded changes of numbers, words and lines of its JSON
/// files, and of lengths, headers and plain bytes of its safetensors.
final class FolderMutator {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE]-?\\d+)?");
  private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|true|false|null");
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "2",
          "3",
          "7",
          "-1",
          "-8",
          "33",
          "255",
          "65536",
          "1048577",
          "2147483647",
          "2147483648",
          "-2147483648",
          "4294967296",
          "9223372036854775807",
          "1e300",
          "1e-300",
          "0.5",
          "99999999999999999999999",
          "null",
          "[]",
          "\"x\"");
  private static final List<String> WORDS =
      List.of(
          "true",
          "false",
          "null",
          "\"\"",
          "\"F16\"",
          "\"I64\"",
          "\"llama\"",
          "\"qwen2\"",
          "\"dynamic\"",
          "[]",
          "{}",
          "3",
          "\"\\u0000\"",
          "\"model.norm.weight\"");

  private final Dice dice;

  FolderMutator(long seed) {
    this.dice = new Dice(seed);
  }

  /// Copies `good` to `target` with one to three changes.
  void write(Path good, Path target) throws IOException {
    Files.createDirectories(target);
    List<Path> files;
    try (Stream<Path> all = Files.list(good)) {
      files = all.sorted().toList();
    }
    for (Path file : files) {
      Files.copy(file, target.resolve(file.getFileName().toString()));
    }
    int changes = dice.between(1, 3);
    for (int i = 0; i < changes; i++) {
      Path file = target.resolve(files.get(dice.below(files.size())).getFileName().toString());
      byte[] bytes = Files.readAllBytes(file);
      boolean json = !file.toString().endsWith(".safetensors");
      Files.write(file, json ? json(bytes) : safetensors(bytes));
    }
  }

  private byte[] json(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String changed =
        switch (dice.below(6)) {
          case 0, 1 -> replaced(text, NUMBER, NUMBERS);
          case 2 -> replaced(text, WORD, WORDS);
          case 3 -> withoutALine(text);
          case 4 -> text.substring(0, dice.below(text.length() + 1));
          default -> withAnotherByte(text);
        };
    return changed.getBytes(StandardCharsets.ISO_8859_1);
  }

  private String replaced(String text, Pattern what, List<String> by) {
    List<int[]> places = new ArrayList<>();
    Matcher matcher = what.matcher(text);
    while (matcher.find()) {
      places.add(new int[] {matcher.start(), matcher.end()});
    }
    if (places.isEmpty()) {
      return text;
    }
    int[] place = places.get(dice.below(places.size()));
    return text.substring(0, place[0]) + by.get(dice.below(by.size())) + text.substring(place[1]);
  }

  private String withoutALine(String text) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (!lines.isEmpty()) {
      lines.remove(dice.below(lines.size()));
    }
    return String.join("\n", lines);
  }

  private String withAnotherByte(String text) {
    if (text.isEmpty()) {
      return "{";
    }
    int at = dice.below(text.length());
    return text.substring(0, at) + (char) dice.below(256) + text.substring(at + 1);
  }

  private byte[] safetensors(byte[] bytes) {
    if (bytes.length < 9) {
      return new byte[] {1};
    }
    ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int header = (int) Math.clamp(view.getLong(0), 0, bytes.length - 8);
    switch (dice.below(6)) {
      case 0 -> view.putLong(0, number());
      case 1 -> bytes[dice.below(bytes.length)] = (byte) dice.below(256);
      case 2 -> {
        return java.util.Arrays.copyOf(bytes, dice.below(bytes.length + 64));
      }
      default -> {
        byte[] head = java.util.Arrays.copyOfRange(bytes, 8, 8 + header);
        byte[] changed = json(head);
        ByteBuffer all =
            ByteBuffer.allocate(bytes.length - head.length + changed.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        all.putLong(dice.chance(80) ? changed.length : header).put(changed);
        return all.put(bytes, 8 + header, bytes.length - 8 - header).array();
      }
    }
    return bytes;
  }

  private long number() {
    return dice.chance(50) ? dice.next() : 1L << dice.below(63);
  }
}
