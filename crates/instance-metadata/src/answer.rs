//! Answers of the metadata service, as they go over the wire.
//!
//! Source: answers of the service that were recorded in public; the pages of refusals are the web server's own.

use base::Timestamp;
use http::StatusCode;
use time::OffsetDateTime;
use time::macros::format_description;

/// Seconds that a token still holds.
pub(crate) const TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds";

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers, names in small letters.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    fn new(status: StatusCode, content_type: &str, body: Vec<u8>) -> Self {
        let headers = vec![
            ("content-type", content_type.to_owned()),
            ("accept-ranges", "none".to_owned()),
            ("server", "EC2ws".to_owned()),
        ];
        Self { status, headers, body }
    }

    /// A text.
    pub(crate) fn text(body: impl Into<Vec<u8>>) -> Self {
        Self::new(StatusCode::OK, "text/plain", body.into())
    }

    /// Bytes as they were given.
    pub(crate) fn bytes(body: Vec<u8>) -> Self {
        Self::new(StatusCode::OK, "application/octet-stream", body)
    }

    /// With the seconds that a token still holds.
    pub(crate) fn with_ttl(mut self, seconds: i64) -> Self {
        self.headers.push((TTL, seconds.to_string()));
        self
    }

    /// With the time that what is told is from.
    pub(crate) fn since(mut self, at: Timestamp) -> Self {
        let form = format_description!(
            "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
        );
        let at = OffsetDateTime::from_unix_timestamp(at.millis.div_euclid(1000)).ok();
        if let Some(text) = at.and_then(|at| at.format(form).ok()) {
            self.headers.push(("last-modified", text));
        }
        self
    }

    /// A refusal: the page that the service's web server shows.
    pub(crate) fn refused(status: StatusCode) -> Self {
        let title = format!("{} - {}", status.as_u16(), status.canonical_reason().unwrap_or_default());
        let page = format!(
            "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n\
             <!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\"\n\
             \t\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n\
             <html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"en\" lang=\"en\">\n\
             \x20<head>\n\
             \x20 <title>{title}</title>\n\
             \x20</head>\n\
             \x20<body>\n\
             \x20 <h1>{title}</h1>\n\
             \x20</body>\n\
             </html>\n"
        );
        Self::new(status, "text/html", page.into_bytes())
    }

    /// A method that is not for this path.
    pub(crate) fn not_allowed(allowed: &str) -> Self {
        let mut answer = Self::new(StatusCode::METHOD_NOT_ALLOWED, "text/plain", Vec::new());
        answer.headers.push(("allow", allowed.to_owned()));
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::Answer;
    use base::Timestamp;
    use http::StatusCode;

    #[test]
    fn refusals_are_pages() {
        let page = String::from_utf8(Answer::refused(StatusCode::NOT_FOUND).body).unwrap();
        assert!(page.contains("  <title>404 - Not Found</title>\n"), "{page}");
        assert!(page.contains("  <h1>404 - Not Found</h1>\n"), "{page}");
    }

    #[test]
    fn times_are_those_of_http() {
        let told = Answer::text("x").since(Timestamp::from_millis(1_398_796_238_456));
        assert_eq!(told.headers.last().unwrap().1, "Tue, 29 Apr 2014 18:30:38 GMT");
    }
}
