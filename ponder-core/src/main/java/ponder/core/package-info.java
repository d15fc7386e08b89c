/// The nouns that every room shares: problems, budgets, spends, seeds, answers, traces.
@NullMarked
package ponder.core;

import org.jspecify.annotations.NullMarked;
