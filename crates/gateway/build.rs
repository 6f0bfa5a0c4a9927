//! How the binary is linked.

use std::process::Command;

/// The C library that reads packed relocations, as major and minor version.
const PACKED_SINCE: (u32, u32) = (2, 36);

/// The generated tables of 21 APIs hold some 220,000 pointers. Each would stand in the file as a relocation of 24
/// bytes that every start reads, and that counts as memory from then on; packed they are a bitmap. Linkers and C
/// libraries other than Linux's GNU ones, and older ones of those, are left alone.
#[expect(clippy::disallowed_methods, reason = "cargo tells build scripts of the target by variables")]
fn main() {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let is_gnu = variable("CARGO_CFG_TARGET_OS") == "linux" && variable("CARGO_CFG_TARGET_ENV") == "gnu";
    let runs_here = variable("HOST") == variable("TARGET");
    if is_gnu && runs_here && c_library().is_some_and(|version| version >= PACKED_SINCE) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    println!("cargo::rerun-if-changed=build.rs");
}

/// The version of this machine's C library: `glibc 2.36`.
fn c_library() -> Option<(u32, u32)> {
    let answer = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?.stdout;
    let text = String::from_utf8(answer).ok()?;
    let (major, minor) = text.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}
