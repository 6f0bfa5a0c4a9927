//! Ids that are made from what they belong to.
//!
//! An id is its prefix, a zero, and the 16 hexadecimal digits of FNV-1a (64 bits) over `REGION/NAME`, stirred so that
//! names that differ in their last letter do not lie together. A test sees to it that no two are the same.

/// An id of a prefix: `ami-0…`.
pub(crate) fn derived(prefix: &str, parts: &[&str]) -> String {
    format!("{prefix}0{:016x}", digest(parts))
}

/// A number for these texts, the same in every version of angae.
pub(crate) fn digest(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.join("/").bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ hash >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ hash >> 31
}

#[cfg(test)]
mod tests {
    use super::derived;

    /// Worlds keep ids: whoever changes how they are made loses the images of instances that run.
    #[test]
    fn ids_stay() {
        assert_eq!(derived("ami-", &["us-east-1", "debian-12-amd64-20260923-2610"]), "ami-01a807a0e3a5adf4a");
    }
}
