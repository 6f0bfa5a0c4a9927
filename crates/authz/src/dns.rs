//! Names of records as the condition keys of Route 53 have them.

use std::fmt::Write;

/// Lower case, no dot at the end, and every byte but letters, digits, `-`, `_` and `.` as `\ooo`. Escapes that were sent
/// stay. Source: Route 53 Developer Guide, "Using IAM policy conditions for fine-grained access control".
pub(crate) fn normalized(name: &str) -> String {
    let name = name.strip_suffix('.').unwrap_or(name);
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'\\' => out.push(char::from(byte)),
            b'A'..=b'Z' => out.push(char::from(byte.to_ascii_lowercase())),
            other => write!(out, "\\{other:03o}").expect("writing to a String cannot fail"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::normalized;

    #[test]
    fn names_are_written_as_route_53_compares_them() {
        for (name, want) in [
            ("WWW.Example.com.", "www.example.com"),
            ("*.example.com", "\\052.example.com"),
            ("\\052.example.com", "\\052.example.com"),
            ("a b.example.com", "a\\040b.example.com"),
            ("_acme-challenge.example.com", "_acme-challenge.example.com"),
        ] {
            assert_eq!(normalized(name), want);
        }
    }
}
