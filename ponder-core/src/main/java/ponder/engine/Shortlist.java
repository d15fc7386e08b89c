package ponder.engine;

/// The most probable tokens of an output row and a few sums over the whole row: what a backend
/// whose logits lie on another device hands over instead of all of them.
///
/// A row of 152,000 logits is 600 KB, and a step of 256 rows 150 MB; a shortlist is 2 KB. It
/// decides nearly every draw exactly ([ShortlistSampler]); for the few others the row is fetched
/// whole.
///
/// Filled by [Backend#shortlist]; reused from row to row. Not thread-safe.
public final class Shortlist {
  /// Most tokens of a list.
  public static final int CAPACITY = 256;

  /// Ids, each once, in any order; the first [#count] hold.
  public final int[] tokens = new int[CAPACITY];

  /// Raw logits of [#tokens].
  public final float[] logits = new float[CAPACITY];

  /// How many tokens are listed.
  public int count;

  /// No token outside the list has a logit above this; listed ones may be as low. -infinity if all
  /// tokens are listed.
  public float floor;

  /// `ln sum exp(z)` over the whole row, to 1e-5.
  public double logTotal;

  /// `ln sum exp(z / T)` over the whole row at the temperature that [Backend.Batch#temperature]
  /// gave for it, to 1e-5; [#logTotal] where that is 0.
  public double heatedLogTotal;

  /// Mean of the whole row.
  public double mean;

  /// Raw logit of the token that [Backend.Batch#wanted] named for the row.
  public float wanted;

  /// An empty list.
  public Shortlist() {}
}
