/// Data sets: files and named sources of problems with their answers, read, checked and hashed.
@NullMarked
package ponder.data;

import org.jspecify.annotations.NullMarked;
