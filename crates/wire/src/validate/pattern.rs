//! The models' patterns: Java regular expressions, compiled once each.

use foldhash::HashMap;
use regex::Regex;
use std::sync::{Arc, Mutex, PoisonError};

/// Compiled patterns; `None` for those the engine cannot express (look-around, back-references).
type Compiled = HashMap<&'static str, Option<Arc<Regex>>>;

/// Patterns that look ahead, in words the engine has.
const REWORDED: &[(&str, &str)] = &[
    // The path of an access point of EFS: no part begins with a dot.
    (r"^(\/|(\/(?!\.)+[^$#<>;`|&?{}^*/\n]+){1,4})$", r"/|(/[^.$#<>;`|&?{}^*/\n][^$#<>;`|&?{}^*/\n]*){1,4}"),
    // The key of a tag of EFS: anything but what begins with `aws:`.
    (
        r"^(?![aA]{1}[wW]{1}[sS]{1}:)([\p{L}\p{Z}\p{N}_.:/=+\-@]+)$",
        r"(?x)
            [[\p{L}\p{Z}\p{N}_.:/=+\-@]--[aA]][\p{L}\p{Z}\p{N}_.:/=+\-@]*
            |[aA]([[\p{L}\p{Z}\p{N}_.:/=+\-@]--[wW]][\p{L}\p{Z}\p{N}_.:/=+\-@]*)?
            |[aA][wW]([[\p{L}\p{Z}\p{N}_.:/=+\-@]--[sS]][\p{L}\p{Z}\p{N}_.:/=+\-@]*)?
            |[aA][wW][sS]([[\p{L}\p{Z}\p{N}_./=+\-@]][\p{L}\p{Z}\p{N}_.:/=+\-@]*)?",
    ),
];

static COMPILED: Mutex<Option<Compiled>> = Mutex::new(None);

/// Whether the whole of `text` matches. A pattern that cannot be expressed lets everything pass: the operation's
/// own checks stand behind it.
pub(super) fn matches(pattern: &'static str, text: &str) -> bool {
    let regex = {
        let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        let table = compiled.get_or_insert_default();
        table.entry(pattern).or_insert_with(|| compile(pattern).map(Arc::new)).clone()
    };
    regex.is_none_or(|regex| regex.is_match(text))
}

/// Anchors the pattern and spells Java's classes as the engine does. Java's `\w`, `\d` and `\s` are ASCII.
fn compile(pattern: &str) -> Option<Regex> {
    let reworded = REWORDED.iter().find(|(own, _)| *own == pattern).map(|(_, reworded)| *reworded);
    let pattern = reworded
        .unwrap_or(pattern)
        .replace("\\w", "[0-9A-Za-z_]")
        .replace("\\W", "[^0-9A-Za-z_]")
        .replace("\\d", "[0-9]")
        .replace("\\D", "[^0-9]")
        .replace("\\s", "[ \\t\\n\\x0B\\f\\r]")
        .replace("\\S", "[^ \\t\\n\\x0B\\f\\r]")
        .replace("\\p{ASCII}", "[\\x00-\\x7F]")
        .replace("\\p{Graph}", "[\\x21-\\x7E]")
        .replace("\\p{Print}", "[\\x20-\\x7E]")
        .replace("\\p{Alnum}", "[0-9A-Za-z]")
        .replace("\\p{Alpha}", "[A-Za-z]")
        .replace("\\p{IsLetter}", "\\p{L}");
    // Java's `\u00FF` is `\u{00FF}` here, and an unescaped `[` inside a class is a literal there.
    let pattern = unicode_escapes(&pattern);
    Regex::new(&format!("\\A(?:{pattern})\\z")).ok()
}

fn unicode_escapes(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find("\\u") {
        out.push_str(&rest[..at]);
        let digits: String = rest[at + 2..].chars().take(4).collect();
        if digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            // Lone surrogates, which Java writes in ranges, have no place here; the engine refuses them.
            out.push_str(&format!("\\u{{{digits}}}"));
            rest = &rest[at + 6..];
        } else {
            out.push_str("\\u");
            rest = &rest[at + 2..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{compile, matches};

    #[test]
    fn the_whole_text_must_match() {
        for (pattern, text, want) in [
            (r"[\w+=,.@-]+", "Anna.B@c", true),
            (r"[\w+=,.@-]*", "Session1:2", false),
            (r"[\w+=,.@-]+", "Жанна", false), // `\w` is ASCII in Java
            (r"\d+", "٣", false),
            (r"[\S]+", "é", true),
            (r"[\u0020-\u00FF]+", "é", true),
            (r"a|b", "ab", false),
            (r"(?!x).*", "x", true), // cannot be expressed: passes
        ] {
            assert_eq!(matches(pattern, text), want, "{pattern} {text}");
        }
    }

    #[test]
    fn what_looks_ahead_is_said_in_other_words() {
        let [(path, _), (key, _)] = super::REWORDED else { panic!("a pattern without cases") };
        for (pattern, text, want) in [
            (path, "/", true),
            (path, "/a", true),
            (path, "/a/b.c/d/e", true),
            (path, "/a/b/c/d/e", false),
            (path, "/.a", false),
            (path, "/a/.b", false),
            (path, "/a/", false),
            (path, "//a", false),
            (path, "a", false),
            (path, "/a$", false),
            (key, "Name", true),
            (key, "a", true),
            (key, "aw", true),
            (key, "aws", true),
            (key, "awsome: é", true),
            (key, "AWS-x", true),
            (key, "aws:x", false),
            (key, "AwS:", false),
            (key, "", false),
            (key, "k!", false),
            (key, "a!", false),
        ] {
            assert_eq!(matches(pattern, text), want, "{pattern} {text}");
        }
    }

    #[test]
    fn java_classes_are_understood() {
        for pattern in [r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", r"\p{ASCII}*", r"[\p{Graph}\x20]*"] {
            assert!(compile(pattern).is_some(), "{pattern}");
        }
    }
}
