//! The matcher: `*` for any text, `?` for one character, everything else for itself.
//!
//! Between two stars the first place that fits is taken for good, so nothing is ever tried twice (no `*a*a*a*b` blows
//! up). A long run without `?` is sought by the standard library's two-way search, which is linear; a run with `?`, or
//! a short one, is tried at each place.

/// Marks `*`. No byte of UTF-8 has this value.
pub(super) const ANY_TEXT: u8 = 0xFE;
/// Marks `?`.
pub(super) const ONE_CHARACTER: u8 = 0xFF;
/// Runs up to this length are sought byte by byte.
const SHORT: usize = 16;

/// Counts what a match costs.
pub(crate) trait Steps {
    /// So many bytes were compared.
    fn count(&mut self, bytes: usize);
}

/// A byte of a pattern, marked.
pub(super) fn mark(byte: u8) -> u8 {
    match byte {
        b'*' => ANY_TEXT,
        b'?' => ONE_CHARACTER,
        plain => plain,
    }
}

/// Whether the whole text fits the marked pattern.
pub(super) fn matches<S: Steps>(pattern: &[u8], text: &[u8], steps: &mut S) -> bool {
    let Some(first) = pattern.iter().position(|byte| *byte == ANY_TEXT) else {
        return starts(pattern, text, steps) == Some(text.len());
    };
    let last = pattern.iter().rposition(|byte| *byte == ANY_TEXT).unwrap_or(first);
    steps.count(pattern.len());
    let Some(from) = starts(&pattern[..first], text, steps) else { return false };
    let text = &text[from..];
    let Some(to) = ends(&pattern[last + 1..], text, steps) else { return false };
    let mut text = &text[..to];
    // The first of these runs, before the first star, is empty.
    for run in pattern[first..last].split(|byte| *byte == ANY_TEXT) {
        let Some(behind) = find(run, text, steps) else { return false };
        text = &text[behind..];
    }
    true
}

/// The end of what a run takes from the start of a text.
fn starts<S: Steps>(run: &[u8], text: &[u8], steps: &mut S) -> Option<usize> {
    let mut at = 0;
    for (index, byte) in run.iter().enumerate() {
        match *byte {
            ONE_CHARACTER => at += width(*text.get(at)?),
            plain if text.get(at) == Some(&plain) => at += 1,
            _ => {
                steps.count(index + 1);
                return None;
            }
        }
    }
    steps.count(run.len());
    (at <= text.len()).then_some(at)
}

/// The start of what a run takes from the end of a text.
fn ends<S: Steps>(run: &[u8], text: &[u8], steps: &mut S) -> Option<usize> {
    let mut at = text.len();
    for (index, byte) in run.iter().rev().enumerate() {
        steps.count(usize::from(index % 16 == 0) * 16);
        at = at.checked_sub(1)?;
        match *byte {
            ONE_CHARACTER => {
                while matches!(text[at], 0x80..=0xBF) {
                    at = at.checked_sub(1)?;
                }
            }
            plain if text[at] == plain => {}
            _ => return None,
        }
    }
    Some(at)
}

/// The end of the first place of a text where a run fits.
fn find<S: Steps>(run: &[u8], text: &[u8], steps: &mut S) -> Option<usize> {
    if run.is_empty() {
        return Some(0);
    }
    if run.len() > SHORT && !run.contains(&ONE_CHARACTER) {
        let (run, text) = (std::str::from_utf8(run).ok()?, std::str::from_utf8(text).ok()?);
        let found = text.find(run);
        steps.count(run.len() + found.unwrap_or(text.len()));
        return found.map(|at| at + run.len());
    }
    (0..text.len())
        .filter(|at| !matches!(text[*at], 0x80..=0xBF))
        .find_map(|at| starts(run, &text[at..], steps).map(|length| at + length))
}

