"""Tells whether two expressions are equal, by SymPy: one question a line, one answer a line.

A question is [number, {"symbols", "integers", "left", "right"}]; the trees are rebuilt node by node
with SymPy's constructors, and no text is ever parsed as an expression. The answer is
{"number", "answer"}: "different" only where the difference was computed to be other than zero,
"equal" only where it was simplified to zero, else "unknown". The first line says that all is ready.
"""

import json
import re
import signal
import sys

MEMORY = 512 << 20
# If nobody is left to end this process after a question took too long, it ends by itself.
SECONDS = 15

ANSWERS = sys.stdout
sys.stdout = sys.stderr


def say(answer):
    ANSWERS.write(json.dumps(answer) + "\n")
    ANSWERS.flush()


def bound_memory():
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        return True
    except (ImportError, ValueError, OSError):
        return False


BOUNDED = bound_memory()
try:
    import sympy
    from sympy.core.cache import clear_cache
except ImportError as error:
    say({"ready": False, "missing": "sympy", "error": str(error)})
    sys.exit(0)

NUMBER = re.compile(r"-?[0-9]{1,2002}")
INFINITIES = (sympy.nan, sympy.zoo, sympy.oo, -sympy.oo)
OPEN = (sympy.Sum, sympy.Product, sympy.Integral, sympy.Limit, sympy.AccumBounds)


class Refused(Exception):
    """A question that is not answered."""


def number(text):
    if not isinstance(text, str) or not NUMBER.fullmatch(text):
        raise Refused("number")
    return sympy.Integer(int(text))


def rational_power(base, exponent):
    """Over the reals, an odd root of a negative number is negative."""
    power = sympy.Pow(base, exponent)
    if not (exponent.is_Rational and exponent.q % 2 == 1 and exponent.q > 1):
        return power
    if base.is_extended_negative:
        size = sympy.Pow(-base, exponent)
        return -size if exponent.p % 2 else size
    return power


def converged(expression):
    """A series with variables, where it converges: the branch that is no series any more."""

    def closed(*branches):
        first = sympy.Piecewise(*branches)
        if len(branches) == 2 and branches[1][0].has(*OPEN) and not branches[0][0].has(*OPEN):
            return branches[0][0]
        return first

    return expression.replace(sympy.Piecewise, closed)


class Builder:
    """Rebuilds the trees of one question."""

    PLAIN = {
        "sum": (sympy.Add, None),
        "product": (sympy.Mul, None),
        "negative": (lambda a: -a, 1),
        "quotient": (lambda a, b: a / b, 2),
        "power": (rational_power, 2),
        "ln": (sympy.log, 1),
        "logbase": (lambda base, a: sympy.log(a) / sympy.log(base), 2),
        "sin": (sympy.sin, 1),
        "cos": (sympy.cos, 1),
        "tan": (sympy.tan, 1),
        "cot": (sympy.cot, 1),
        "sec": (sympy.sec, 1),
        "csc": (sympy.csc, 1),
        "arcsin": (sympy.asin, 1),
        "arccos": (sympy.acos, 1),
        "arctan": (sympy.atan, 1),
        "sinh": (sympy.sinh, 1),
        "cosh": (sympy.cosh, 1),
        "tanh": (sympy.tanh, 1),
        "abs": (sympy.Abs, 1),
        "floor": (sympy.floor, 1),
        "ceil": (sympy.ceiling, 1),
        "factorial": (sympy.factorial, 1),
        "binom": (sympy.binomial, 2),
        "max": (sympy.Max, None),
        "min": (sympy.Min, None),
        "pi": (lambda: sympy.pi, 0),
        "e": (lambda: sympy.E, 0),
        "i": (lambda: sympy.I, 0),
        "infinity": (lambda: sympy.oo, 0),
    }

    def __init__(self, count, integers):
        if not isinstance(count, int) or not 0 <= count <= 5000:
            raise Refused("symbols")
        self.symbols = [
            sympy.Symbol("x%d" % i, integer=True)
            if i in integers
            else sympy.Symbol("x%d" % i, real=True)
            for i in range(count)
        ]
        self.functions = {}

    def build(self, tree):
        name, parts = tree[0], tree[1:]
        if name == "integer":
            return number(*parts)
        if name == "ratio":
            return sympy.Rational(number(parts[0]), number(parts[1]))
        if name == "symbol":
            return self.symbol(*parts)
        if name == "root":
            return rational_power(self.build(parts[1]), sympy.Rational(1, number(parts[0])))
        if name == "unknown":
            return self.unknown(parts[0], [self.build(part) for part in parts[1:]])
        if name in ("add", "multiply"):
            return self.series(name, *parts)
        make, arity = self.PLAIN[name]
        if arity is not None and arity != len(parts):
            raise Refused(name)
        return make(*[self.build(part) for part in parts])

    def symbol(self, index):
        if not isinstance(index, int) or index < 0:
            raise Refused("symbol")
        return self.symbols[index]

    def unknown(self, index, arguments):
        if not isinstance(index, int) or index < 0:
            raise Refused("unknown")
        function = sympy.Function("f%d" % index)
        self.functions[function] = index
        return function(*arguments)

    def series(self, name, index, first, last, body):
        limits = (self.symbol(index), self.build(first), self.build(last))
        kind = sympy.Sum if name == "add" else sympy.Product
        series = kind(self.build(body), limits)
        infinite = any(end.has(sympy.oo) for end in limits[1:])
        if infinite and not series.free_symbols and not series.is_convergent():
            raise Refused("divergent")
        return converged(series.doit())


