package ponder.grade;

/// What a comparison of two values, or of parts of them, came to.
record Decision(Truth truth, Reason reason, String path) {
  enum Truth {
    YES,
    NO,
    UNKNOWN
  }

  static Decision of(boolean equal, Reason reason, String path) {
    return new Decision(equal ? Truth.YES : Truth.NO, reason, path);
  }

  static Decision yes(Reason reason, String path) {
    return new Decision(Truth.YES, reason, path);
  }

  static Decision no(Reason reason, String path) {
    return new Decision(Truth.NO, reason, path);
  }

  static Decision unknown(Reason reason, String path) {
    return new Decision(Truth.UNKNOWN, reason, path);
  }

  boolean isYes() {
    return truth == Truth.YES;
  }

  boolean isNo() {
    return truth == Truth.NO;
  }

  /// This with a step before its path.
  Decision under(String step) {
    return new Decision(truth, reason, step + ">" + path);
  }

  /// This as the decision of a whole, for another reason.
  Decision as(Reason whole, String step) {
    return new Decision(truth, whole, step + ">" + path);
  }
}
