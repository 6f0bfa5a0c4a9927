//! Texts with policy variables: `${key}`, `${key, 'default'}`, and the escapes `${*}`, `${?}`, `${$}`.

use super::Reading;
use super::glob::mark;
use crate::context::{Context, Key};
use crate::decide::Tracer;

/// Expanded patterns up to this length need no memory of their own.
const ROOM: usize = 512;

/// A text with at least one variable.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    parts: Box<[Part]>,
}

#[derive(Clone, Debug)]
enum Part {
    /// Marked bytes.
    Plain(Box<[u8]>),
    Variable {
        key: Key,
        default: Option<Box<str>>,
    },
}

/// A template with its values put in.
pub(crate) struct Expanded {
    room: [u8; ROOM],
    length: usize,
    /// All of it, once the room is too small.
    overflow: Vec<u8>,
    /// Where the colons of the template's own text came to stand, as far as an ARN has separators.
    colons: [usize; 5],
    colons_found: usize,
}

impl Template {
    /// The template; without a variable in it, the marked bytes.
    pub(super) fn read(text: &str, reading: Reading) -> Read {
        let mut parts = Vec::new();
        let mut plain = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let variable = if reading.variables { variable(rest) } else { None };
            match variable {
                Some((Variable::Escape(byte), length)) => {
                    plain.push(byte);
                    rest = &rest[length..];
                }
                Some((Variable::Key(key, default), length)) => {
                    if !plain.is_empty() {
                        parts.push(Part::Plain(std::mem::take(&mut plain).into_boxed_slice()));
                    }
                    parts.push(Part::Variable { key, default });
                    rest = &rest[length..];
                }
                None => {
                    let byte = rest.as_bytes()[0];
                    plain.push(if reading.wildcards { mark(byte) } else { byte });
                    // A character of several bytes is taken whole.
                    let end = (1..=4).find(|end| rest.is_char_boundary(*end)).unwrap_or(1);
                    plain.extend_from_slice(&rest.as_bytes()[1..end]);
                    rest = &rest[end..];
                }
            }
        }
        if parts.is_empty() {
            return Read::Plain(plain);
        }
        if !plain.is_empty() {
            parts.push(Part::Plain(plain.into_boxed_slice()));
        }
        Read::Template(Self { parts: parts.into_boxed_slice() })
    }

    /// The variables in it.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable { key, .. } => Some(key),
            Part::Plain(_) => None,
        })
    }

    /// With the values of this request; `None` if a variable has none, nor a default.
    pub(crate) fn expand<C: Context + ?Sized, T: Tracer>(
        &self,
        context: &C,
        tracer: &mut T,
    ) -> Option<Expanded> {
        let mut expanded =
            Expanded { room: [0; ROOM], length: 0, overflow: Vec::new(), colons: [0; 5], colons_found: 0 };
        for part in &self.parts {
            match part {
                Part::Plain(marked) => expanded.push_own(marked),
                Part::Variable { key, default } => {
                    let values = context.values(key);
                    let value = values.as_ref().and_then(|values| values.single());
                    match (value, default) {
                        (Some(value), _) => expanded.push(value.text().as_bytes()),
                        (None, Some(default)) => expanded.push(default.as_bytes()),
                        (None, None) => {
                            tracer.missing(key);
                            return None;
                        }
                    }
                }
            }
        }
        Some(expanded)
    }
}

impl std::fmt::Display for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for part in &self.parts {
            match part {
                Part::Plain(marked) => f.write_str(&super::unmarked(marked))?,
                Part::Variable { key, default: None } => write!(f, "${{{}}}", key.written())?,
                Part::Variable { key, default: Some(default) } => {
                    write!(f, "${{{}, '{default}'}}", key.written())?;
                }
            }
        }
        Ok(())
    }
}

impl Expanded {
    pub(crate) fn bytes(&self) -> &[u8] {
        if self.overflow.is_empty() { &self.room[..self.length] } else { &self.overflow }
    }

