//! JSON as policies need it: every value knows its bytes, members keep their order and their doubles, numbers their text.
//!
//! Strict as RFC 8259. Nesting is bounded, so that no document exhausts the stack.

use crate::span::Span;

/// The deepest nesting. A policy is at most seven deep.
const DEEPEST: usize = 32;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// As written.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Object(Vec<Member>),
}

/// One member of an object. A name may come twice.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// Of the name, quotes included.
    pub(crate) span: Span,
    pub(crate) value: Node,
}

/// This is not JSON; the byte at which that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotJson(pub(crate) usize);

pub(crate) fn parse(source: &str) -> Result<Node, NotJson> {
    let mut reader = Reader { bytes: source.as_bytes(), source, at: 0 };
    let node = reader.node(0)?;
    reader.skip_space();
    if reader.at < source.len() { Err(reader.wrong()) } else { Ok(node) }
}

impl Node {
    /// Whether an object within has two members of one name.
    pub(crate) fn has_doubles(&self) -> bool {
        match &self.value {
            Value::Object(members) => {
                let mut names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
                names.sort_unstable();
                names.windows(2).any(|pair| pair[0] == pair[1])
                    || members.iter().any(|member| member.value.has_doubles())
            }
            Value::List(nodes) => nodes.iter().any(Self::has_doubles),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => false,
        }
    }

    /// The members of an object.
    pub(crate) fn members(&self) -> Option<&[Member]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The value of a member; the last one counts.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.members()?.iter().rev().find(|member| member.name == name).map(|member| &member.value)
    }

    /// The text of a text.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of a list; anything else is a list of one.
    pub(crate) fn each(&self) -> &[Self] {
        match &self.value {
            Value::List(nodes) => nodes,
            _ => std::slice::from_ref(self),
        }
    }
}

struct Reader<'s> {
    bytes: &'s [u8],
    source: &'s str,
    at: usize,
}

impl Reader<'_> {
    fn wrong(&self) -> NotJson {
        NotJson(self.at)
    }

    fn skip_space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let taken = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(taken);
        taken
    }

    fn expect(&mut self, byte: u8) -> Result<(), NotJson> {
        if self.take(byte) { Ok(()) } else { Err(self.wrong()) }
    }

    fn node(&mut self, depth: usize) -> Result<Node, NotJson> {
        self.skip_space();
        if depth > DEEPEST {
            return Err(self.wrong());
        }
        let start = self.at;
        let value = match self.bytes.get(self.at) {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Value::Text(self.text()?),
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => return Err(self.wrong()),
        };
        Ok(Node { span: Span::new(start, self.at), value })
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, NotJson> {
        if !self.source[self.at..].starts_with(word) {
            return Err(self.wrong());
        }
        self.at += word.len();
        Ok(value)
    }

    fn object(&mut self, depth: usize) -> Result<Value, NotJson> {
        self.expect(b'{')?;
        let mut members = Vec::new();
        self.skip_space();
        if self.take(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.skip_space();
            let start = self.at;
            let name = self.text()?;
            let span = Span::new(start, self.at);
            self.skip_space();
            self.expect(b':')?;
            let value = self.node(depth + 1)?;
            members.push(Member { name, span, value });
            self.skip_space();
            if self.take(b'}') {
                return Ok(Value::Object(members));
            }
            self.expect(b',')?;
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value, NotJson> {
        self.expect(b'[')?;
        let mut nodes = Vec::new();
        self.skip_space();
        if self.take(b']') {
            return Ok(Value::List(nodes));
        }
        loop {
            nodes.push(self.node(depth + 1)?);
            self.skip_space();
            if self.take(b']') {
                return Ok(Value::List(nodes));
            }
            self.expect(b',')?;
        }
    }

    fn digits(&mut self) -> Result<(), NotJson> {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(self.wrong()) }
    }

    fn number(&mut self) -> Result<Value, NotJson> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _signed = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(Value::Number(self.source[start..self.at].to_owned()))
    }

    fn text(&mut self) -> Result<String, NotJson> {
        self.expect(b'"')?;
        let mut text = String::new();
        loop {
            let start = self.at;
            while self.bytes.get(self.at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1F)) {
                self.at += 1;
            }
            text.push_str(&self.source[start..self.at]);
            if self.take(b'"') {
                return Ok(text);
            }
            self.expect(b'\\')?;
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Result<char, NotJson> {
        let plain = match self.bytes.get(self.at) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.wrong()),
        };
        self.at += 1;
        Ok(plain)
    }

    fn unicode(&mut self) -> Result<char, NotJson> {
        let first = self.unit()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first).ok_or(self.wrong());
        }
        self.expect(b'\\')?;
        let second = self.unit()?;
        let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400).ok_or(self.wrong())?;
        char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + low).ok_or(self.wrong())
    }

    /// `uXXXX`.
    fn unit(&mut self) -> Result<u32, NotJson> {
        self.expect(b'u')?;
        let digits = self.bytes.get(self.at..self.at + 4).ok_or(self.wrong())?;
        let mut unit = 0;
        for digit in digits {
            unit = unit * 16 + char::from(*digit).to_digit(16).ok_or(self.wrong())?;
        }
        self.at += 4;
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, parse};

    #[test]
    fn what_is_no_json_is_refused_at_its_byte() {
        for (source, at) in [
            ("", 0),
            ("{", 1),
            ("{]", 1),
            ("[1,]", 3),
            ("{\"a\" 1}", 5),
            ("{\"a\":1,}", 7),
            ("{} {}", 3),
            ("tru", 0),
            ("01", 1),
            ("1.", 2),
            ("1e+", 3),
            ("-", 1),
            ("\"a\nb\"", 2),
            ("\"\\x\"", 2),
            ("\"\\u12\"", 3),
            ("\"\\ud800\"", 7),
            ("\"\\ud800\\u0041\"", 13),
            ("\"\\udc00\"", 7),
            ("'a'", 0),
        ] {
            assert_eq!(parse(source).unwrap_err().0, at, "{source}");
        }
        let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
        assert_eq!(parse(&deep).unwrap_err().0, 33);
        assert!(parse(&format!("{}{}", "[".repeat(33), "]".repeat(33))).is_ok());
    }

    #[test]
    fn values_know_their_bytes_and_keep_their_text() {
        let node = parse(r#" {"a" : [1.50e3, "\u00e9\ud83d\ude00\n\/", true, null, -0] }"#).unwrap();
        assert_eq!((node.span.start, node.span.end), (1, 60));
        let list = node.get("a").unwrap();
        assert_eq!((list.span.start, list.span.end), (8, 58));
        let values: Vec<&Value> = list.each().iter().map(|node| &node.value).collect();
        let want = [
            Value::Number("1.50e3".to_owned()),
            Value::Text("é😀\n/".to_owned()),
            Value::Bool(true),
            Value::Null,
            Value::Number("-0".to_owned()),
        ];
        assert_eq!(values, want.iter().collect::<Vec<_>>());
    }

    #[test]
    fn doubles_are_seen_at_any_depth() {
        for (source, want) in [
            (r#"{"a":1,"b":1}"#, false),
            (r#"{"a":1,"A":1}"#, false),
            (r#"{"a":1,"b":1,"a":2}"#, true),
            (r#"[{"x":{"a":1,"\u0061":2}}]"#, true),
        ] {
            assert_eq!(parse(source).unwrap().has_doubles(), want, "{source}");
        }
        assert_eq!(parse(r#"{"a":1,"a":2}"#).unwrap().get("a").unwrap().value, Value::Number("2".to_owned()));
    }
}
