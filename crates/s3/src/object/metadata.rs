//! Values of user metadata as headers carry them.
//!
//! Headers hold ASCII, so S3 gives other values back as RFC 2047 words, and takes such words in.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

/// What a value means: one RFC 2047 word is decoded, everything else is itself.
pub(crate) fn decode(value: &str) -> String {
    let Some((encoding, text)) = word(value) else { return value.to_owned() };
    let bytes = match encoding {
        'B' => BASE64.decode(text).unwrap_or_else(|_| "\u{fffd}".into()),
        _ => quoted(text),
    };
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A value as it is given back.
pub(crate) fn encode(value: &str) -> String {
    let plain = value.bytes().all(|b| (0x20..0x7f).contains(&b) || b == b'\t');
    if plain { value.to_owned() } else { format!("=?UTF-8?B?{}?=", BASE64.encode(value)) }
}

/// `=?UTF-8?Q?…?=`: the encoding, in upper case, and the text.
fn word(value: &str) -> Option<(char, &str)> {
    let inner = value.strip_prefix("=?")?.strip_suffix("?=")?;
    let (charset, rest) = inner.split_once('?')?;
    let (encoding, text) = rest.split_once('?')?;
    let encoding = encoding.to_ascii_uppercase();
    let known = charset.eq_ignore_ascii_case("UTF-8") && matches!(encoding.as_str(), "B" | "Q");
    (known && !text.contains('?')).then_some((if encoding == "B" { 'B' } else { 'Q' }, text))
}

/// The Q encoding: `_` is a space, `=XX` a byte.
fn quoted(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        match (byte, hex.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'=', Some(decoded)) => {
                out.push(decoded);
                at += 2;
            }
            (b'_', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn values_survive_headers() {
        for (sent, meant, given_back) in [
            ("plain", "plain", "plain"),
            ("=?UTF-8?B?ZsO8cg==?=", "für", "=?UTF-8?B?ZsO8cg==?="),
            ("=?utf-8?q?f=C3=BCr_a?=", "für a", "=?UTF-8?B?ZsO8ciBh?="),
            ("=?UTF-8?Q?abc?=", "abc", "abc"),
            ("=?UTF-8?B?%%?=", "\u{fffd}", "=?UTF-8?B?77+9?="),
            ("=?latin1?Q?abc?=", "=?latin1?Q?abc?=", "=?latin1?Q?abc?="),
            ("für", "für", "=?UTF-8?B?ZsO8cg==?="),
        ] {
            assert_eq!(decode(sent), meant, "{sent}");
            assert_eq!(encode(&decode(sent)), given_back, "{sent}");
        }
    }
}
