//! One CORS rule: whether it matches, and what it says.

use ports::Headers;
use shapes_s3 as api;

/// What a browser asks for.
pub(super) struct Asked<'r> {
    /// Where the page comes from.
    pub(super) origin: &'r str,
    /// The method of the actual request.
    pub(super) method: &'r str,
    /// The headers a preflight announces, in lower case.
    pub(super) headers: &'r [String],
}

/// Splits a list of headers; names are compared in lower case.
pub(super) fn list(text: &str) -> Vec<String> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_ascii_lowercase).collect()
}

/// Whether a rule matches: its origins, its methods, and every header that is asked for.
pub(super) fn matches(rule: &api::CORSRule, asked: &Asked<'_>) -> bool {
    let origins = rule.allowed_origins.iter().flatten();
    let methods = rule.allowed_methods.iter().flatten();
    let allowed = |name: &String| {
        rule.allowed_headers.iter().flatten().any(|header| fits(&header.to_ascii_lowercase(), name))
    };
    origins.into_iter().any(|origin| fits(origin, asked.origin))
        && methods.into_iter().any(|method| method == asked.method)
        && asked.headers.iter().all(allowed)
}

/// Whether a pattern with at most one `*`, which stands for one character or more, fits a text.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => {
            text.len() > before.len() + after.len() && text.starts_with(before) && text.ends_with(after)
        }
    }
}

/// What an answer says of the rule that matched.
pub(super) fn headers(rule: &api::CORSRule, asked: &Asked<'_>) -> Headers {
    let open = rule.allowed_origins.iter().flatten().any(|origin| origin == "*");
    let mut headers = Headers::new();
    headers
        .push(("access-control-allow-origin", if open { "*".to_owned() } else { asked.origin.to_owned() }));
    headers.push(("access-control-allow-methods", joined(rule.allowed_methods.as_deref())));
    if !asked.headers.is_empty() {
        headers.push(("access-control-allow-headers", asked.headers.join(", ")));
    }
    if let Some(exposed) = rule.expose_headers.as_deref().filter(|exposed| !exposed.is_empty()) {
        headers.push(("access-control-expose-headers", joined(Some(exposed))));
    }
    if let Some(seconds) = rule.max_age_seconds {
        headers.push(("access-control-max-age", seconds.to_string()));
    }
    if !open {
        headers.push(("access-control-allow-credentials", "true".to_owned()));
    }
    let vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";
    headers.push(("vary", vary.to_owned()));
    headers
}

fn joined(values: Option<&[String]>) -> String {
    values.unwrap_or_default().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{Asked, fits, list, matches};
    use shapes_s3::CORSRule;

    #[test]
    fn one_star_stands_for_one_character_or_more() {
        for (pattern, text, want) in [
            ("*", "https://a.example", true),
            ("https://*.example", "https://a.example", true),
            ("https://*.example", "https://.example", false),
            ("https://*.example", "http://a.example", false),
            ("https://a.example", "https://a.example", true),
            ("https://a.example", "https://A.example", false),
            ("https://a.example", "https://a.example:8080", false),
            ("x-amz-*", "x-amz-date", true),
            ("ab*b", "ab", false),
        ] {
            assert_eq!(fits(pattern, text), want, "{pattern} {text}");
        }
    }

    #[test]
    fn every_header_that_is_asked_for_must_be_allowed() {
        let rule = |headers: &[&str]| CORSRule {
            allowed_origins: Some(vec!["*".to_owned()]),
            allowed_methods: Some(vec!["PUT".to_owned()]),
            allowed_headers: Some(headers.iter().map(|&name| name.to_owned()).collect()),
            ..CORSRule::default()
        };
        for (allowed, asked, want) in [
            (&[][..], "", true),
            (&[], "x-a", false),
            (&["*"], "x-a, X-B", true),
            (&["X-A"], "x-a", true),
            (&["x-a"], "x-a,x-b", false),
            (&["x-amz-*", "content-type"], "x-amz-date, content-type", true),
        ] {
            let headers = list(asked);
            let asked = Asked { origin: "https://a", method: "PUT", headers: &headers };
            assert_eq!(matches(&rule(allowed), &asked), want, "{allowed:?} {headers:?}");
        }
        let headers = list("");
        assert!(!matches(&rule(&[]), &Asked { origin: "https://a", method: "GET", headers: &headers }));
    }
}
