/// The language model as callers see it: requests, completions, tokenizers, optional abilities.
@NullMarked
package ponder.model;

import org.jspecify.annotations.NullMarked;
