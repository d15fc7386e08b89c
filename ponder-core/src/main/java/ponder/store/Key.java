package ponder.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/// A SHA-256 over fields, naming a piece of work by everything that decides its result.
///
/// Keys are chained: a key made [of][#of] a parent covers all that the parent covers, so what is
/// common to many pieces of work is hashed once. Every field is preceded by its length or has a
/// fixed one, so two different lists of fields never run into the same bytes.
public final class Key {
  private final byte[] digest;

  private Key(byte[] digest) {
    this.digest = digest;
  }

  /// Begins a key of this kind; the kind keeps keys of different purposes apart.
  public static Builder of(String kind) {
    return new Builder().put(kind);
  }

  /// Begins a key of this kind below `parent`.
  public static Builder of(String kind, Key parent) {
    Builder builder = new Builder().put(kind);
    builder.sha256.update(parent.digest);
    return builder;
  }

  /// The 32 bytes, a copy.
  public byte[] bytes() {
    return digest.clone();
  }

  /// The 64 hexadecimal digits, lower case.
  public String hex() {
    return HexFormat.of().formatHex(digest);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key that && Arrays.equals(digest, that.digest);
  }

  @Override
  public int hashCode() {
    return ByteBuffer.wrap(digest).getInt();
  }

  @Override
  public String toString() {
    return hex();
  }

  /// Takes a key's fields in order; used by one thread.
  public static final class Builder {
    private final MessageDigest sha256 = FileHash.sha256();
    private final ByteBuffer word = ByteBuffer.allocate(Long.BYTES);

    private Builder() {}

    public Builder put(long value) {
      sha256.update(word.clear().putLong(value).flip());
      return this;
    }

    /// The number's bits; all zeros and all NaNs that differ in bits differ here.
    public Builder put(double value) {
      return put(Double.doubleToRawLongBits(value));
    }

    public Builder put(String value) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      put(bytes.length);
      sha256.update(bytes);
      return this;
    }

    public Builder put(int[] values) {
      put(values.length);
      ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES);
      bytes.asIntBuffer().put(values);
      sha256.update(bytes);
      return this;
    }

    public Key build() {
      return new Key(sha256.digest());
    }
  }
}
