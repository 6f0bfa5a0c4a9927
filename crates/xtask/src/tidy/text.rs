//! Rules about the text of one file.

/// A file past this many lines is refused, its inline tests not counted.
const MOST_LINES: usize = 1_000;

/// What may not stand in a file, and why. Written in two halves so that this list does not name itself.
const BANNED: [(&str, &str, &str); 6] = [
    ("FIX", "ME", "finish it, or write TODO(area): what is missing and when it will matter"),
    ("#[ign", "ore", "assert today's wrong answer and say what is wrong with it"),
    ("#[should_", "panic", "assert the error instead"),
    ("to", "do!(", "an operation that is not built is not registered"),
    ("unimpl", "emented!(", "an operation that is not built is not registered"),
    ("dbg", "!(", "left over from debugging"),
];

/// The breaches of one file.
pub(crate) fn check(name: &str, source: &str, excused: bool) -> Vec<String> {
    let mut breaches = Vec::new();
    let lines = counted_lines(source);
    if lines > MOST_LINES && !excused {
        breaches.push(format!("{name}: {lines} lines; split it by concept (at most {MOST_LINES})"));
    }
    for (index, line) in source.lines().enumerate() {
        for (left, right, advice) in BANNED {
            if line.contains(&format!("{left}{right}")) {
                breaches.push(format!("{name}:{}: {left}{right}: {advice}", index + 1));
            }
        }
        let todo = format!("TO{}", "DO");
        if line.contains(&todo) && !line.contains(&format!("{todo}(")) {
            breaches.push(format!(
                "{name}:{}: write {todo}(area): what is missing and when it matters",
                index + 1
            ));
        }
    }
    if !source.trim_start().starts_with("//!") && !name.contains("/tests/") && !name.ends_with("build.rs") {
        breaches.push(format!("{name}: does not say what lives here (//! at the top)"));
    }
    breaches
}

/// Lines before the inline tests.
fn counted_lines(source: &str) -> usize {
    source.lines().take_while(|line| *line != "#[cfg(test)]").count()
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn breaches_are_named_with_their_line() {
        let breach = |source: &str| check("crates/x/src/a.rs", source, false).join(";");
        assert_eq!(breach("//! A.\nfn a() {}\n"), "");
        assert!(breach(&format!("//! A.\n// TO{} later\n", "DO")).contains("a.rs:2"));
        assert_eq!(breach("//! A.\n// TODO(dns): matters with IPv6.\n"), "");
        assert!(breach("fn a() {}").contains("what lives here"));
        let long = format!("//! A.\n{}", "\n".repeat(1_001));
        assert!(breach(&long).contains("1002 lines"));
        let tested = format!("//! A.\n#[cfg(test)]\n{}", "\n".repeat(2_000));
        assert_eq!(breach(&tested), "");
    }
}
