//! Where something stands in a document: a range of bytes, and the line and column that people count.

/// A range of bytes of a document: from `start` up to, not with, `end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The first byte behind it.
    pub end: u32,
}

/// Line and column, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: offset(start), end: offset(end) }
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Turns offsets into positions. Offsets asked for in rising order are found in one walk over the document.
pub(crate) struct Walk<'s> {
    source: &'s str,
    offset: usize,
    at: Position,
}

impl<'s> Walk<'s> {
    pub(crate) fn new(source: &'s str) -> Self {
        Self { source, offset: 0, at: Position { line: 1, column: 1 } }
    }

    /// The position of a byte; one behind the end is the end.
    pub(crate) fn position(&mut self, offset: u32) -> Position {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(self.source.len());
        if offset < self.offset {
            *self = Self::new(self.source);
        }
        for byte in &self.source.as_bytes()[self.offset..offset] {
            match byte {
                b'\n' => self.at = Position { line: self.at.line + 1, column: 1 },
                // The later bytes of one character.
                0x80..=0xBF => {}
                _ => self.at.column += 1,
            }
        }
        self.offset = offset;
        self.at
    }
}

#[cfg(test)]
mod tests {
    use super::{Position, Walk};

    #[test]
    fn columns_count_characters_and_lines_start_anew() {
        let source = "{\n  \"é\": 1\n}";
        let mut walk = Walk::new(source);
        for (offset, line, column) in
            [(0, 1, 1), (1, 1, 2), (2, 2, 1), (5, 2, 4), (7, 2, 5), (4, 2, 3), (12, 3, 1), (99, 3, 2)]
        {
            assert_eq!(walk.position(offset), Position { line, column }, "{offset}");
        }
    }
}
