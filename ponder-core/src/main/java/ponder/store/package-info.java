/// What lies on disk and outside the process: the user's home folder, file hashes, safe replacement
/// of files, locks between processes, external clients.
@NullMarked
package ponder.store;

import org.jspecify.annotations.NullMarked;
