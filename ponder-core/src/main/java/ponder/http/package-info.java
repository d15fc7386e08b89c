/// The engine `http`: models behind a server that speaks OpenAI's API.
@NullMarked
package ponder.http;

import org.jspecify.annotations.NullMarked;
