//! Messages to places the user named: `--deliver ARN=URL`. One POST a message, over a connection of its own.

use bytes::Bytes;
use http::Uri;
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::TokioIo;
use ports::{Carrying, Courier, StepError};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;
use tokio::net::TcpStream;

/// How long a place may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of an answer that are read, at the most; nobody looks at them.
const MOST_ANSWER_BYTES: usize = 64 * 1024;

/// Where messages go, by the ARN they are addressed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Places(BTreeMap<String, Uri>);

impl FromStr for Places {
    type Err = String;

    /// `ARN=URL`, and more after commas.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut places = BTreeMap::new();
        for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
            let (arn, url) = one.split_once('=').ok_or_else(|| format!("{one:?} is not ARN=URL"))?;
            if !arn.starts_with("arn:") {
                return Err(format!("{arn:?} is no ARN"));
            }
            let uri: Uri = url.parse().map_err(|error| format!("{url:?} is no URL: {error}"))?;
            if uri.scheme_str() != Some("http") || uri.host().is_none() {
                return Err(format!("{url:?} is no http:// URL"));
            }
            if places.insert(arn.to_owned(), uri).is_some() {
                return Err(format!("{arn} is given two places"));
            }
        }
        Ok(Self(places))
    }
}

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (arn, uri)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{arn}={uri}")?;
        }
        Ok(())
    }
}

impl Courier for Places {
    fn serves(&self, destination: &str) -> bool {
        self.0.contains_key(destination)
    }

    fn carry(&self, destination: &str, message: String) -> Carrying {
        let place = self.0.get(destination).cloned();
        Box::pin(async move {
            let place = place.ok_or("no place was named")?;
            tokio::time::timeout(TIMEOUT, post(&place, message)).await?
        })
    }
}

async fn post(place: &Uri, message: String) -> Result<(), StepError> {
    let host = place.host().ok_or("the URL has no host")?;
    let port = place.port_u16().unwrap_or(80);
    let stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let target = place.path_and_query().map_or("/", |target| target.as_str());
    let request = http::Request::post(target)
        .header("host", format!("{host}:{port}"))
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(message)))?;
    let answer = async {
        let answer = sender.send_request(request).await?;
        let status = answer.status();
        Limited::new(answer.into_body(), MOST_ANSWER_BYTES).collect().await?;
        if status.is_success() {
            Ok(())
        } else {
            Err(StepError::from(format!("{host}:{port} answered {status}")))
        }
    };
    tokio::pin!(answer);
    tokio::select! {
        answer = &mut answer => answer,
        // The connection ends by itself once the answer has been read; until then it only drives the exchange.
        _ = connection => answer.await,
    }
}

#[cfg(test)]
mod tests {
    use super::Places;
    use ports::Courier;

    #[test]
    fn a_place_is_an_arn_and_a_url() {
        for (text, ok) in [
            ("", true),
            ("arn:aws:sqs:us-east-1:000000000000:q=http://127.0.0.1:9000/in?a=b", true),
            (
                "arn:aws:sqs:us-east-1:000000000000:q=http://a/, arn:aws:sns:us-east-1:000000000000:t=http://[::1]:8/",
                true,
            ),
            (
                "arn:aws:sqs:us-east-1:000000000000:q=http://a/,arn:aws:sqs:us-east-1:000000000000:q=http://b/",
                false,
            ),
            ("arn:aws:sqs:us-east-1:000000000000:q=https://a/", false),
            ("arn:aws:sqs:us-east-1:000000000000:q=/in", false),
            ("arn:aws:sqs:us-east-1:000000000000:q", false),
            ("q=http://a/", false),
        ] {
            let parsed = text.parse::<Places>();
            assert_eq!(parsed.is_ok(), ok, "{text}: {parsed:?}");
            if let Ok(places) = parsed {
                assert_eq!(places.to_string().parse::<Places>().unwrap(), places);
            }
        }
        let places: Places = "arn:a=http://a/".parse().unwrap();
        assert!(places.serves("arn:a") && !places.serves("arn:b"));
    }
}
