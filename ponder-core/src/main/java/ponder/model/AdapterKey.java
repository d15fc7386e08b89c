package ponder.model;

/// Names an adapter by what it contains, so that equal names never share cached state.
///
/// @param hash SHA-256 of the adapter's file, lower-case hex
/// @param scale multiplies the adapter's effect; 1 is as trained
public record AdapterKey(String hash, double scale) {}
