/// Exact and high-precision arithmetic on expressions: what the grader decides by.
@NullMarked
package ponder.grade.exact;

import org.jspecify.annotations.NullMarked;
