/// Answers: reading them from texts and telling which are the same.
@NullMarked
package ponder.grade;

import org.jspecify.annotations.NullMarked;
