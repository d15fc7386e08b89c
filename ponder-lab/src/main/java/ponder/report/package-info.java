/// Pages for people: an evaluation's report, a comparison of several.
@NullMarked
package ponder.report;

import org.jspecify.annotations.NullMarked;
