//! Whether a text is YAML, as far as that can be said without reading it: brackets and quotes are closed, and no tab indents.
//!
//! A reader of YAML is more than settings of add-ons are worth here; what is not seen to be broken is taken.

/// Whether nothing of the text is seen to be broken. Source: YAML 1.2.2, "Flow collection styles", "Flow scalar styles" and
/// "Indentation spaces".
pub(super) fn is_whole(text: &str) -> bool {
    let mut open: Vec<char> = Vec::new();
    // The block scalar that is being read has lines deeper than this: they are text.
    let mut scalar: Option<usize> = None;
    let mut quote: Option<char> = None;
    for line in text.lines() {
        let depth = line.len() - line.trim_start_matches(' ').len();
        let is_empty = line.trim().is_empty();
        if scalar.is_some_and(|own| is_empty || depth > own) {
            continue;
        }
        scalar = None;
        if quote.is_none() && open.is_empty() && !is_empty && line[depth..].starts_with('\t') {
            return false;
        }
        if !read(&line[depth..], &mut open, &mut quote) {
            return false;
        }
        let last = line.split(" #").next().unwrap_or_default().trim_end();
        let is_scalar = last.ends_with(['|', '>']) || last.ends_with("|-") || last.ends_with(">-");
        if open.is_empty() && quote.is_none() && is_scalar {
            scalar = Some(depth);
        }
    }
    open.is_empty() && quote.is_none()
}

/// Reads a line; false where a bracket closes that none opened.
fn read(line: &str, open: &mut Vec<char>, quote: &mut Option<char>) -> bool {
    let mut before = ' ';
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match *quote {
            // A quote that is doubled closes and opens again.
            Some(own) if own == letter => *quote = None,
            Some('"') if letter == '\\' => {
                letters.next();
            }
            Some(_) => {}
            None if letter == '#' && before.is_whitespace() => return true,
            // Elsewhere they are letters of a plain text.
            None if begins(before, !open.is_empty()) => match letter {
                '"' | '\'' => *quote = Some(letter),
                '{' => open.push('}'),
                '[' => open.push(']'),
                '}' | ']' if open.pop() != Some(letter) => return false,
                _ => {}
            },
            None if matches!(letter, '}' | ']') && !open.is_empty() && open.pop() != Some(letter) => {
                return false;
            }
            None => {}
        }
        before = letter;
    }
    true
}

/// Whether a value may begin after a letter.
fn begins(before: char, is_flow: bool) -> bool {
    before.is_whitespace() || is_flow && matches!(before, '{' | '[' | ',' | ':')
}

/// Whether the text is a single word or some, and no mapping and no list.
pub(super) fn is_word(text: &str) -> bool {
    let text = text.trim();
    let is_marked = text.starts_with(['{', '[', '-', '#', '&', '*', '!', '|', '>', '%', '@', '"', '\'', '?']);
    !text.is_empty() && !is_marked && !text.contains(':') && !text.contains('\n')
}

#[cfg(test)]
mod tests {
    use super::{is_whole, is_word};

    /// Measured: cdk-preflight, pf-eks-addon-configuration-values-json, for the first one.
    #[test]
    fn what_is_broken_is_seen() {
        for (text, want) in [
            ("{\"replicaCount\": 1", false),
            ("{replicaCount: 1}", true),
            ("replicaCount: [1, 2", false),
            ("replicaCount: 1]", true),
            ("a: {b: [1}]", false),
            ("a: \"b", false),
            ("a: 'it''s'\nb: \"x \\\" y\"\n", true),
            ("a: it's\nb: c\n", true),
            ("a:\n\tb: 1\n", false),
            ("a: |\n  {not [closed\n  'here\nb: 1\n", true),
            ("a: 1 # [a comment\n# {another\n", true),
            ("a:\n  - {b: c,\n     d: [e]}\n", true),
            ("replicaCount: 2\n", true),
        ] {
            assert_eq!(is_whole(text), want, "{text}");
        }
    }

    #[test]
    fn a_word_is_no_mapping() {
        for (text, want) in
            [("nothing", true), ("two words\n", true), ("a: b", false), ("- a", false), ("", false)]
        {
            assert_eq!(is_word(text), want, "{text}");
        }
    }
}
