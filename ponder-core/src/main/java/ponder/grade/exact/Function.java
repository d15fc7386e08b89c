package ponder.grade.exact;

/// The functions the grader knows. The arity is 0 where any number of arguments will do.
public enum Function {
  /// Sine.
  SIN("sin", 1),
  /// Cosine.
  COS("cos", 1),
  /// Tangent.
  TAN("tan", 1),
  /// Cotangent.
  COT("cot", 1),
  /// Secant.
  SEC("sec", 1),
  /// Cosecant.
  CSC("csc", 1),
  /// Inverse sine.
  ARCSIN("arcsin", 1),
  /// Inverse cosine.
  ARCCOS("arccos", 1),
  /// Inverse tangent.
  ARCTAN("arctan", 1),
  /// Hyperbolic sine.
  SINH("sinh", 1),
  /// Hyperbolic cosine.
  COSH("cosh", 1),
  /// Hyperbolic tangent.
  TANH("tanh", 1),
  /// Natural logarithm.
  LN("ln", 1),
  /// A logarithm whose base was not written: of base ten unless that fails.
  LOG("log", 1),
  /// Logarithm of a written base: base, argument.
  LOG_BASE("logbase", 2),
  /// Magnitude.
  ABS("abs", 1),
  /// Greatest integer below.
  FLOOR("floor", 1),
  /// Least integer above.
  CEILING("ceil", 1),
  /// Factorial.
  FACTORIAL("factorial", 1),
  /// Binomial coefficient: n, k.
  BINOMIAL("binom", 2),
  /// Greatest common divisor.
  GCD("gcd", 0),
  /// Least common multiple.
  LCM("lcm", 0),
  /// Remainder in [0, divisor): value, divisor.
  MODULO("bmod", 2),
  /// The largest argument.
  MAX("max", 0),
  /// The smallest argument.
  MIN("min", 0);

  private final String word;
  private final int arity;

  Function(String word, int arity) {
    this.word = word;
    this.arity = arity;
  }

  /// The name as it is written in texts.
  public String word() {
    return word;
  }

  /// How many arguments it takes; 0 for any number.
  public int arity() {
    return arity;
  }

  /// Whether an argument in degrees means an angle.
  public boolean isTrigonometric() {
    return ordinal() <= CSC.ordinal();
  }

  /// Whether it is defined on integers only, so that variables in it must be tried at integers.
  public boolean isDiscrete() {
    return switch (this) {
      case FACTORIAL, BINOMIAL, GCD, LCM, MODULO -> true;
      case SIN,
          COS,
          TAN,
          COT,
          SEC,
          CSC,
          ARCSIN,
          ARCCOS,
          ARCTAN,
          SINH,
          COSH,
          TANH,
          LN,
          LOG,
          LOG_BASE ->
          false;
      case ABS, FLOOR, CEILING, MAX, MIN -> false;
    };
  }
}
