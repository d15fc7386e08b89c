/// A model that answers from the journal what was computed before.
@NullMarked
package ponder.journal;

import org.jspecify.annotations.NullMarked;
