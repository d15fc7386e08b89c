package ponder.grade;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import ponder.core.Nearest;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// How texts mark their answers: tags, and the words of several languages. All of it is data; the
/// shipped file `markers.yaml` says what each field means.
///
/// @param thoughtEnds what closes a model's thoughts
/// @param tags what stands around an answer
/// @param outputs what stands around a program's output
/// @param languages words that mark answers, by language
public record Markers(
    List<String> thoughtEnds, List<Pair> tags, List<Pair> outputs, List<Language> languages) {
  private static final String SHIPPED = "markers.yaml";

  /// An opening and a closing mark, neither empty.
  public record Pair(String open, String close) {
    public Pair {
      if (open.isEmpty() || close.isEmpty()) {
        throw new IllegalArgumentException(
            "open (%s) and close (%s) must not be empty.".formatted(open, close));
      }
    }
  }

  /// The words of one language.
  ///
  /// @param markers an answer follows
  /// @param headings an answer follows if this stands alone on its line
  /// @param conclusions an answer follows the last "=" of the same sentence, if it is the text's
  ///   last
  /// @param negations straight after a marker: no answer follows
  /// @param fillers may stand between a marker and its answer
  /// @param reasons an answer ends before these words
  /// @param joins between the parts of a list
  /// @param closings set phrases that end an answer
  /// @param endings what a sentence's end hangs on to its answer
  public record Language(
      String name,
      List<String> markers,
      List<String> headings,
      List<String> conclusions,
      List<String> negations,
      List<String> fillers,
      List<String> reasons,
      List<String> joins,
      List<String> closings,
      List<String> endings) {
    public Language {
      markers = List.copyOf(markers);
      headings = List.copyOf(headings);
      conclusions = List.copyOf(conclusions);
      negations = List.copyOf(negations);
      fillers = List.copyOf(fillers);
      reasons = List.copyOf(reasons);
      joins = List.copyOf(joins);
      closings = List.copyOf(closings);
      endings = List.copyOf(endings);
    }
  }

  public Markers {
    thoughtEnds = List.copyOf(thoughtEnds);
    tags = List.copyOf(tags);
    outputs = List.copyOf(outputs);
    languages = List.copyOf(languages);
  }

  /// The markers that Ponder ships: English, Japanese, Chinese.
  public static Markers shipped() {
    try (InputStream in = Markers.class.getResourceAsStream(SHIPPED)) {
      if (in == null) {
        throw new IllegalStateException("The resource " + SHIPPED + " is missing.");
      }
      return parse(SHIPPED, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads a file in the form of the shipped one.
  ///
  /// @param origin the file's name, for errors
  /// @throws IllegalArgumentException naming everything that is wrong with it
  public static Markers parse(String origin, String text) {
    try {
      return new Reader(origin).markers(new YAMLMapper().readTree(text));
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "%s is not YAML: %s".formatted(origin, e.getOriginalMessage()), e);
    }
  }

  /// These markers and those of `other`.
  public Markers plus(Markers other) {
    return new Markers(
        both(thoughtEnds, other.thoughtEnds),
        both(tags, other.tags),
        both(outputs, other.outputs),
        both(languages, other.languages));
  }

  private static <T> List<T> both(List<T> these, List<T> those) {
    return Stream.concat(these.stream(), those.stream()).toList();
  }

  /// Reads the fields of a markers file and collects all that is wrong with them.
  private static final class Reader {
    private final String origin;
    private final List<String> problems = new ArrayList<>();

    Reader(String origin) {
      this.origin = origin;
    }

    Markers markers(JsonNode file) {
      known(file, origin, Set.of("thoughtEnds", "tags", "outputs", "languages"));
      List<Language> languages = new ArrayList<>();
      for (Map.Entry<String, JsonNode> language : file.path("languages").properties()) {
        languages.add(language(language.getKey(), language.getValue()));
      }
      Markers markers =
          new Markers(
              texts(file, origin, "thoughtEnds"),
              pairs(file, "tags"),
              pairs(file, "outputs"),
              languages);
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", problems) + ".");
      }
      return markers;
    }

    private Language language(String name, JsonNode fields) {
      String where = origin + ", " + name;
      Language language =
          new Language(
              name,
              texts(fields, where, "markers"),
              texts(fields, where, "headings"),
              texts(fields, where, "conclusions"),
              texts(fields, where, "negations"),
              texts(fields, where, "fillers"),
              texts(fields, where, "reasons"),
              texts(fields, where, "joins"),
              texts(fields, where, "closings"),
              texts(fields, where, "endings"));
      known(
          fields,
          where,
          Set.of(
              "markers",
              "headings",
              "conclusions",
              "negations",
              "fillers",
              "reasons",
              "joins",
              "closings",
              "endings"));
      return language;
    }

    private void known(JsonNode node, String where, Set<String> names) {
      if (!node.isObject()) {
        problems.add(where + ": a mapping is needed");
      }
      for (String name : node.propertyNames()) {
        if (!names.contains(name)) {
          problems.add(
              "%s: unknown field '%s'.%s"
                  .formatted(where, name, Nearest.maybe(name, new TreeSet<>(names))));
        }
      }
    }

    private List<String> texts(JsonNode node, String where, String field) {
      List<String> texts = new ArrayList<>();
      if (!node.path(field).isArray() && !node.path(field).isMissingNode()) {
        problems.add("%s: %s must be a list".formatted(where, field));
      }
      for (JsonNode item : node.path(field).values()) {
        if (!item.isString() || item.stringValue().isBlank()) {
          problems.add("%s: %s holds %s, which is no text".formatted(where, field, item));
        } else {
          texts.add(item.stringValue());
        }
      }
      return texts;
    }

    private List<Pair> pairs(JsonNode file, String field) {
      List<Pair> pairs = new ArrayList<>();
      for (JsonNode item : file.path(field).values()) {
        if (item.size() == 2 && text(item.path(0)) && text(item.path(1))) {
          pairs.add(new Pair(item.path(0).stringValue(), item.path(1).stringValue()));
        } else {
          problems.add(
              "%s: %s holds %s, which is not [opening, closing]".formatted(origin, field, item));
        }
      }
      return pairs;
    }

    private static boolean text(JsonNode item) {
      return item.isString() && !item.stringValue().isEmpty();
    }
  }
}
