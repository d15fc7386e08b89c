/// A study: methods on several data sets, and what their reasoning looks like.
@NullMarked
package ponder.study;

import org.jspecify.annotations.NullMarked;
