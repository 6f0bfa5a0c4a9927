//! AWS's names in Rust's case.

/// `AvailabilityZoneId` → `availability_zone_id`. Acronyms are one word (`SSEKMSKeyId` → `ssekms_key_id`), their
/// plural too (`SubnetIDs` → `subnet_ids`), digits belong to the word before them (`CRC64NVME` → `crc64_nvme`).
/// A Rust keyword gets a trailing underscore.
pub fn snake(name: &str) -> String {
    let name = name.replace("IPv", "Ipv");
    let chars: Vec<char> = name.chars().collect();
    let mut words = String::new();
    for (index, &c) in chars.iter().enumerate() {
        let previous = index.checked_sub(1).map(|i| chars[i]);
        let next = chars.get(index + 1).copied();
        let begins = c.is_ascii_uppercase()
            && previous.is_some_and(|p| {
                p.is_ascii_lowercase()
                    || p.is_ascii_digit()
                    || (p.is_ascii_uppercase()
                        && next.is_some_and(|n| n.is_ascii_lowercase())
                        && !is_plural(&chars, index + 1))
            });
        if begins {
            words.push('_');
        }
        match c {
            'a'..='z' | '0'..='9' | 'A'..='Z' => words.push(c.to_ascii_lowercase()),
            _ => words.push('_'),
        }
    }
    while words.contains("__") {
        words = words.replace("__", "_");
    }
    if is_keyword(&words) { format!("{words}_") } else { words }
}

/// Whether the `s` at `index` ends an acronym: `IDs`, `ARNsFor…`.
fn is_plural(chars: &[char], index: usize) -> bool {
    chars.get(index) == Some(&'s') && chars.get(index + 1).is_none_or(char::is_ascii_uppercase)
}

/// `instanceType` → `InstanceType`: the only change a type's name needs.
pub fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

/// A constant's name for an enum value: `m5.large` → `M5_LARGE`.
pub fn screaming(value: &str) -> String {
    let mut name = String::new();
    let mut previous = '_';
    for c in value.chars() {
        let upper = c.to_ascii_uppercase();
        let begins = c.is_ascii_uppercase() && previous.is_ascii_lowercase();
        if begins || !upper.is_ascii_alphanumeric() {
            name.push('_');
        }
        if upper.is_ascii_alphanumeric() {
            name.push(upper);
        }
        previous = c;
    }
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "abstract"
            | "as"
            | "async"
            | "await"
            | "become"
            | "box"
            | "break"
            | "const"
            | "continue"
            | "crate"
            | "do"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "final"
            | "fn"
            | "for"
            | "gen"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "macro"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "override"
            | "priv"
            | "pub"
            | "ref"
            | "return"
            | "self"
            | "static"
            | "struct"
            | "super"
            | "trait"
            | "true"
            | "try"
            | "type"
            | "typeof"
            | "unsafe"
            | "unsized"
            | "use"
            | "virtual"
            | "where"
            | "while"
            | "yield"
    )
}

#[cfg(test)]
mod tests {
    use super::{screaming, snake};

    #[test]
    fn names_split_at_their_words() {
        for (name, want) in [
            ("VpcId", "vpc_id"),
            ("cidrBlock", "cidr_block"),
            ("DBName", "db_name"),
            ("ETag", "e_tag"),
            ("SSEKMSKeyId", "ssekms_key_id"),
            ("ACL", "acl"),
            ("SubnetIDs", "subnet_ids"),
            ("VPCs", "vpcs"),
            ("ChecksumCRC64NVME", "checksum_crc64_nvme"),
            ("ChecksumSHA1", "checksum_sha1"),
            ("Ipv6CidrBlock", "ipv6_cidr_block"),
            ("AssignIPv6AddressOnCreation", "assign_ipv6_address_on_creation"),
            ("EnableDns64", "enable_dns64"),
            ("Type", "type_"),
            ("x-amz-foo", "x_amz_foo"),
            ("CopySourceIfNoneMatch", "copy_source_if_none_match"),
        ] {
            assert_eq!(snake(name), want);
        }
    }

    #[test]
    fn values_become_constants() {
        for (value, want) in [
            ("m5.large", "M5_LARGE"),
            ("shutting-down", "SHUTTING_DOWN"),
            ("InService", "IN_SERVICE"),
            ("1", "_1"),
        ] {
            assert_eq!(screaming(value), want);
        }
    }
}
