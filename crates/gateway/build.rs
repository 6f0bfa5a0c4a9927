//! How the binary is linked.

/// The generated tables of 21 APIs hold some 220,000 pointers. Each would stand in the file as a relocation of 24
/// bytes that every start reads, and that counts as memory from then on; packed they are a bitmap. Linkers and C
/// libraries other than Linux's GNU ones are left alone.
#[expect(clippy::disallowed_methods, reason = "cargo tells build scripts of the target by variables")]
fn main() {
    let target = |name: &str| std::env::var(name).unwrap_or_default();
    if target("CARGO_CFG_TARGET_OS") == "linux" && target("CARGO_CFG_TARGET_ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
