//! A large state from a small one: the rows that came between two exports, copied under other ids. It has no last line
//! that it could be held against, so it is a state of format 1, which has rows only.

/// `after`, with copies of the rows that `before` has not until there are `records` rows. Ids end in `-0` and 16
/// hexadecimal digits wherever they stand; a copy gives each the same other digits, so that what refers to what
/// stays true within it.
pub(crate) fn multiplied(before: &str, after: &str, records: usize) -> String {
    let old: std::collections::BTreeSet<&str> = before.lines().collect();
    let is_row = |line: &&str| !line.starts_with("{\"end\":");
    let after: Vec<&str> = after.lines().filter(is_row).collect();
    let new: Vec<&str> = after.iter().skip(1).filter(|line| !old.contains(*line)).copied().collect();
    let mut state = after.join("\n").replacen("{\"angae\":2,", "{\"angae\":1,", 1);
    state.push('\n');
    let mut rows = after.len() - 1;
    let mut copy = 0;
    while rows < records && !new.is_empty() {
        copy += 1;
        for line in new.iter().take(records - rows) {
            renamed(line, copy, &mut state);
            state.push('\n');
        }
        rows += new.len().min(records - rows);
    }
    state
}

/// Appends a line with every id moved by the copy's number.
fn renamed(line: &str, copy: u64, state: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find("-0") {
        let (before, from) = rest.split_at(at + 2);
        state.push_str(before);
        rest = from;
        let digits = from.get(..16).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let ends = from.as_bytes().get(16).is_none_or(|next| !next.is_ascii_hexdigit());
        if let Some(number) = digits.filter(|_| ends).and_then(|digits| u64::from_str_radix(digits, 16).ok())
        {
            // An odd factor keeps copies apart and scatters them over the range, as drawn ids are.
            state
                .push_str(&format!("{:016x}", number.wrapping_add(copy.wrapping_mul(0x9e37_79b9_7f4a_7c15))));
            rest = &from[16..];
        }
    }
    state.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::multiplied;

    #[test]
    fn copies_keep_their_references_among_themselves() {
        let before = "{\"angae\":2,}\nold\n{\"end\":1}\n";
        let after = "{\"angae\":2,}\nold\nvpc-00000000000000001 2026-01-02\nsubnet-00000000000000002 in vpc-00000000000000001\n{\"end\":2}\n";
        let state = multiplied(before, after, 7);
        let lines: Vec<&str> = state.lines().collect();
        assert_eq!((lines.len(), lines[0]), (8, "{\"angae\":1,}"));
        let vpc = lines[4].split(' ').next().unwrap();
        assert_ne!(vpc, "vpc-00000000000000001");
        assert!(lines[4].ends_with(" 2026-01-02"), "{}", lines[4]);
        assert!(lines[5].ends_with(vpc), "{}", lines[5]);
        assert_eq!(state.lines().filter(|line| *line == "old").count(), 1);
    }
}
