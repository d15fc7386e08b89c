/// Chat templates: the part of Jinja that models' templates use.
@NullMarked
package ponder.template;

import org.jspecify.annotations.NullMarked;
