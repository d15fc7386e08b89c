package ponder.template;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import ponder.gguf.Gguf;
import ponder.gguf.TextArray;
import ponder.model.ChatTemplate;
import ponder.model.EngineException;
import ponder.model.Message;

/// A chat template in Jinja, rendered letter by letter as the transformers library does.
///
/// The template is read once into statements and expressions, and each rendering walks over them:
/// values are Python's ([Values]), white space is Jinja's under `trim_blocks` and `lstrip_blocks`
/// ([Lexer]), `tojson`, `raise_exception`, `strftime_now` and `generation` are as transformers
/// defines them, and nothing is ever escaped for HTML. What is not supported is refused by name and
/// line, most of it when the template is read.
///
/// Templates come with models from anywhere, so they are not trusted: they see only the values
/// given to them and cannot change these, there is no way from a value to Java, and steps, depth
/// and sizes are bounded.
///
/// Why not a Jinja library for Java: the one there is (tried, version 2.8.3) reads the values it
/// has written for tags again, so that braces in a user's message break or change the prompt; it
/// keeps white space that Jinja drops, lacks Python's string methods, and takes over a second to
/// start.
///
/// Immutable, thread-safe.
public final class Jinja implements ChatTemplate {
  private static final String CHATML =
      "{% for message in messages %}{{ '<|im_start|>' + message.role + '\n' + message.content"
          + " + '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}"
          + "{{ '<|im_start|>assistant\n' }}{% endif %}";

  private final List<Statement> statements;
  private final Map<String, String> specialTokens;
  private final Clock clock;

  private Jinja(String source, Map<String, String> specialTokens, Clock clock) {
    this.statements = Parser.parse(source);
    this.specialTokens = Map.copyOf(specialTokens);
    this.clock = clock;
  }

  /// Reads a template.
  ///
  /// @param specialTokens texts by name that the template may use: `bos_token`, `eos_token`
  /// @param clock the time that `strftime_now` tells
  /// @throws EngineException if it is not well-formed or not supported; names line and construct
  public static Jinja of(String source, Map<String, String> specialTokens, Clock clock) {
    return new Jinja(source, specialTokens, clock);
  }

  /// The template of a model file; one without a template gets ChatML if its vocabulary has
  /// `<|im_start|>` and `<|im_end|>`.
  ///
  /// @throws EngineException if there is neither, or the template is not supported
  public static Jinja from(Gguf gguf) {
    Map<String, String> tokens = new LinkedHashMap<>();
    TextArray texts = gguf.texts("tokenizer.ggml.tokens").orElse(null);
    for (String[] name :
        new String[][] {{"bos", "bos"}, {"eos", "eos"}, {"unk", "unknown"}, {"pad", "padding"}}) {
      OptionalLong id = gguf.whole("tokenizer.ggml." + name[1] + "_token_id");
      if (texts != null && id.isPresent() && id.getAsLong() >= 0 && id.getAsLong() < texts.size()) {
        tokens.put(name[0] + "_token", texts.get((int) id.getAsLong()));
      }
    }
    String source = gguf.text("tokenizer.chat_template").orElseGet(() -> standard(gguf, texts));
    return new Jinja(source, tokens, Clock.systemDefaultZone());
  }

  private static String standard(Gguf gguf, @org.jspecify.annotations.Nullable TextArray texts) {
    boolean starts = false;
    boolean ends = false;
    for (int id = 0; texts != null && id < texts.size(); id++) {
      String text = texts.get(id);
      starts |= text.equals("<|im_start|>");
      ends |= text.equals("<|im_end|>");
    }
    if (starts && ends) {
      return CHATML;
    }
    throw gguf.bad(
        "it has no chat template, and its vocabulary lacks the <|im_start|> and <|im_end|> of ChatML."
            + " Maybe it is a base model: give it plain text.");
  }

  @Override
  public String render(List<Message> messages, boolean addGenerationPrompt) {
    return render(messages, addGenerationPrompt, List.of());
  }

  @Override
  public String render(
      List<Message> messages, boolean addGenerationPrompt, List<Map<String, Object>> tools) {
    List<Object> turns = new ArrayList<>();
    for (Message message : messages) {
      Map<String, Object> turn = new LinkedHashMap<>();
      turn.put("role", message.role());
      turn.put("content", message.content());
      turns.add(turn);
    }
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("messages", turns);
    if (!tools.isEmpty()) {
      variables.put("tools", tools);
    }
    variables.put("add_generation_prompt", addGenerationPrompt);
    return render(variables);
  }

  /// The text for these variables; `tools` and `documents` are none unless given.
  ///
  /// @param variables strings, numbers, flags, and lists and maps of them
  /// @throws IllegalArgumentException if the template refuses them or fails
  public String render(Map<String, Object> variables) {
    Scope scope = new Scope(null);
    Functions.define(scope, clock);
    specialTokens.forEach(scope::set);
    scope.set("tools", None.NONE);
    scope.set("documents", None.NONE);
    variables.forEach((name, value) -> scope.set(name, Values.of(value)));
    return new Renderer().render(statements, scope);
  }
}
