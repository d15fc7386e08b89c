/// The step tree, and the searches over it, without models: what is grown comes from a [Grower].
@NullMarked
package ponder.search.tree;

import org.jspecify.annotations.NullMarked;
