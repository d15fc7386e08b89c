package ponder.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a template does.
sealed interface Statement {
  record Data(String text) implements Statement {}

  record Output(Expression value) implements Statement {}

  record If(List<Branch> branches, List<Statement> otherwise) implements Statement {}

  record Branch(Expression condition, List<Statement> body) {}

  record For(
      List<String> targets,
      Expression items,
      @Nullable Expression filter,
      boolean recursive,
      List<Statement> body,
      List<Statement> otherwise,
      int line)
      implements Statement {}

  /// Sets names, or an attribute of a namespace.
  record Set(List<String> names, @Nullable String attribute, Expression value, int line)
      implements Statement {}

  /// Sets a name to the text that the body writes.
  record SetBlock(String name, List<FilterCall> filters, List<Statement> body)
      implements Statement {}

  record FilterCall(String name, Expression.Arguments arguments, int line) {}

  record FilterBlock(List<FilterCall> filters, List<Statement> body) implements Statement {}

  record Macro(String name, List<Parameter> parameters, List<Statement> body)
      implements Statement {}

  record Parameter(String name, @Nullable Expression standard) {}

  record CallBlock(List<Parameter> parameters, Expression call, List<Statement> body)
      implements Statement {}

  record With(List<String> names, List<Expression> values, List<Statement> body)
      implements Statement {}

  /// The assistant's part, marked for training; it is written as it stands.
  record Generation(List<Statement> body) implements Statement {}

  record Break() implements Statement {}

  record Continue() implements Statement {}
}
