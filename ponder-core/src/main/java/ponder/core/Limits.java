package ponder.core;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much a solve may cost, in up to five units at once; all of them hold.
///
/// Written as `4096tok,64calls,30s,2e12flop`; a number without a unit counts samples.
///
/// @param tokens generated tokens; [#UNLIMITED] for no limit
/// @param calls requests to models; [#UNLIMITED] for no limit
/// @param samples completions asked for; [#UNLIMITED] for no limit
/// @param seconds wall time; infinity for no limit
/// @param flops floating-point operations; infinity for no limit
public record Limits(long tokens, long calls, long samples, double seconds, double flops) {
  public static final long UNLIMITED = Long.MAX_VALUE;

  public static final Limits NONE =
      new Limits(
          UNLIMITED, UNLIMITED, UNLIMITED, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

  private static final Pattern PART =
      Pattern.compile("([0-9]*\\.?[0-9]+(?:[eE][+-]?[0-9]{1,3})?)(tok|calls|s|flop|)");

  public Limits {
    require(tokens >= 0, "tokens", tokens);
    require(calls >= 0, "calls", calls);
    require(samples >= 0, "samples", samples);
    require(seconds >= 0, "seconds", seconds);
    require(flops >= 0, "flops", flops);
  }

  private static void require(boolean holds, String name, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(
          "budget of %s (%s) must be 0 or more.".formatted(name, value));
    }
  }

  /// Reads what `--budget` takes.
  ///
  /// @throws IllegalArgumentException naming the part that cannot be read, is not above 0, or comes
  ///   twice
  public static Limits parse(String text) {
    Limits limits = NONE;
    for (String part : text.split(",", -1)) {
      limits = limits.withPart(part.strip(), text);
    }
    return limits;
  }

  private Limits withPart(String part, String text) {
    Matcher matcher = PART.matcher(part);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "budget (%s) cannot be read at '%s'. Maybe 4096tok, 64calls, 30s, 2e12flop or a number of samples was meant."
              .formatted(text, part));
    }
    BigDecimal value = new BigDecimal(matcher.group(1));
    if (value.signum() <= 0) {
      throw new IllegalArgumentException(
          "budget (%s) must be above 0 at '%s'.".formatted(text, part));
    }
    Limits single =
        switch (matcher.group(2)) {
          case "tok" -> NONE.withTokens(whole(value, part, text));
          case "calls" -> NONE.withCalls(whole(value, part, text));
          case "s" -> NONE.withSeconds(value.doubleValue());
          case "flop" -> NONE.withFlops(value.doubleValue());
          default -> NONE.withSamples(whole(value, part, text));
        };
    if (holdsTwice(single)) {
      throw new IllegalArgumentException(
          "budget (%s) sets the unit of '%s' twice.".formatted(text, part));
    }
    return min(single);
  }

  private boolean holdsTwice(Limits other) {
    return tokens != UNLIMITED && other.tokens != UNLIMITED
        || calls != UNLIMITED && other.calls != UNLIMITED
        || samples != UNLIMITED && other.samples != UNLIMITED
        || Double.isFinite(seconds) && Double.isFinite(other.seconds)
        || Double.isFinite(flops) && Double.isFinite(other.flops);
  }

  private static long whole(BigDecimal value, String part, String text) {
    try {
      return value.longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "budget (%s) must be a whole number at '%s'.".formatted(text, part), e);
    }
  }

  public Limits withTokens(long value) {
    return new Limits(value, calls, samples, seconds, flops);
  }

  public Limits withCalls(long value) {
    return new Limits(tokens, value, samples, seconds, flops);
  }

  public Limits withSamples(long value) {
    return new Limits(tokens, calls, value, seconds, flops);
  }

  public Limits withSeconds(double value) {
    return new Limits(tokens, calls, samples, value, flops);
  }

  public Limits withFlops(double value) {
    return new Limits(tokens, calls, samples, seconds, value);
  }

  /// The tighter of both in every unit.
  public Limits min(Limits other) {
    return new Limits(
        Math.min(tokens, other.tokens),
        Math.min(calls, other.calls),
        Math.min(samples, other.samples),
        Math.min(seconds, other.seconds),
        Math.min(flops, other.flops));
  }

  /// An equal share for each of `parts` children, rounded down; `parts` times it fits into this.
  /// Seconds are not divided, because they pass for all children at once.
  public Limits share(int parts) {
    if (parts < 1) {
      throw new IllegalArgumentException("parts (" + parts + ") must be at least 1.");
    }
    return new Limits(
        tokens == UNLIMITED ? UNLIMITED : tokens / parts,
        calls == UNLIMITED ? UNLIMITED : calls / parts,
        samples == UNLIMITED ? UNLIMITED : samples / parts,
        seconds,
        flops / parts);
  }

  /// Whether nothing is limited.
  public boolean none() {
    return equals(NONE);
  }

  /// The text that [#parse] reads back as this; empty if nothing is limited.
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    if (samples != UNLIMITED) {
      parts.add(Long.toString(samples));
    }
    if (tokens != UNLIMITED) {
      parts.add(tokens + "tok");
    }
    if (calls != UNLIMITED) {
      parts.add(calls + "calls");
    }
    if (Double.isFinite(seconds)) {
      parts.add(plain(seconds) + "s");
    }
    if (Double.isFinite(flops)) {
      parts.add(plain(flops) + "flop");
    }
    return String.join(",", parts);
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e7
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
