//! Names of devices.
//!
//! Source: EC2 user guide, "Device names for volumes on Amazon EC2 instances"; which names are refused follows answers
//! of AWS in public issue threads (`/dev/sdi1`, `/dev/sdba`, `/dev/xvdeo`).

/// Whether a volume may have it: `sd` or `xvd` and a letter, `xvd` and two letters from `aa` to `dx`, or the name of a
/// root device with a partition.
pub(super) fn is_valid(name: &str) -> bool {
    let name = name.strip_prefix("/dev/").unwrap_or(name);
    if name == "sda1" {
        return true;
    }
    let tail = name.strip_prefix("xvd").map(|tail| (tail, true));
    let Some((tail, is_xen)) = tail.or_else(|| name.strip_prefix("sd").map(|tail| (tail, false))) else {
        return false;
    };
    match tail.as_bytes() {
        [b'a'..=b'z'] => true,
        [b'a'..=b'c', b'a'..=b'z'] | [b'd', b'a'..=b'x'] => is_xen,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_valid;

    #[test]
    fn device_names_are_those_of_the_guide() {
        for (name, want) in [
            ("/dev/sdf", true),
            ("/dev/sdz", true),
            ("sdh", true),
            ("xvdf", true),
            ("/dev/xvda", true),
            ("/dev/sda1", true),
            ("/dev/xvdba", true),
            ("/dev/xvdcz", true),
            ("/dev/xvddx", true),
            ("/dev/xvddy", false),
            ("/dev/xvdeo", false),
            ("/dev/sdba", false),
            ("/dev/sdi1", false),
            ("/dev/sd", false),
            ("/dev/sdA", false),
            ("/dev/nvme1n1", false),
            ("/dev/dev/sdf", false),
            ("disk", false),
            ("", false),
        ] {
            assert_eq!(is_valid(name), want, "{name}");
        }
    }
}
