/// Charts as SVG and PNG.
@NullMarked
package ponder.plot;

import org.jspecify.annotations.NullMarked;
