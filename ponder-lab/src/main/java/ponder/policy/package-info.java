/// Fits what method a budget is best spent with, by how hard a problem is.
@NullMarked
package ponder.policy;

import org.jspecify.annotations.NullMarked;
