package ponder.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf:owner/repo.name/dir/file-Q4_K_M.gguf",
        "hf:owner/repo@v1.0/file.gguf",
        "hf:datasets/owner/repo@v1.0/dir/file.parquet",
        "pypi:some-package==0.1.2/dir/file.gguf",
        "https://example.org/a/b.gguf",
        "http://127.0.0.1:8080/b.gguf",
        "http://localhost/b.gguf",
        "http://[::1]/b.gguf",
        "/some/where/file.gguf"
      })
  void printsAsItIsWritten(String text) {
    assertThat(Source.parse(text)).hasToString(text);
  }

  @Test
  void readsTheParts() {
    assertThat(Source.parse("hf:o/r/d/f")).isEqualTo(new Source.Hub("o", "r", "main", "d/f"));
    assertThat(Source.parse("hf:o/r@x/f")).isEqualTo(new Source.Hub("o", "r", "x", "f"));
    assertThat(Source.parse("hf:datasets/o/r/f"))
        .isEqualTo(new Source.Hub("datasets/o", "r", "main", "f"));
    assertThat(Source.parse("pypi:p==1.0/d/f")).isEqualTo(new Source.Wheel("p", "1.0", "d/f"));
    assertThat(Source.parse("file:/d/f")).isEqualTo(Source.parse("/d/f"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf:owner/repo",
        "hf:datasets/owner/repo",
        "hf:owner/../file",
        "hf:owner/repo/../../file",
        "hf:owner/repo/a b",
        "pypi:package/file",
        "pypi:--index-url==1/file",
        "http://example.org/f",
        "http://127.0.0.1.example.org/f",
        "https:nothing",
        "https://me:key@example.org/f",
        "https://example.org/a b?me:key",
        "file:relative",
        "ftp://example.org/f",
        "relative/file"
      })
  void refusesWhatIsNoSafeSource(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Source.parse(text))
        .withMessageNotContaining("me:key");
  }
}
