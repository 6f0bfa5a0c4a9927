//! What a token claims.

use super::jwt::Jwt;
use crate::error::Refusal;
use crate::sts::provider::Oidc;
use base::Timestamp;
use serde_json::{Map, Value};
use shapes_sts as sts;

/// Claims of session tags, nested.
const TAGS: &str = "https://aws.amazon.com/tags";
/// The same, one claim a tag.
const FLAT_TAGS: &str = "https://aws.amazon.com/tags/principal_tags/";
const FLAT_TRANSITIVE: &str = "https://aws.amazon.com/tags/transitive_tag_keys";
const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";
/// Seconds that clocks may differ by.
const SKEW_SECONDS: i64 = 300;
/// Characters of a subject at the most: what the answer's model allows.
const LONGEST_SUBJECT: usize = 255;

/// The claims of a token that roles are assumed with.
pub(super) struct Claims {
    /// `https://…`.
    pub(super) issuer: String,
    pub(super) subject: String,
    /// Whom it is for: `azp` where that is there, else `aud`.
    audiences: Vec<String>,
    /// `aud`, where `azp` took its place.
    original_audience: Option<String>,
    amr: Vec<String>,
    expires: i64,
    issued: Option<i64>,
    not_before: Option<i64>,
    pub(super) tags: Vec<sts::Tag>,
    pub(super) transitive: Vec<String>,
    pub(super) source_identity: Option<String>,
}

impl Claims {
    /// Reads them; nothing is believed yet.
    pub(super) fn read(token: &Jwt) -> Result<Self, Refusal> {
        let claims = &token.claims;
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        let number = |name: &str| claims.get(name).and_then(seconds);
        let missing = |name: &str| Refusal::Token(format!("Missing a required claim: {name}"));
        let issuer = text("iss").ok_or_else(|| missing("iss"))?;
        let subject = text("sub").filter(|sub| (1..=LONGEST_SUBJECT).contains(&sub.chars().count()));
        let audiences = list(claims.get("aud"));
        let (audiences, original_audience) = match text("azp") {
            Some(party) => (vec![party], audiences.into_iter().next()),
            None if audiences.is_empty() => return Err(missing("aud")),
            None => (audiences, None),
        };
        let mut read = Self {
            issuer,
            subject: subject.ok_or_else(|| missing("sub"))?,
            audiences,
            original_audience,
            amr: list(claims.get("amr")),
            expires: number("exp").ok_or_else(|| missing("exp"))?,
            issued: number("iat"),
            not_before: number("nbf"),
            tags: Vec::new(),
            transitive: Vec::new(),
            source_identity: text(SOURCE_IDENTITY),
        };
        read.read_tags(claims);
        Ok(read)
    }

    fn read_tags(&mut self, claims: &Map<String, Value>) {
        let tag = |key: &str, value: &Value| {
            let value = list(Some(value)).into_iter().next()?;
            Some(sts::Tag { key: Some(key.to_owned()), value: Some(value) })
        };
        if let Some(Value::Object(tags)) = claims.get(TAGS) {
            if let Some(Value::Object(own)) = tags.get("principal_tags") {
                self.tags.extend(own.iter().filter_map(|(key, value)| tag(key, value)));
            }
            self.transitive.extend(list(tags.get("transitive_tag_keys")));
        }
        for (name, value) in claims {
            if let Some(key) = name.strip_prefix(FLAT_TAGS) {
                self.tags.extend(tag(key, value));
            }
        }
        self.transitive.extend(list(claims.get(FLAT_TRANSITIVE)));
    }

    /// The issuer as providers are called: without its scheme.
    pub(super) fn issuer_path(&self) -> &str {
        self.issuer.strip_prefix("https://").unwrap_or(&self.issuer)
    }

    /// Refuses a token outside its time.
    pub(super) fn require_time(&self, now: Timestamp) -> Result<(), Refusal> {
        let now = now.millis.div_euclid(1000);
        if self.expires <= now {
            let sentence = format!(
                "Token expired: current date/time {now} must be before the expiration date/time {}",
                self.expires
            );
            return Err(Refusal::ExpiredToken(sentence));
        }
        let starts = self.issued.into_iter().chain(self.not_before).max();
        if starts.is_some_and(|starts| starts > now.saturating_add(SKEW_SECONDS)) {
            return Err(Refusal::Token("Token is not valid yet".to_owned()));
        }
        Ok(())
    }

    /// The audience that the provider was registered for.
    pub(super) fn audience(&self, provider: &Oidc) -> Result<String, Refusal> {
        let known = self.audiences.iter().find(|audience| provider.client_ids.contains(audience));
        known.cloned().ok_or_else(|| Refusal::Token("Incorrect token audience".to_owned()))
    }

    /// The condition keys of the provider.
    pub(super) fn context(&self, provider: &Oidc, audience: &str) -> Vec<(String, Vec<String>)> {
        let key = |name: &str| format!("{}:{name}", provider.issuer);
        let mut context =
            vec![(key("aud"), vec![audience.to_owned()]), (key("sub"), vec![self.subject.clone()])];
        if let Some(original) = &self.original_audience {
            context.push((key("oaud"), vec![original.clone()]));
        }
        if !self.amr.is_empty() {
            context.push((key("amr"), self.amr.clone()));
        }
        context
    }
}

/// A text, or a list of them.
fn list(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => Vec::new(),
    }
}

/// A NumericDate, cut to whole seconds.
fn seconds(value: &Value) -> Option<i64> {
    let float = || {
        let float = value.as_f64().filter(|float| float.is_finite() && float.abs() < 1e15)?;
        // Within the bounds above the text of the whole part is a number of 64 bits.
        format!("{:.0}", float.floor()).parse().ok()
    };
    value.as_i64().or_else(float)
}
