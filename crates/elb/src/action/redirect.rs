//! Redirects: the parts of the new address.

use super::model::Redirect;
use crate::error::{Action as Bad, Error};
use shapes_elbv2 as api;

/// Reads a redirect. What is not given stays as it was.
pub(super) fn read(config: api::RedirectActionConfig) -> Result<Redirect, Error> {
    let part = |given: Option<String>, same: &str| given.unwrap_or_else(|| same.to_owned());
    let redirect = Redirect {
        protocol: part(config.protocol, "#{protocol}"),
        host: part(config.host, "#{host}"),
        port: part(config.port, "#{port}"),
        path: part(config.path, "/#{path}"),
        query: part(config.query, "#{query}"),
        status: config.status_code.unwrap_or_default(),
    };
    check(&redirect)?;
    Ok(redirect)
}

fn check(own: &Redirect) -> Result<(), Error> {
    let same = [
        (&own.protocol, "#{protocol}"),
        (&own.host, "#{host}"),
        (&own.port, "#{port}"),
        (&own.path, "/#{path}"),
    ];
    if same.iter().all(|(part, same)| part.as_str() == *same) {
        return Err(Bad::Loop.into());
    }
    if own.port != "#{port}" && own.port.parse::<u16>().ok().is_none_or(|port| port == 0) {
        return Err(Bad::RedirectPart("Port").into());
    }
    if !own.path.starts_with('/') {
        return Err(Bad::RedirectPart("Path").into());
    }
    if own.query.starts_with('?') {
        return Err(Bad::RedirectPart("Query").into());
    }
    let parts: [(&'static str, &str, &[&str]); 4] = [
        ("Host", &own.host, &["host"]),
        ("Port", &own.port, &["port"]),
        ("Path", &own.path, &["host", "port", "path"]),
        ("Query", &own.query, &["protocol", "host", "port", "path", "query"]),
    ];
    for (name, text, words) in parts {
        if !words_are(text, words) {
            return Err(Bad::RedirectPart(name).into());
        }
    }
    Ok(())
}

/// Whether a part names, as `#{…}`, nothing but these words.
fn words_are(text: &str, words: &[&str]) -> bool {
    text.split("#{").skip(1).all(|rest| rest.split_once('}').is_some_and(|(word, _)| words.contains(&word)))
}

#[cfg(test)]
mod tests {
    use super::read;
    use shapes_elbv2 as api;
    use wire::AwsError;

    #[test]
    fn a_redirect_leads_elsewhere() {
        let of = |change: fn(&mut api::RedirectActionConfig)| {
            let mut config = api::RedirectActionConfig::default();
            change(&mut config);
            read(config).map(|own| own.path).map_err(|error| error.fault().message.unwrap_or_default())
        };
        let looping = "The redirect configuration is not valid because it creates a loop.";
        assert_eq!(of(|_| ()), Err(looping.to_owned()));
        assert_eq!(of(|own| own.query = Some("a=b".to_owned())), Err(looping.to_owned()));
        assert_eq!(of(|own| own.path = Some("/x/#{host}".to_owned())), Ok("/x/#{host}".to_owned()));
        for change in [
            (|own| own.path = Some("x".to_owned())) as fn(&mut api::RedirectActionConfig),
            |own| own.path = Some("/#{query}".to_owned()),
            |own| own.port = Some("70000".to_owned()),
            |own| own.host = Some("#{host".to_owned()),
        ] {
            assert!(of(change).is_err());
        }
    }
}
