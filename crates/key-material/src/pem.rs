//! PEM (RFC 7468): blocks of base64 between lines that name them. Nothing but white space may stand around them, as
//! AWS refuses files with other text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// One block.
#[derive(Debug, PartialEq)]
pub struct Block {
    /// `CERTIFICATE`.
    pub label: String,
    /// What it holds.
    pub der: Vec<u8>,
}

/// Reads all blocks of a text, at least one; `None` where it is not PEM throughout.
pub fn blocks(text: &str) -> Option<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match &mut open {
            None => open = Some((boundary(line, "BEGIN")?.to_owned(), String::new())),
            Some((label, base64)) => match boundary(line, "END") {
                Some(end) if end == label => {
                    let der = STANDARD.decode(&base64).ok().filter(|der| !der.is_empty())?;
                    blocks.push(Block { label: std::mem::take(label), der });
                    open = None;
                }
                Some(_) => return None,
                None => base64.push_str(line),
            },
        }
    }
    (open.is_none() && !blocks.is_empty()).then_some(blocks)
}

fn boundary<'l>(line: &'l str, word: &str) -> Option<&'l str> {
    line.strip_prefix("-----")?.strip_suffix("-----")?.strip_prefix(word)?.strip_prefix(' ')
}

/// Writes one block, 64 characters a line.
pub fn write(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines(der))
}

/// Base64 of 64 characters a line.
pub(crate) fn lines(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (index, character) in STANDARD.encode(bytes).chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Block, blocks, write};

    #[test]
    fn what_is_written_is_read() {
        for length in [1, 48, 49, 300] {
            let der: Vec<u8> = (0..length).map(|n: u32| n.to_le_bytes()[0]).collect();
            let text = write("PUBLIC KEY", &der);
            assert!(text.lines().all(|line| line.len() <= 64));
            assert_eq!(blocks(&text).unwrap(), [Block { label: "PUBLIC KEY".to_owned(), der }]);
        }
    }

    #[test]
    fn only_blocks_and_white_space_are_pem() {
        let block = "-----BEGIN A-----\nAAEC\n-----END A-----\n";
        for (text, want) in [
            (block.to_owned(), Some(1)),
            (format!("\r\n{}\n\n{block}", block.replace('\n', "\r\n")), Some(2)),
            (String::new(), None),
            (format!("Certificate:\n{block}"), None),
            (format!("{block}trailing"), None),
            ("-----BEGIN A-----\nAAEC\n".to_owned(), None),
            ("-----BEGIN A-----\nAAEC\n-----END B-----\n".to_owned(), None),
            ("-----BEGIN A-----\n-----END A-----\n".to_owned(), None),
            ("-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\nAAEC\n-----END A-----\n".to_owned(), None),
        ] {
            assert_eq!(blocks(&text).map(|blocks| blocks.len()), want, "{text}");
        }
    }
}
