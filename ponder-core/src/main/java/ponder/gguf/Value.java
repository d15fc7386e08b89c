package ponder.gguf;

import java.util.List;

/// A metadata value. Scalars are held; arrays of numbers and strings are read from the mapped file
/// on demand and live as long as the [Gguf] they come from.
public sealed interface Value {
  /// A whole number; an unsigned 64-bit one above 2^63 - 1 appears negative.
  record Whole(ValueType type, long value) implements Value {}

  record Real(ValueType type, double value) implements Value {}

  record Flag(boolean value) implements Value {}

  record Text(String value) implements Value {}

  /// Numbers of one type.
  record Numbers(NumberArray array) implements Value {}

  /// Strings.
  record Texts(TextArray array) implements Value {}

  /// Arrays in an array.
  record Nested(List<Value> arrays) implements Value {
    public Nested {
      arrays = List.copyOf(arrays);
    }
  }

  /// What kind of value this is, as messages put it: `uint32`, `array of string`.
  default String kind() {
    return switch (this) {
      case Whole whole -> whole.type().toString();
      case Real real -> real.type().toString();
      case Flag flag -> ValueType.BOOL.toString();
      case Text text -> ValueType.STRING.toString();
      case Numbers numbers -> "array of " + numbers.array().type();
      case Texts texts -> "array of string";
      case Nested nested -> "array of arrays";
    };
  }
}
