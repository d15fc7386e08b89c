package ponder.template;

import java.util.List;

/// Several values, as Python's tuple.
record Tuple(List<Object> items) {}
