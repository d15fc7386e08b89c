package ponder.data;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;

/// The rows of a Parquet file, read by DuckDB as JSON objects, a chunk at a time.
///
/// DuckDB's library lies in its jar; it is unpacked into the folder for temporary files when the
/// first Parquet file is read, and deleted at the end. What it reads Parquet and writes JSON with
/// is built in: fetching and loading of extensions is switched off, and nothing but the file is
/// touched.
final class Parquet implements Records {
  private static final String ROWS = "SELECT to_json(r)::VARCHAR FROM read_parquet(?) AS r";

  private final Path file;
  private final Connection connection;
  private final PreparedStatement statement;
  private final ResultSet rows;
  private long place;

  private Parquet(Path file, Connection connection, PreparedStatement statement, ResultSet rows) {
    this.file = file;
    this.connection = connection;
    this.statement = statement;
    this.rows = rows;
  }

  /// Opens a file.
  ///
  /// @throws EngineException if it cannot be read, or DuckDB does not run on this machine
  static Parquet open(Path file) {
    try {
      Connection connection = connect();
      try {
        PreparedStatement statement = connection.prepareStatement(ROWS);
        statement.setString(1, literal(file));
        return new Parquet(file, connection, statement, statement.executeQuery());
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw unreadable(file, e);
    }
  }

  private static Connection connect() throws SQLException {
    Properties settings = new Properties();
    settings.setProperty("jdbc_stream_results", "true");
    settings.setProperty("threads", "1");
    settings.setProperty("memory_limit", "512MB");
    settings.setProperty("temp_directory", "");
    settings.setProperty("allow_persistent_secrets", "false");
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    try {
      Connection connection = new DuckDBDriver().connect("jdbc:duckdb:", settings);
      if (connection == null) {
        throw new IllegalStateException("DuckDB does not know its own address.");
      }
      return connection;
    } catch (LinkageError | RuntimeException e) {
      throw new EngineException(
          "DuckDB, which reads Parquet files, cannot be loaded here: %s. Maybe convert the file to JSON lines, or name a folder for its library: PONDER_JAVA_OPTS=-Djava.io.tmpdir=FOLDER."
              .formatted(e.getMessage()),
          e);
    }
  }

  /// The path as a pattern that nothing else matches.
  private static String literal(Path file) {
    return file.toAbsolutePath().toString().replaceAll("[*?\\[]", "[$0]");
  }

  @Override
  public @Nullable Found next() {
    try {
      if (!rows.next()) {
        return null;
      }
      place++;
      return JsonLines.parse(rows.getString(1), place);
    } catch (SQLException e) {
      throw unreadable(file, e);
    }
  }

  @Override
  public String unit() {
    return "Row";
  }

  private static EngineException unreadable(Path file, SQLException e) {
    String why = String.valueOf(e.getMessage()).strip().replaceFirst("(?s)\\R.*", "");
    return new EngineException("The Parquet file %s cannot be read: %s".formatted(file, why), e);
  }

  @Override
  public void close() {
    try (Connection last = connection;
        PreparedStatement before = statement) {
      rows.close();
    } catch (SQLException e) {
      throw unreadable(file, e);
    }
  }
}