    /// Where the first five colons of the template's own text stand, if it has so many.
    pub(crate) fn own_colons(&self) -> Option<[usize; 5]> {
        (self.colons_found == self.colons.len()).then_some(self.colons)
    }

    fn push_own(&mut self, bytes: &[u8]) {
        let start = self.bytes().len();
        for (index, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b':') {
            if let Some(colon) = self.colons.get_mut(self.colons_found) {
                *colon = start + index;
                self.colons_found += 1;
            }
        }
        self.push(bytes);
    }

    fn push(&mut self, bytes: &[u8]) {
        if self.overflow.is_empty() && self.length + bytes.len() <= ROOM {
            self.room[self.length..self.length + bytes.len()].copy_from_slice(bytes);
            self.length += bytes.len();
            return;
        }
        if self.overflow.is_empty() {
            self.overflow.extend_from_slice(&self.room[..self.length]);
        }
        self.overflow.extend_from_slice(bytes);
    }
}

/// What a text turned out to be.
pub(super) enum Read {
    /// Without variables: marked bytes.
    Plain(Vec<u8>),
    Template(Template),
}

enum Variable {
    /// `${*}`: the character itself.
    Escape(u8),
    Key(Key, Option<Box<str>>),
}

/// The variable a text begins with, and its length. What has not the form is plain text.
fn variable(text: &str) -> Option<(Variable, usize)> {
    let inner = text.strip_prefix("${")?;
    for (escape, byte) in [("*}", b'*'), ("?}", b'?'), ("$}", b'$')] {
        if inner.starts_with(escape) {
            return Some((Variable::Escape(byte), 4));
        }
    }
    // The first of these ends the name, so that no text is walked again for the next `${` in it.
    let end = inner.find(['}', ',', '{', '$'])?;
    let name = inner[..end].trim();
    match inner.as_bytes()[end] {
        _ if name.is_empty() => return None,
        b'}' => return Some((Variable::Key(Key::new(name), None), 2 + end + 1)),
        b',' => {}
        _ => return None,
    }
    // A default may hold braces: it ends at its quote.
    let after = &inner[end + 1..];
    let quoted = after.trim_start().strip_prefix('\'')?;
    let quote = quoted.find('\'')?;
    let behind = quoted[quote + 1..].trim_start().strip_prefix('}')?;
    let length = text.len() - behind.len();
    Some((Variable::Key(Key::new(name), Some(quoted[..quote].into())), length))
}

#[cfg(test)]
mod tests {
    use super::{ROOM, Read, Reading, Template};
    use crate::context::fixed::Fixed;
    use crate::decide::Silent;

    fn template(text: &str) -> Template {
        match Template::read(text, Reading { wildcards: true, variables: true }) {
            Read::Template(template) => template,
            Read::Plain(_) => panic!("no variable: {text}"),
        }
    }

    #[test]
    fn long_values_do_not_end_at_the_room() {
        for length in [0, 1, ROOM - 3, ROOM - 2, ROOM - 1, ROOM, 5 * ROOM] {
            let value = "x".repeat(length);
            let context = Fixed::new(&[("k:v", &[&value])]);
            for text in ["a:${k:v}b:${k:v}", "${k:v}:${k:v}", "a${k:v}"] {
                let expanded = template(text).expand(&context, &mut Silent).unwrap();
                let want = text.replace("${k:v}", &value);
                assert_eq!(expanded.bytes(), want.as_bytes(), "{text} {length}");
            }
        }
    }

    #[test]
    fn only_colons_of_the_text_itself_separate() {
        let context = Fixed::new(&[("k:v", &["a:b:c"])]);
        let expand = |text| template(text).expand(&context, &mut Silent).unwrap();
        assert_eq!(expand("arn:aws:s3:${k:v}::x").own_colons(), Some([3, 7, 10, 16, 17]));
        assert_eq!(expand("arn:aws:s3:${k:v}").own_colons(), None);
    }
}
