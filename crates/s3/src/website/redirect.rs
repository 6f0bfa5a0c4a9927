//! Redirects of websites: which rule applies, and where it leads.
//!
//! Source: Amazon S3 User Guide, "(Optional) Configuring a webpage redirect".

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use shapes_s3 as api;

/// What a key may show of itself in a URL.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',');

/// Where the request came in: what a redirect says nothing of stays as it is.
#[derive(Clone, Copy)]
pub(super) struct Origin<'r> {
    pub(super) secure: bool,
    pub(super) host: &'r str,
}

impl Origin<'_> {
    fn url(&self, protocol: Option<&str>, host: Option<&str>, path: &str) -> String {
        let own = if self.secure { "https" } else { "http" };
        format!("{}://{}{path}", protocol.unwrap_or(own), host.unwrap_or(self.host))
    }
}

/// A key as the path of a URL.
pub(super) fn path_of(key: &str) -> String {
    format!("/{}", encoded(key))
}

/// A key as it stands in a URL.
pub(super) fn encoded(key: &str) -> String {
    utf8_percent_encode(key, PATH).to_string()
}

/// Where everything goes that comes to a site that only redirects; path and query are kept as they came.
pub(super) fn of_all(
    to: &api::RedirectAllRequestsTo,
    origin: Origin<'_>,
    path: &str,
    query: Option<&str>,
) -> String {
    let target = match query {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    origin.url(to.protocol.as_deref(), to.host_name.as_deref(), &target)
}

/// The first rule for a key; `status` is that of a refusal, where there was one. A rule that names a status waits for
/// it; one that names none applies before anything is looked up.
pub(super) fn rule<'s>(
    site: &'s api::WebsiteConfiguration,
    key: &str,
    status: Option<u16>,
) -> Option<&'s api::RoutingRule> {
    site.routing_rules.iter().flatten().find(|rule| {
        let condition = rule.condition.as_ref();
        let prefix = condition.and_then(|condition| condition.key_prefix_equals.as_deref());
        let wanted = condition.and_then(|condition| condition.http_error_code_returned_equals.as_deref());
        wanted.map(str::to_owned) == status.map(|status| status.to_string())
            && prefix.is_none_or(|prefix| key.starts_with(prefix))
    })
}

/// Status and location of a rule's redirect.
pub(super) fn of_rule(rule: &api::RoutingRule, origin: Origin<'_>, key: &str) -> (u16, String) {
    let none = api::Redirect::default();
    let to = rule.redirect.as_ref().unwrap_or(&none);
    let prefix = rule.condition.as_ref().and_then(|condition| condition.key_prefix_equals.as_deref());
    let new_key = match (&to.replace_key_with, &to.replace_key_prefix_with) {
        (Some(whole), _) => whole.clone(),
        (None, Some(beginning)) => {
            format!("{beginning}{}", key.strip_prefix(prefix.unwrap_or_default()).unwrap_or(key))
        }
        (None, None) => key.to_owned(),
    };
    let status = to.http_redirect_code.as_deref().and_then(|code| code.parse().ok()).unwrap_or(301);
    (status, origin.url(to.protocol.as_deref(), to.host_name.as_deref(), &path_of(&new_key)))
}

#[cfg(test)]
mod tests {
    use super::{Origin, of_all, of_rule, rule};
    use shapes_s3::{Condition, Redirect, RedirectAllRequestsTo, RoutingRule, WebsiteConfiguration};

    const HERE: Origin<'_> = Origin { secure: false, host: "bkt.s3-website.localhost:4566" };

    fn routing(prefix: Option<&str>, status: Option<&str>, redirect: Redirect) -> RoutingRule {
        let condition = Condition {
            key_prefix_equals: prefix.map(str::to_owned),
            http_error_code_returned_equals: status.map(str::to_owned),
        };
        RoutingRule { condition: Some(condition), redirect: Some(redirect) }
    }

    #[test]
    fn a_rule_leads_where_it_says() {
        let own = |text: &str| Some(text.to_owned());
        for (prefix, redirect, key, want) in [
            (
                Some("docs/"),
                Redirect { replace_key_prefix_with: own("documents/"), ..Redirect::default() },
                "docs/a b",
                (301, "http://bkt.s3-website.localhost:4566/documents/a%20b"),
            ),
            (
                Some("images/"),
                Redirect { replace_key_with: own("gone.html"), ..Redirect::default() },
                "images/x",
                (301, "http://bkt.s3-website.localhost:4566/gone.html"),
            ),
            (
                None,
                Redirect {
                    host_name: own("example.com"),
                    protocol: own("https"),
                    http_redirect_code: own("307"),
                    ..Redirect::default()
                },
                "a/b",
                (307, "https://example.com/a/b"),
            ),
            (
                None,
                Redirect { replace_key_prefix_with: own("report-404/"), ..Redirect::default() },
                "x",
                (301, "http://bkt.s3-website.localhost:4566/report-404/x"),
            ),
        ] {
            let (status, location) = of_rule(&routing(prefix, None, redirect), HERE, key);
            assert_eq!((status, location.as_str()), want, "{key}");
        }
    }

    #[test]
    fn the_first_rule_for_key_and_status_applies() {
        let named = |name: &str| Redirect { host_name: Some(name.to_owned()), ..Redirect::default() };
        let site = WebsiteConfiguration {
            routing_rules: Some(vec![
                routing(Some("a/"), Some("404"), named("missing-a")),
                routing(Some("a/"), None, named("a")),
                routing(None, Some("404"), named("missing")),
            ]),
            ..WebsiteConfiguration::default()
        };
        for (key, status, want) in [
            ("a/x", None, Some("a")),
            ("a/x", Some(404), Some("missing-a")),
            ("b", None, None),
            ("b", Some(404), Some("missing")),
            ("b", Some(403), None),
        ] {
            let found =
                rule(&site, key, status).and_then(|rule| rule.redirect.as_ref()?.host_name.as_deref());
            assert_eq!(found, want, "{key} {status:?}");
        }
    }

    #[test]
    fn a_site_that_redirects_keeps_path_and_query() {
        let to = RedirectAllRequestsTo { host_name: Some("example.com".to_owned()), protocol: None };
        assert_eq!(of_all(&to, HERE, "/a%20b", Some("c=d")), "http://example.com/a%20b?c=d");
        let secure = Origin { secure: true, ..HERE };
        assert_eq!(of_all(&to, secure, "/", None), "https://example.com/");
    }
}
