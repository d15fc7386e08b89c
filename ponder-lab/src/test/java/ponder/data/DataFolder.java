package ponder.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import ponder.store.Home;

/// Files that a test writes, and data sets opened from them.
record DataFolder(Path folder) {
  DataSets sets() {
    return new DataSets(new Home(folder.resolve("home")), Map.of());
  }

  Path write(String name, String text) throws IOException {
    return write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  DataSet open(Path file, String... columns) {
    return sets().open(query(file, columns));
  }

  static DataQuery query(Path file, String... columns) {
    return DataQuery.of(file.toString()).withColumns(Columns.parse(List.of(columns)));
  }

  static byte[] packed(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
