/// Statistics of evaluations: estimators over samples, intervals, costs. Pure functions.
@NullMarked
package ponder.stats;

import org.jspecify.annotations.NullMarked;
