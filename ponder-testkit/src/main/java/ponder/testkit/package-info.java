/// What tests of several modules share: a scripted model, a seeded tiny GGUF, contracts, laws.
@NullMarked
package ponder.testkit;

import org.jspecify.annotations.NullMarked;
