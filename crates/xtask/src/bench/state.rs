//! A large state from a small one: the rows that came between two exports, copied under other ids.

/// `after`, with copies of the rows that `before` has not until there are `records` rows. Ids end in `-0` and 16
/// hexadecimal digits wherever they stand; a copy gives each the same other digits, so that what refers to what
/// stays true within it.
pub(crate) fn multiplied(before: &str, after: &str, records: usize) -> String {
    let old: std::collections::BTreeSet<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().skip(1).filter(|line| !old.contains(line)).collect();
    let mut state = after.to_owned();
    let mut rows = after.lines().count() - 1;
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
        let before = "header\nold\n";
        let after = "header\nold\nvpc-00000000000000001 2026-01-02\nsubnet-00000000000000002 in vpc-00000000000000001\n";
        let state = multiplied(before, after, 7);
        let lines: Vec<&str> = state.lines().collect();
        assert_eq!(lines.len(), 8);
        let vpc = lines[4].split(' ').next().unwrap();
        assert_ne!(vpc, "vpc-00000000000000001");
        assert!(lines[4].ends_with(" 2026-01-02"), "{}", lines[4]);
        assert!(lines[5].ends_with(vpc), "{}", lines[5]);
        assert_eq!(state.lines().filter(|line| *line == "old").count(), 1);
    }
}
