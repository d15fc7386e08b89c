package ponder.grade;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;

/// Turns signs beyond ASCII into TeX: full-width forms, mathematical signs, Greek letters,
/// superscripts, invisible characters.
final class Unicode {
  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ";
  private static final String SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉₊₋ₙ";
  private static final String RAISED = "0123456789+-n";
  private static final String GREEK =
      "α alpha β beta γ gamma δ delta ε epsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu"
          + " ν nu ξ xi π pi ρ rho σ sigma τ tau υ upsilon φ phi χ chi ψ psi ω omega ϕ phi ϵ epsilon"
          + " Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Φ Phi Ψ Psi Ω Omega";
  private static final String SIGNS =
      "× times · cdot ⋅ cdot ∙ cdot ∗ cdot ÷ div ≤ le ≦ le ⩽ le ≥ ge ≧ ge ⩾ ge ≠ ne ∞ infty √ sqrt"
          + " ° degree ∪ cup ∩ cap ∈ in ∅ emptyset ± pm ∓ mp … ldots ⋯ ldots ≈ approx ≒ approx ∖ setminus"
          + " ℝ R ∠ angle △ triangle ⟨ langle ⟩ rangle ⌊ lfloor ⌋ rfloor ⌈ lceil ⌉ rceil";

  private static final Map<Character, String> NAMES = new HashMap<>();

  static {
    for (String table : new String[] {GREEK, SIGNS}) {
      String[] words = table.split(" ");
      for (int i = 0; i < words.length; i += 2) {
        NAMES.put(words[i].charAt(0), "\\" + words[i + 1] + " ");
      }
    }
    // Dashes and minus signs; the ideographic comma and full stop; the fraction slash.
    for (char dash : "−–—‐‑﹣－".toCharArray()) {
      NAMES.put(dash, "-");
    }
    NAMES.put('、', ", ");
    NAMES.put('，', ", ");
    NAMES.put('。', ".");
    NAMES.put('⁄', "/");
    NAMES.put('½', "\\frac{1}{2}");
    NAMES.put('⅓', "\\frac{1}{3}");
    NAMES.put('⅔', "\\frac{2}{3}");
    NAMES.put('¼', "\\frac{1}{4}");
    NAMES.put('¾', "\\frac{3}{4}");
    NAMES.put('’', "'");
    NAMES.put('′', "'");
    // Thin spaces group digits.
    NAMES.put('\u2009', "\\,");
    NAMES.put('\u202F', "\\,");
  }

  private Unicode() {}

  /// Whether every character is ASCII, so that there is nothing to do.
  static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /// Whether it holds characters that nobody sees.
  static boolean hidesSomething(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80 && isInvisible(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isInvisible(char c) {
    return Character.getType(c) == Character.FORMAT || (c >= 0xFE00 && c <= 0xFE0F);
  }

  /// The text in ASCII as far as there is a name for what it says; letters of other scripts stay.
  static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        plain.append(c);
      } else if (SUPERSCRIPTS.indexOf(c) >= 0) {
        i = shifted(text, i, SUPERSCRIPTS, "^{", plain);
      } else if (SUBSCRIPTS.indexOf(c) >= 0) {
        i = shifted(text, i, SUBSCRIPTS, "_{", plain);
      } else if (!isInvisible(c)) {
        String name = NAMES.get(c);
        plain.append(name == null ? String.valueOf(c) : name);
      }
    }
    return Normalizer.normalize(plain, Normalizer.Form.NFKC);
  }

  /// Appends a run of raised or lowered characters as one group; returns the index of its last.
  private static int shifted(
      String text, int from, String alphabet, String open, StringBuilder to) {
    to.append(open);
    int i = from;
    for (; i < text.length() && alphabet.indexOf(text.charAt(i)) >= 0; i++) {
      to.append(RAISED.charAt(alphabet.indexOf(text.charAt(i))));
    }
    to.append('}');
    return i - 1;
  }
}
