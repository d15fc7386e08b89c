package ponder.grade.exact;

/// Arithmetic and elementary functions of complex numbers; real ones take the real way.
///
/// Roots, logarithms and powers are principal values. Over the reals alone (`real`) what leaves
/// them is undefined. Not for many threads.
final class ComplexArithmetic {
  private final Arithmetic real;
  private final boolean staysReal;

  ComplexArithmetic(Arithmetic real, boolean staysReal) {
    this.real = real;
    this.staysReal = staysReal;
  }

  Complex plus(Complex a, Complex b) {
    Real im = a.isReal() && b.isReal() ? Real.ZERO : real.plus(a.im(), b.im());
    return new Complex(real.plus(a.re(), b.re()), im);
  }

  Complex times(Complex a, Complex b) {
    if (a.isReal() && b.isReal()) {
      return Complex.of(real.times(a.re(), b.re()));
    }
    return new Complex(
        real.minus(real.times(a.re(), b.re()), real.times(a.im(), b.im())),
        real.plus(real.times(a.re(), b.im()), real.times(a.im(), b.re())));
  }

  Complex over(Complex a, Complex b) {
    if (b.isReal()) {
      Real im = a.isReal() ? Real.ZERO : real.over(a.im(), b.re());
      return new Complex(real.over(a.re(), b.re()), im);
    }
    Real norm = real.plus(real.times(b.re(), b.re()), real.times(b.im(), b.im()));
    Complex product = times(a, new Complex(b.re(), b.im().negate()));
    return new Complex(real.over(product.re(), norm), real.over(product.im(), norm));
  }

  Complex power(Complex base, long exponent) {
    if (base.isReal()) {
      return Complex.of(real.power(base.re(), exponent));
    }
    Complex result = Complex.ONE;
    Complex square = base;
    for (long rest = Math.abs(exponent); rest > 0; rest >>= 1) {
      if ((rest & 1) == 1) {
        result = times(result, square);
      }
      square = times(square, square);
    }
    return exponent < 0 ? over(Complex.ONE, result) : result;
  }

  /// The magnitude.
  Real abs(Complex a) {
    if (a.isReal()) {
      return a.re().abs();
    }
    return real.squareRoot(real.plus(real.times(a.re(), a.re()), real.times(a.im(), a.im())));
  }

  /// The angle in (-pi, pi].
  private Real angle(Complex a) {
    if (a.re().isZero()) {
      Real quarter = real.pi().scaled(-1);
      return a.im().signum() < 0 ? quarter.negate() : quarter;
    }
    Real angle = real.arctan(real.over(a.im(), a.re()));
    if (a.re().signum() > 0) {
      return angle;
    }
    return a.im().signum() < 0 ? real.minus(angle, real.pi()) : real.plus(angle, real.pi());
  }

  Complex ln(Complex a) {
    if (a.isReal() && (staysReal || a.re().signum() > 0)) {
      return Complex.of(real.ln(a.re()));
    }
    return new Complex(real.ln(abs(a)), angle(a));
  }

  Complex exp(Complex a) {
    Real size = real.exp(a.re());
    if (a.isReal()) {
      return Complex.of(size);
    }
    return new Complex(real.times(size, real.cos(a.im())), real.times(size, real.sin(a.im())));
  }

  Complex squareRoot(Complex a) {
    if (a.isReal()) {
      if (a.re().signum() >= 0 || staysReal) {
        return Complex.of(real.squareRoot(a.re()));
      }
      return new Complex(Real.ZERO, real.squareRoot(a.re().negate()));
    }
    return exp(times(ln(a), Complex.of(Real.ONE.scaled(-1))));
  }

  Complex sin(Complex a) {
    if (a.isReal()) {
      return Complex.of(real.sin(a.re()));
    }
    return new Complex(
        real.times(real.sin(a.re()), cosh(a.im())), real.times(real.cos(a.re()), sinh(a.im())));
  }

  Complex cos(Complex a) {
    if (a.isReal()) {
      return Complex.of(real.cos(a.re()));
    }
    return new Complex(
        real.times(real.cos(a.re()), cosh(a.im())),
        real.times(real.sin(a.re()), sinh(a.im())).negate());
  }

  private Real sinh(Real a) {
    return real.minus(real.exp(a), real.exp(a.negate())).scaled(-1);
  }

  private Real cosh(Real a) {
    return real.plus(real.exp(a), real.exp(a.negate())).scaled(-1);
  }

  Complex sinh(Complex a) {
    return halve(plus(exp(a), exp(a.negate()).negate()));
  }

  Complex cosh(Complex a) {
    return halve(plus(exp(a), exp(a.negate())));
  }

  private static Complex halve(Complex a) {
    return new Complex(a.re().scaled(-1), a.im().scaled(-1));
  }

  /// The inverse tangent of a real number; elsewhere it is left undefined.
  Complex arctan(Complex a) {
    if (!a.isReal()) {
      throw new Arithmetic.Undefined(false);
    }
    return Complex.of(real.arctan(a.re()));
  }

  /// The inverse sine of a number in [-1, 1]; elsewhere it is left undefined.
  Complex arcsin(Complex a) {
    Real cosine = a.isReal() ? complement(a.re()) : null;
    if (cosine == null) {
      throw new Arithmetic.Undefined(false);
    }
    return Complex.of(angle(new Complex(cosine, a.re())));
  }

  /// The inverse cosine of a number in [-1, 1]; elsewhere it is left undefined.
  Complex arccos(Complex a) {
    Complex sine = arcsin(a);
    return Complex.of(real.minus(real.pi().scaled(-1), sine.re()));
  }

  private Real complement(Real a) {
    return real.squareRoot(real.minus(Real.ONE, real.times(a, a)));
  }
}