/// Bytes of the character that begins with this byte.
fn width(first: u8) -> usize {
    match first {
        0..=0x7F => 1,
        0xF0..=0xFF => 4,
        0xE0..=0xEF => 3,
        0x80..=0xDF => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::{Steps, mark, matches};

    #[derive(Default)]
    struct Counter(usize);

    impl Steps for Counter {
        fn count(&mut self, bytes: usize) {
            self.0 += bytes;
        }
    }

    fn run(pattern: &str, text: &str) -> (bool, usize) {
        let mut counter = Counter::default();
        let marked: Vec<u8> = pattern.bytes().map(mark).collect();
        (matches(&marked, text.as_bytes(), &mut counter), counter.0)
    }

    /// IAM User Guide, "Action": `*` any combination of characters, `?` any single character.
    #[test]
    fn stars_take_any_text_and_question_marks_one_character() {
        for (pattern, text, want) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("**", "x", true),
            ("a*c", "abbc", true),
            ("a*c", "abcd", false),
            ("a*c", "ac", true),
            ("a*c", "a", false),
            ("a*a", "a", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a?c", "aéc", true),
            ("a??", "aé", false),
            ("*?", "", false),
            ("*?", "é", true),
            ("*??", "é", false),
            ("?*?", "é", false),
            ("?*?", "éé", true),
            ("*a?b*", "xxaéb", true),
            ("*a?b*", "xxab", false),
            ("a*b*c", "axbxbxc", true),
            ("a*b*c", "axcxb", false),
            ("*ab*ab*", "ab", false),
            ("*ab*ab*", "aabab", true),
            ("*ab*", "aab", true),
            ("*0123456789abcdefg*", "x0123456789abcdef0123456789abcdefgx", true),
            ("*0123456789abcdefg*", "x0123456789abcdef0123456789abcdefh", false),
            ("*0123456789abcde?fg*", "x0123456789abcdeéfgx", true),
            ("*0123456789abcde?fg*", "x0123456789abcdefgx", false),
            ("a", "A", false),
            ("?", "\u{10FFFF}", true),
            ("*\u{20AC}?", "x\u{20AC}\u{20AC}", true),
        ] {
            assert_eq!(run(pattern, text).0, want, "{pattern} {text}");
        }
    }

    /// What is counted are the bytes compared, those at the end of a pattern by sixteens.
    #[test]
    fn the_cost_of_a_match_is_counted() {
        let (sixteen, seventeen) = ("0123456789abcdef", "0123456789abcdefg");
        for (pattern, text, want) in [
            ("abc".to_owned(), "abc".to_owned(), 3),
            ("abc".to_owned(), "axc".to_owned(), 2),
            // The pattern is read once more for its stars.
            ("a*".to_owned(), "abc".to_owned(), 2 + 1),
            ("a*bc".to_owned(), "abc".to_owned(), 4 + 1 + 16),
            (format!("*{sixteen}"), sixteen.to_owned(), 17 + 16),
            (format!("*{seventeen}"), seventeen.to_owned(), 18 + 32),
            // A short run is tried at each place, a long one is sought.
            (format!("*{sixteen}*"), format!("0x0x{sixteen}"), 18 + 6 + 16),
            (format!("*{seventeen}*"), format!("xy{seventeen}"), 19 + 17 + 2),
        ] {
            assert_eq!(run(&pattern, &text).1, want, "{pattern} {text}");
        }
    }

    /// Against the plainest model there is, over all small patterns and texts.
    #[test]
    fn it_agrees_with_a_recursive_model() {
        fn model(pattern: &[u8], text: &[u8]) -> bool {
            match pattern.split_first() {
                None => text.is_empty(),
                Some((b'*', rest)) => (0..=text.len()).any(|at| model(rest, &text[at..])),
                Some((b'?', rest)) => !text.is_empty() && model(rest, &text[1..]),
                Some((byte, rest)) => text.first() == Some(byte) && model(rest, &text[1..]),
            }
        }
        let words = |letters: &[u8], longest: u32| {
            let letters = letters.to_vec();
            (0..=longest).flat_map(move |length| {
                let letters = letters.clone();
                (0..letters.len().pow(length)).map(move |mut number| {
                    (0..length)
                        .map(|_| {
                            let letter = letters[number % letters.len()];
                            number /= letters.len();
                            letter
                        })
                        .collect::<Vec<u8>>()
                })
            })
        };
        for pattern in words(b"ab*?", 5) {
            for text in words(b"ab", 5) {
                let (pattern, text) = (str::from_utf8(&pattern).unwrap(), str::from_utf8(&text).unwrap());
                assert_eq!(
                    run(pattern, text).0,
                    model(pattern.as_bytes(), text.as_bytes()),
                    "{pattern} {text}"
                );
            }
        }
    }

    /// Issue 5, attack list: `*a*a*a*b` globs in linear time.
    #[test]
    fn bombs_are_linear_in_pattern_and_text() {
        let text = "a".repeat(10_000);
        for pattern in [
            "*a".repeat(5_000) + "*b",
            "a*".repeat(5_000) + "b",
            format!("*{}b*", "a".repeat(5_000)),
            format!("*{}b", "a".repeat(5_000)),
            format!("{}*b*", "a*".repeat(5_000)),
            format!("*{}*", "?".repeat(10_001)),
        ] {
            let (fits, steps) = run(&pattern, &text);
            assert!(!fits);
            let most = 4 * (pattern.len() + text.len());
            // Of question marks alone, each place is tried until the text ends.
            let most = if pattern.contains('?') { most * 5_000 } else { most };
            assert!(steps <= most, "{} {steps}", &pattern[..8]);
        }
    }
}
