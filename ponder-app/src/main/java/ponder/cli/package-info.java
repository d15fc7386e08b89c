/// The command line.
@NullMarked
package ponder.cli;

import org.jspecify.annotations.NullMarked;
