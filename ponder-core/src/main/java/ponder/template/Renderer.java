package ponder.template;

import java.util.ArrayList;
import java.util.List;
import ponder.template.Callable.Inputs;
import ponder.template.Statement.FilterCall;
import ponder.template.Statement.Parameter;

/// Carries out a template's statements. One use by one thread.
final class Renderer extends Evaluator {
  /// Deepest recursion of macros and loops.
  private static final int DEPTH = 200;

  /// How a list of statements ended.
  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  private StringBuilder out = new StringBuilder();
  private int depth;

  String render(List<Statement> statements, Scope scope) {
    run(statements, scope);
    return out.toString();
  }

  private Flow run(List<Statement> statements, Scope scope) {
    for (Statement statement : statements) {
      step();
      Flow flow = run(statement, scope);
      if (flow != Flow.ON) {
        return flow;
      }
    }
    return Flow.ON;
  }

  private Flow run(Statement statement, Scope scope) {
    switch (statement) {
      case Statement.Data data -> out.append(data.text());
      case Statement.Output output -> out.append(Display.str(evaluate(output.value(), scope)));
      case Statement.If conditional -> {
        return run(chosen(conditional, scope), scope);
      }
      case Statement.For loop -> loop(loop, evaluate(loop.items(), scope), scope, 0);
      case Statement.Set set -> set(set, scope);
      case Statement.SetBlock set ->
          scope.set(
              set.name(), filtered(captured(set.body(), new Scope(scope)), set.filters(), scope));
      case Statement.FilterBlock block ->
          out.append(
              Display.str(
                  filtered(captured(block.body(), new Scope(scope)), block.filters(), scope)));
      case Statement.Macro macro -> scope.set(macro.name(), macro(macro, scope));
      case Statement.CallBlock call -> call(call, scope);
      case Statement.With with -> {
        Scope inner = new Scope(scope);
        for (int i = 0; i < with.names().size(); i++) {
          inner.set(with.names().get(i), evaluate(with.values().get(i), scope));
        }
        return run(with.body(), inner);
      }
      case Statement.Generation generation ->
          out.append(captured(generation.body(), new Scope(scope)));
      case Statement.Break end -> {
        return Flow.BREAK;
      }
      case Statement.Continue next -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.ON;
  }

  private List<Statement> chosen(Statement.If conditional, Scope scope) {
    for (Statement.Branch branch : conditional.branches()) {
      if (Values.truth(evaluate(branch.condition(), scope))) {
        return branch.body();
      }
    }
    return conditional.otherwise();
  }

  /// What `body` writes.
  private String captured(List<Statement> body, Scope scope) {
    if (++depth > DEPTH) {
      throw new TemplateException(
          "The chat template was stopped: it calls itself more than %d levels deep."
              .formatted(DEPTH));
    }
    StringBuilder outer = out;
    out = new StringBuilder();
    run(body, scope);
    String text = out.toString();
    out = outer;
    depth--;
    return text;
  }

  private Object filtered(Object value, List<FilterCall> filters, Scope scope) {
    Object result = value;
    for (FilterCall filter : filters) {
      Expression.Literal on = new Expression.Literal(result, filter.line());
      result =
          evaluate(
              new Expression.Filter(on, filter.name(), filter.arguments(), filter.line()), scope);
    }
    return result;
  }

  private void set(Statement.Set set, Scope scope) {
    Object value = evaluate(set.value(), scope);
    String attribute = set.attribute();
    if (attribute == null) {
      assign(set.names(), value, scope, set.line());
    } else if (scope.get(set.names().getFirst()) instanceof Namespace namespace) {
      at(set.line(), () -> namespace.set(attribute, value));
    } else {
      throw failure(set.line(), "'%s' is no namespace".formatted(set.names().getFirst()));
    }
  }

  private static void at(int line, Runnable action) {
    try {
      action.run();
    } catch (Problem problem) {
      throw failure(line, problem.reason());
    }
  }

  private static TemplateException failure(int line, String reason) {
    return new TemplateException(
        "The chat template failed in line %d: %s.".formatted(line, reason));
  }

  private static void assign(List<String> names, Object value, Scope scope, int line) {
    if (names.size() == 1) {
      scope.set(names.getFirst(), value);
      return;
    }
    at(
        line,
        () -> {
          List<Object> items = Values.iterate(value);
          if (items.size() != names.size()) {
            throw new Problem("%d values cannot be given to %d names", items.size(), names.size());
          }
          for (int i = 0; i < names.size(); i++) {
            scope.set(names.get(i), items.get(i));
          }
        });
  }

  private void loop(Statement.For loop, Object over, Scope scope, int level) {
    List<Object> items = new ArrayList<>();
    at(loop.line(), () -> items.addAll(Values.iterate(over)));
    if (loop.filter() != null) {
      Expression filter = loop.filter();
      items.removeIf(
          item -> {
            Scope inner = new Scope(scope);
            assign(loop.targets(), item, inner, loop.line());
            return !Values.truth(evaluate(filter, inner));
          });
    }
    if (items.isEmpty()) {
      run(loop.otherwise(), new Scope(scope));
      return;
    }
    Callable again = loop.recursive() ? in -> recurse(loop, in, scope, level + 1) : null;
    Loop state = new Loop(items, level, again);
    for (int i = 0; i < items.size(); i++) {
      step();
      state.moveTo(i);
      Scope inner = new Scope(scope);
      inner.set("loop", state);
      assign(loop.targets(), items.get(i), inner, loop.line());
      if (run(loop.body(), inner) == Flow.BREAK) {
        return;
      }
    }
  }

  private Object recurse(Statement.For loop, Inputs inputs, Scope scope, int level) {
    Scope inner = new Scope(scope);
    inner.set(" items", inputs.need(0, "items"));
    Statement.For nested =
        new Statement.For(
            loop.targets(),
            new Expression.Name(" items", loop.line()),
            loop.filter(),
            true,
            loop.body(),
            loop.otherwise(),
            loop.line());
    StringBuilder outer = out;
    out = new StringBuilder();
    if (level > DEPTH) {
      throw failure(loop.line(), "the loop calls itself more than %d levels deep".formatted(DEPTH));
    }
    loop(nested, inputs.need(0, "items"), inner, level);
    String text = out.toString();
    out = outer;
    return text;
  }

  private Callable macro(Statement.Macro macro, Scope scope) {
    return inputs -> captured(macro.body(), bound(macro.parameters(), inputs, scope));
  }

  private Scope bound(List<Parameter> parameters, Inputs inputs, Scope scope) {
    Scope inner = new Scope(scope);
    List<Object> rest = inputs.skip(parameters.size()).positional();
    inner.set("varargs", new Tuple(rest));
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      Expression standard = parameter.standard();
      Object given =
          inputs.get(
              i, parameter.name(), new Undefined("'" + parameter.name() + "' was not given"));
      inner.set(
          parameter.name(),
          given instanceof Undefined && standard != null ? evaluate(standard, inner) : given);
    }
    if (inputs.named().get("caller") instanceof Callable caller) {
      inner.set("caller", caller);
    }
    return inner;
  }

  private void call(Statement.CallBlock block, Scope scope) {
    Callable caller = in -> captured(block.body(), bound(block.parameters(), in, scope));
    if (!(block.call() instanceof Expression.Call call)) {
      throw failure(block.call().line(), "only a call can stand behind 'call'");
    }
    if (!(evaluate(call.callee(), scope) instanceof Callable callee)) {
      throw failure(call.line(), "what stands behind 'call' cannot be called");
    }
    Inputs inputs = inputs(call.arguments(), scope);
    inputs.named().put("caller", caller);
    at(call.line(), () -> out.append(Display.str(callee.call(inputs))));
  }
}
