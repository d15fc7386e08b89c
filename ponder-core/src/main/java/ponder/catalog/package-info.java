/// Models and native libraries by name: the catalogue, how they are fetched and checked, where they
/// lie.
@NullMarked
package ponder.catalog;

import org.jspecify.annotations.NullMarked;