def example(functions):
    """Unknown functions made known: what differs for these, differs."""

    def make(index):
        def value(*arguments):
            turns = sum((i + 2) * a for i, a in enumerate(arguments)) / (index + 3)
            return sympy.cos(turns + index) + turns / 7

        return value

    return {function: make(index) for function, index in functions.items()}


def point(symbols, step):
    """Fixed values for the variables; the first steps are positive, integers never negative."""
    values = {}
    for i, symbol in enumerate(symbols):
        if symbol.is_integer:
            values[symbol] = sympy.Integer((3 * i + 5 * step) % 11 + 1)
        else:
            size = sympy.Rational((7 * i + 5 * step * step) % 23 + 1, 7 + (3 * i + 2 * step) % 11)
            values[symbol] = -size if step >= 4 and (i + step) % 2 == 0 else size
    return values


def ambiguous(difference, values):
    """Whether an odd root is taken of a negative number, which SymPy makes complex."""
    for power in difference.atoms(sympy.Pow):
        exponent = power.exp
        if exponent.is_Rational and exponent.q % 2 == 1 and exponent.q > 1:
            base = power.base.xreplace(values).evalf(20)
            if not (base.is_real and base >= 0):
                return True
    return False


def is_other_than_zero(difference, values):
    """Whether it was computed, to digits that are sure, to be a number other than zero."""
    if ambiguous(difference, values):
        return False
    there = difference.xreplace(values)
    if there.has(*INFINITIES) or there.has(*OPEN) or there.free_symbols:
        return False
    try:
        value = there.evalf(40, maxn=400, strict=True)
    except (sympy.core.evalf.PrecisionExhausted, ValueError, TypeError, ZeroDivisionError):
        return False
    parts = value.as_real_imag()
    return all(part.is_Number and part.is_finite for part in parts) and any(
        abs(part) > 0 for part in parts
    )


def is_proven_zero(difference):
    for step in (sympy.expand, sympy.simplify):
        if step(difference) == 0:
            return True
    if difference.has(sympy.factorial, sympy.binomial, sympy.gamma):
        if sympy.gammasimp(sympy.expand_func(difference.rewrite(sympy.gamma))) == 0:
            return True
    return difference.equals(0) is True


def decide(question):
    builder = Builder(question["symbols"], set(question["integers"]))
    left = builder.build(question["left"])
    right = builder.build(question["right"])
    if left.has(*INFINITIES) or right.has(*INFINITIES):
        return "unknown"
    difference = left - right
    if difference == 0:
        return "equal"
    known = difference
    for function, value in example(builder.functions).items():
        known = known.replace(function, value)
    used = sorted(difference.free_symbols, key=lambda symbol: int(symbol.name[1:]))
    for step in range(8 if used else 1):
        if is_other_than_zero(known, point(used, step)):
            return "different"
    return "equal" if is_proven_zero(difference) else "unknown"


def answer(line):
    place, question = json.loads(line)
    try:
        return {"number": place, "answer": decide(question)}
    except MemoryError:
        clear_cache()
        return {"number": place, "answer": "unknown"}
    except Exception as error:  # whatever SymPy could not do, it does not know
        return {"number": place, "answer": "unknown", "error": type(error).__name__}


def main():
    say({"ready": True, "bounded": BOUNDED, "sympy": sympy.__version__})
    alarm = getattr(signal, "alarm", lambda seconds: None)
    for line in iter(sys.stdin.readline, ""):
        alarm(SECONDS)
        say(answer(line))
        alarm(0)


main()
