package ponder.plot;

import java.util.function.Function;

/// The style sheet that charts follow.
///
/// Shapes also carry their light colours as attributes, for programs that know no style sheets.
/// Whoever shows a chart inside a page puts this sheet into the page; `data-theme` on its root
/// (`light` or `dark`) then overrules what the reader's system prefers. Paper is light.
public final class ChartStyle {
  private ChartStyle() {}

  /// The sheet; the same text every time.
  public static String css() {
    var css = new StringBuilder();
    String dark = variables(Colour::dark);
    css.append(":root{").append(variables(Colour::light)).append("}\n");
    css.append("@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){")
        .append(dark)
        .append("}}\n");
    css.append("@media screen{:root[data-theme=dark]{").append(dark).append("}}\n");
    css.append(".chart{font-family:system-ui,-apple-system,'Segoe UI','Liberation Sans',")
        .append("Arial,sans-serif}\n");
    for (Colour colour : Colour.values()) {
      css.append(".f-%1$s{fill:var(--%1$s)}.k-%1$s{stroke:var(--%1$s)}\n".formatted(colour.key()));
    }
    return css.toString();
  }

  private static String variables(Function<Colour, String> shade) {
    var variables = new StringBuilder();
    for (Colour colour : Colour.values()) {
      variables.append("--%s:%s;".formatted(colour.key(), shade.apply(colour)));
    }
    return variables.toString();
  }
}
