//! The packed form.
//!
//! `policies.bin` holds sections: their number, then the length of each (all `u32`, little-endian), then the sections,
//! each a brotli stream of text.
//!
//! The first section is the index, one line a policy, in the order of names: name, path, creation, then the versions
//! as `number:creation`, newest first; a space between them, instants in seconds since 1970.
//!
//! Each further section holds the documents of the next [`BLOCK`] policies. Versions of a policy are mostly the same,
//! so a document is a list of lines that all documents of the block share: first come those lines, each once, without
//! their indentation; then an empty line; then one line a version, in the order of the index, of runs. A run
//! `skip+count` goes `skip` lines on from where the last run ended (back, where negative) and takes `count`; `skip`
//! alone takes one.

use crate::{ManagedPolicy, Version};
use base::Timestamp;
use std::io::Read;
use std::sync::OnceLock;

/// Policies of one section. The writer in `xtask` has the same number.
const BLOCK: usize = 64;

/// What every `expect` here rests on.
const WRITTEN: &str = "cargo xtask managed wrote the file, and a test reads all of it";

/// The file.
pub(crate) static PACKED: &[u8] = include_bytes!("policies.bin");

/// Where a document lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The section.
    section: usize,
    /// Its line among the versions of that section.
    line: usize,
}

/// Reads the index.
pub(crate) fn index() -> Vec<ManagedPolicy> {
    let text = section(0);
    let mut line = 0;
    let mut policies = Vec::new();
    for (position, row) in text.lines().enumerate() {
        if position % BLOCK == 0 {
            line = 0;
        }
        policies.push(policy(row, position / BLOCK + 1, &mut line));
    }
    policies
}

/// Reads one row of the index.
fn policy(row: &str, section: usize, line: &mut usize) -> ManagedPolicy {
    let mut words = row.split(' ');
    let mut word = || words.next().expect(WRITTEN);
    let (name, path, created_at) = (word().to_owned(), word().to_owned(), instant(word()));
    let version = |word: &str| {
        let (number, at) = word.split_once(':').expect(WRITTEN);
        let place = Place { section, line: *line };
        *line += 1;
        Version {
            number: number.parse().expect(WRITTEN),
            created_at: instant(at),
            place,
            document: OnceLock::new(),
        }
    };
    let versions = words.map(version).collect();
    ManagedPolicy { name, path, created_at, versions }
}

fn instant(seconds: &str) -> Timestamp {
    Timestamp::from_millis(seconds.parse::<i64>().expect(WRITTEN) * 1000)
}

/// Unpacks one document.
pub(crate) fn document(place: Place) -> String {
    let text = section(place.section);
    let (lines, versions) = text.split_once("\n\n").expect(WRITTEN);
    let lines: Vec<&str> = lines.lines().collect();
    let runs = versions.lines().nth(place.line).expect(WRITTEN);
    let mut document = String::new();
    let mut depth = 0;
    let mut next = 0usize;
    for run in runs.split(' ') {
        let (skip, count) = run.split_once('+').unwrap_or((run, "1"));
        next = next.checked_add_signed(skip.parse().expect(WRITTEN)).expect(WRITTEN);
        let end = next + count.parse::<usize>().expect(WRITTEN);
        for line in &lines[next..end] {
            append(&mut document, line, &mut depth);
        }
        next = end;
    }
    document
}

/// Appends a line at the depth its brackets give it. Strings that end with a bracket are closed by a quote.
fn append(document: &mut String, line: &str, depth: &mut usize) {
    if line.starts_with(['}', ']']) {
        *depth = depth.saturating_sub(1);
    }
    if !document.is_empty() {
        document.push('\n');
    }
    document.push_str(&"    ".repeat(*depth));
    document.push_str(line);
    if line.ends_with(['{', '[']) {
        *depth += 1;
    }
}

/// Unpacks one section.
fn section(number: usize) -> String {
    let word = |index: usize| {
        let bytes = PACKED[index * 4..].first_chunk().expect(WRITTEN);
        usize::try_from(u32::from_le_bytes(*bytes)).expect(WRITTEN)
    };
    let count = word(0);
    let start = 4 * (count + 1) + (1..=number).map(word).sum::<usize>();
    let packed = &PACKED[start..start + word(number + 1)];
    let mut text = String::new();
    brotli_decompressor::Decompressor::new(packed, 4096).read_to_string(&mut text).expect(WRITTEN);
    text
}
