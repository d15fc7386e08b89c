package ponder.catalog;

import org.jspecify.annotations.Nullable;

/// One build of llama.cpp in npm's registry.
///
/// @param platform system and processor, such as `linux-x64`
/// @param variant what it computes on beside the CPU, such as `cuda`; empty for the usual build
/// @param project npm's name of the package
/// @param version the package's version
/// @param integrity npm's integrity of the package file, `sha512-` and base 64; null if the
///   catalogue has none
/// @param llama the version of llama.cpp inside
/// @param licence SPDX name
public record NativeBuild(
    String platform,
    String variant,
    String project,
    String version,
    @Nullable String integrity,
    String llama,
    String licence) {

  /// What `ponder natives pull` takes: platform and variant, such as `linux-x64-cuda`.
  public String name() {
    return variant.isEmpty() ? platform : platform + "-" + variant;
  }

  /// The folder's name under the home's `natives`: package and version.
  String folder() {
    return project.replaceFirst("^@", "").replace('/', '-') + "-" + version;
  }
}
