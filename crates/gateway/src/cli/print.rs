//! What is printed for people and for programs. Standard output carries the answer, standard error the rest.

use comfy_table::{Table, presets};
use serde::Serialize;
use std::fmt;
use std::io::Write;

/// Prints one text and a line end. A closed pipe is the reader's choice and no error.
pub(crate) fn text(text: impl fmt::Display) {
    let _closed_pipe = writeln!(std::io::stdout(), "{text}");
}

/// Prints a text where the output is taken by something else.
pub(crate) fn beside(text: impl fmt::Display) {
    let _closed_pipe = writeln!(std::io::stderr(), "{text}");
}

/// Prints a line that the next one takes the place of, on a terminal.
pub(crate) fn passing(line: &str, is_terminal: bool) {
    let mut output = std::io::stderr();
    let _closed_pipe =
        if is_terminal { write!(output, "\r\x1b[K{line}") } else { writeln!(output, "{line}") };
}

/// Prints a complaint.
pub(crate) fn complain(sentence: impl fmt::Display) {
    let _closed_pipe = writeln!(std::io::stderr(), "angae: {sentence}");
}

/// Prints a value as JSON.
pub(crate) fn json(value: &impl Serialize) {
    text(serde_json::to_string_pretty(value).expect("our own output types are valid JSON"));
}

/// A table without borders.
pub(crate) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(header.iter().copied());
    table
}
