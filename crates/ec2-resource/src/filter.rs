//! `Filter.N.Name` and its values: one mechanism for every Describe.

use base::{Tags, Timestamp};
use shapes_ec2::Filter;
use std::fmt;

/// Values of one filter's list, over all filters, at the most.
const MOST_VALUES: usize = 200;
/// Characters of one value at the most.
const LONGEST_VALUE: usize = 255;

/// The names of filters on tags, beside `tag:` and a key. Few Describes document `tag-value` still; most take it.
const TAG_NAMES: [&str; 2] = ["tag-key", "tag-value"];

/// The characters that do not stand for themselves in a value.
const SPECIAL: [char; 3] = ['*', '?', '\\'];

/// Filters of one call: all must match, each by any of its values.
#[derive(Debug, Default)]
pub struct Filters(Vec<(String, Vec<String>)>);

/// Why a filter is no good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadFilter {
    /// The operation has no filter of that name.
    Unknown(String),
    /// A value is too long.
    Long,
    /// There are too many values.
    Many,
}

impl BadFilter {
    /// AWS's code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "InvalidParameterValue",
            Self::Long | Self::Many => "FilterLimitExceeded",
        }
    }
}

impl fmt::Display for BadFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "The filter '{name}' is invalid"),
            Self::Long => f.write_str("The maximum length for a filter value is 255 characters"),
            Self::Many => {
                f.write_str("The maximum number of filter values specified on a single call is 200")
            }
        }
    }
}

impl Filters {
    /// Reads the filters of a call; `known` are the names its operation has, tags aside.
    pub fn parse(filters: Option<Vec<Filter>>, known: &[&str]) -> Result<Self, BadFilter> {
        let mut parsed = Vec::new();
        let mut count = 0;
        for filter in filters.unwrap_or_default() {
            let name = filter.name.unwrap_or_else(|| "null".to_owned());
            let values = filter.values.unwrap_or_default();
            let is_tag = name.strip_prefix("tag:").is_some_and(|key| !key.is_empty())
                || TAG_NAMES.contains(&name.as_str());
            if !(is_tag || known.contains(&name.as_str())) {
                return Err(BadFilter::Unknown(name));
            }
            if values.is_empty() {
                return Err(BadFilter::Unknown("null".to_owned()));
            }
            if values.iter().any(|value| value.chars().count() > LONGEST_VALUE) {
                return Err(BadFilter::Long);
            }
            count += values.len();
            parsed.push((name, values));
        }
        if count > MOST_VALUES { Err(BadFilter::Many) } else { Ok(Self(parsed)) }
    }

    /// The same for a call whose answer has no tags: their names are unknown to it.
    /// Source: a recorded refusal of DescribeInstanceStatus, aws-cli issue 7225.
    pub fn tagless(filters: Option<Vec<Filter>>, known: &[&str]) -> Result<Self, BadFilter> {
        let is_tag = |name: &&String| name.starts_with("tag:") || TAG_NAMES.contains(&name.as_str());
        match filters.iter().flatten().filter_map(|filter| filter.name.as_ref()).find(is_tag) {
            Some(name) => Err(BadFilter::Unknown(name.clone())),
            None => Self::parse(filters, known),
        }
    }

    /// The filters whose values are all meant letter by letter, tags among them.
    pub fn exact(&self) -> impl Iterator<Item = (&str, &[String])> {
        let is_exact = |values: &[String]| !values.iter().any(|value| value.contains(SPECIAL));
        let all = self.0.iter().map(|(name, values)| (name.as_str(), values.as_slice()));
        all.filter(move |(_, values)| is_exact(values))
    }

    /// Whether a resource passes: `values` answers what it has under a filter's name.
    pub fn pass(&self, tags: &Tags, values: impl Fn(&str) -> Vec<String>) -> bool {
        self.0.iter().all(|(name, wanted)| {
            let has: Vec<String> = match name.strip_prefix("tag:") {
                Some(key) => tags.get(key).map(str::to_owned).into_iter().collect(),
                None if name == "tag-key" => tags.iter().map(|(key, _)| key.to_owned()).collect(),
                None if name == "tag-value" => tags.iter().map(|(_, value)| value.to_owned()).collect(),
                None => values(name),
            };
            wanted.iter().any(|pattern| has.iter().any(|value| glob(pattern, value)))
        })
    }
}

/// A moment as filters spell it: as it is answered, with three digits of its second; on a whole second without them too.
pub fn moment(at: Timestamp) -> Vec<String> {
    let short = at.whole_seconds().rfc3339();
    let fraction = at.millis.rem_euclid(1_000);
    let long = format!("{}.{fraction:03}Z", short.trim_end_matches('Z'));
    if fraction == 0 { vec![long, short] } else { vec![long] }
}

/// `*` is any run, `?` one character, `\` takes the next literally.
pub fn glob(pattern: &str, text: &str) -> bool {
    if !pattern.contains(SPECIAL) {
        return pattern == text;
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where the last `*` stood, and how much of the text it has taken.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        let (literal, width) = match pattern.get(p) {
            Some('\\') if p + 1 < pattern.len() => (Some(pattern[p + 1]), 2),
            Some('*') => {
                star = Some((p, t));
                p += 1;
                continue;
            }
            Some('?') => (None, 1),
            Some(c) => (Some(*c), 1),
            None => (Some('\0'), 0),
        };
        if width > 0 && literal.is_none_or(|literal| literal == text[t]) {
            p += width;
            t += 1;
        } else if let Some((at, taken)) = star {
            star = Some((at, taken + 1));
            p = at + 1;
            t = taken + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::{glob, moment};
    use base::Timestamp;

    #[test]
    fn a_moment_is_spelt_as_it_is_answered() {
        for (millis, want) in [
            (1_767_268_800_000, &["2026-01-01T12:00:00.000Z", "2026-01-01T12:00:00Z"][..]),
            (1_767_268_800_120, &["2026-01-01T12:00:00.120Z"]),
            (1_767_268_800_007, &["2026-01-01T12:00:00.007Z"]),
        ] {
            assert_eq!(moment(Timestamp::from_millis(millis)), want);
        }
    }

    #[test]
    fn wildcards_match_runs_and_single_characters() {
        for (pattern, text, want) in [
            ("web", "web", true),
            ("web", "webs", false),
            ("w*", "web", true),
            ("*b", "web", true),
            ("w?b", "web", true),
            ("w?b", "wb", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            (r"\*x\?", "*x?", true),
            (r"\*", "a", false),
            ("a*b*c", "aXbYbc", true),
            ("a*b*c", "aXbYb", false),
        ] {
            assert_eq!(glob(pattern, text), want, "{pattern} {text}");
        }
    }
}
