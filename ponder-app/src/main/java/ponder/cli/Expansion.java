package ponder.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import ponder.search.Methods;

/// Turns `--config` and `--set` into plain options.
///
/// A configuration is nothing but options written elsewhere: its entries are put in front of the
/// arguments and all are parsed again, so that types, ranges and messages are the same and what
/// stands later wins. Keys that are settings of the method without an option of their own stay
/// `--set`.
final class Expansion {
  /// Options that make no sense in a file of options.
  private static final Set<String> NEVER =
      Set.of("config", "set", "help", "version", "debug", "json", "dry-run");

  private final CommandSpec command;
  private final SolveOptions options;
  private final ModelOptions model;

  Expansion(CommandSpec command, SolveOptions options, ModelOptions model) {
    this.command = command;
    this.options = options;
    this.model = model;
  }

  /// Parses the command's arguments again if a configuration or `--set` was given.
  ///
  /// @throws IllegalArgumentException naming every unknown key
  void apply() {
    Map<String, String> given = new LinkedHashMap<>();
    if (options.config != null) {
      given.putAll(ConfigFile.read(options.config));
    }
    given.putAll(model.set);
    if (given.isEmpty()) {
      return;
    }
    CommandLine line = command.commandLine();
    List<String> typed = typed();
    refuseUnknown(given);
    List<String> arguments = new ArrayList<>();
    given.forEach((key, value) -> arguments.addAll(asOption(key, value)));
    arguments.addAll(withoutSets(typed));
    if (Boolean.TRUE.equals(command.findOption("--debug").getValue())) {
      arguments.addFirst("--debug");
    }
    line.setOverwrittenOptionsAllowed(true);
    line.parseArgs(arguments.toArray(String[]::new));
  }

  private void refuseUnknown(Map<String, String> given) {
    String method = chosen("method", options.method, given);
    Set<String> known = new TreeSet<>(optionKeys().keySet());
    Methods.named(method).parameters().forEach(parameter -> known.add(parameter.name()));
    known.addAll(
        ModelOptions.settings(
            chosen("engine", model.engine, given),
            given.getOrDefault("model", model.model),
            given.getOrDefault("endpoint", model.endpoint),
            model.library));
    List<String> problems = new ArrayList<>();
    given.forEach(
        (key, value) -> {
          if (!known.contains(key)) {
            problems.add("%s (%s)%s".formatted(key, value, ModelOptions.near(key, known)));
          }
        });
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "Unknown for method %s: %s. Maybe see '%s --help'."
              .formatted(method, String.join(", ", problems), command.qualifiedName(" ")));
    }
  }

  /// What an option will be: what was typed, else what is given, else its default.
  private String chosen(String key, String parsed, Map<String, String> given) {
    boolean typed = command.commandLine().getParseResult().hasMatchedOption("--" + key);
    return typed ? parsed : given.getOrDefault(key, parsed);
  }

  /// What was typed after the command's name.
  private List<String> typed() {
    List<String> all = command.commandLine().getParseResult().originalArgs();
    return all.subList(all.indexOf(command.name()) + 1, all.size());
  }

  private Map<String, OptionSpec> optionKeys() {
    Map<String, OptionSpec> keys = new LinkedHashMap<>();
    for (OptionSpec option : command.options()) {
      String key = option.longestName().replaceFirst("^--?", "");
      if (!NEVER.contains(key)) {
        keys.put(key, option);
      }
    }
    return keys;
  }

  private List<String> asOption(String key, String value) {
    OptionSpec option = optionKeys().get(key);
    if (option == null) {
      return List.of("--set", key + "=" + value);
    }
    if (!option.typeInfo().isBoolean()) {
      return List.of("--" + key + "=" + value);
    }
    return switch (value) {
      case "true" -> List.of("--" + key);
      case "false" -> List.of();
      default ->
          throw new IllegalArgumentException(
              "%s (%s) must be true or false.".formatted(key, value));
    };
  }

  /// The typed arguments without `--set` and `--config`, which have been taken apart.
  private static List<String> withoutSets(List<String> typed) {
    List<String> rest = new ArrayList<>();
    Set<String> pairs = new HashSet<>(Set.of("--set", "--config"));
    for (int i = 0; i < typed.size(); i++) {
      String argument = typed.get(i);
      if (argument.equals("--")) {
        rest.addAll(typed.subList(i, typed.size()));
        break;
      }
      if (pairs.contains(argument)) {
        i++;
      } else if (!argument.startsWith("--set=") && !argument.startsWith("--config=")) {
        rest.add(argument);
      }
    }
    return rest;
  }
}
