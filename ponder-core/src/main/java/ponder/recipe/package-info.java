/// What the command line and the server both call: whole jobs, from a question to a receipt.
@NullMarked
package ponder.recipe;

import org.jspecify.annotations.NullMarked;
