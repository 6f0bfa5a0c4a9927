//! Condition keys: what a call says of itself, worked out key by key when a policy asks.

mod global;

use crate::{Cx, KeyValue, Placement, Principal, ResourceFacts};
use global::OF_CALLS;
use percent_encoding::percent_decode_str;
use policy::context::{Context, Key, List, Origin, Values};
use std::cell::OnceCell;

/// The values of condition keys for one action on one resource of a call.
pub struct CallContext<'a> {
    cx: &'a Cx,
    principal: &'a Principal,
    /// What the action takes from the request, by key.
    asked: &'a [(&'a str, Vec<String>)],
    /// The tags the request carries; found when a key asks for them.
    tags: &'a dyn Fn() -> RequestTags,
    kept_tags: OnceCell<RequestTags>,
    /// The resource; found when a key asks for it.
    resource: &'a dyn Fn() -> Option<ResourceFacts>,
    kept_resource: OnceCell<Option<ResourceFacts>>,
    /// What the service of the resource takes from the call, by key; found when a key asks for it.
    own: &'a dyn Fn() -> OwnKeys,
    kept_own: OnceCell<OwnKeys>,
    places: Places<'a>,
    /// The services that ask by the caller's own credentials, the first first.
    via: Vec<String>,
}

/// Condition keys of a service, with their values.
type OwnKeys = Vec<(String, Vec<String>)>;

/// Where the caller and the resource stand in organizations.
#[derive(Clone, Copy, Default)]
pub struct Places<'a> {
    /// The account of whoever calls.
    pub caller: Option<&'a Placement>,
    /// The account of the resource.
    pub resource: Option<&'a Placement>,
    /// The account of a service's call: the one that it acts for.
    pub source: Option<&'a Placement>,
    /// The account of the VPC endpoint.
    pub endpoint: Option<&'a Placement>,
}

/// The tags of a request.
#[derive(Clone, Debug, Default)]
pub struct RequestTags {
    /// Those it wants to set.
    pub tags: Vec<(String, String)>,
    /// The keys it names, also those it wants to take off.
    pub keys: Vec<String>,
}

/// The condition keys that a call may have by itself, whoever answers it; `*` for any tag.
pub fn call_keys() -> impl Iterator<Item = &'static str> {
    const BESIDE: [&str; 14] = [
        "aws:Ec2InstanceSourcePrivateIPv4",
        "aws:Ec2InstanceSourceVpc",
        "aws:PrincipalTag/*",
        "aws:RequestTag/*",
        "aws:ResourceAccount",
        "aws:ResourceOrgID",
        "aws:ResourceOrgPaths",
        "aws:ResourceTag/*",
        "aws:TagKeys",
        "ec2:Region",
        "s3-object-lambda:TlsVersion",
        "s3:RequestObjectTag/*",
        "s3:TlsVersion",
        "s3express:TlsVersion",
    ];
    OF_CALLS.into_iter().chain(BESIDE)
}

impl<'a> CallContext<'a> {
    /// The context of a call.
    pub fn new(
        cx: &'a Cx,
        principal: &'a Principal,
        asked: &'a [(&'a str, Vec<String>)],
        tags: &'a dyn Fn() -> RequestTags,
        resource: &'a dyn Fn() -> Option<ResourceFacts>,
    ) -> Self {
        Self {
            cx,
            principal,
            asked,
            tags,
            kept_tags: OnceCell::new(),
            resource,
            kept_resource: OnceCell::new(),
            own: &Vec::new,
            kept_own: OnceCell::new(),
            places: Places::default(),
            via: Vec::new(),
        }
    }

    /// The same, of accounts that stand in organizations.
    #[must_use]
    pub fn placed(self, places: Places<'a>) -> Self {
        Self { places, ..self }
    }

    /// The same, where the service of the resource has keys of its own for calls.
    #[must_use]
    pub fn with_own(self, own: &'a dyn Fn() -> OwnKeys) -> Self {
        Self { own, ..self }
    }

    /// The same, asked by a service with the caller's own credentials: by its principal.
    #[must_use]
    pub fn via(self, service: Option<&str>) -> Self {
        Self { via: service.map(str::to_owned).into_iter().collect(), ..self }
    }

    /// What the call brings, whatever it is about: every key of it that has a value.
    pub fn of_call(&self) -> Vec<KeyValue> {
        let global = |key: &&str| {
            let name = key.strip_prefix("aws:").unwrap_or(key).to_ascii_lowercase();
            Some(one(key, &self.global(&name, None)?))
        };
        let mut found: Vec<KeyValue> = OF_CALLS.iter().filter_map(global).collect();
        let session = self.cx.caller().session.as_deref();
        let of_session =
            session.into_iter().flat_map(|session| &session.tags).map(|tag| (&tag.key, &tag.value));
        let tags = of_session.chain(self.principal.tags.iter().map(|(key, value)| (key, value)));
        for (key, value) in tags {
            let key = format!("aws:PrincipalTag/{key}");
            // A tag of the session stands before the same one of its role.
            if !found.iter().any(|known| known.key.eq_ignore_ascii_case(&key)) {
                found.push(single(key, value));
            }
        }
        let claims = session.into_iter().flat_map(|session| &session.context);
        found.extend(claims.into_iter().map(|(key, values)| listed(key, values)));
        found
    }

    /// What the call brings to this action alone.
    pub fn of_action(&self) -> Vec<KeyValue> {
        let mut found: Vec<KeyValue> = self.asked.iter().map(|(key, values)| listed(key, values)).collect();
        found.extend(self.own().iter().map(|(key, values)| listed(key, values)));
        let RequestTags { tags, keys } = self.request_tags();
        found.extend(tags.iter().map(|(key, value)| single(format!("aws:RequestTag/{key}"), value)));
        if !keys.is_empty() {
            found.push(KeyValue { key: "aws:TagKeys".to_owned(), values: keys.clone(), is_list: true });
        }
        found
    }

    /// What the resource brings.
    pub fn of_resource(&self) -> Vec<KeyValue> {
        let Some(facts) = self.resource() else { return Vec::new() };
        let mut found = vec![single("aws:ResourceAccount".to_owned(), &facts.account.to_string())];
        found.extend(facts.tags.iter().map(|(key, value)| single(format!("aws:ResourceTag/{key}"), value)));
        found.extend(facts.keys.iter().map(|(key, values)| listed(key, values)));
        found
    }

    fn request_tags(&self) -> &RequestTags {
        self.kept_tags.get_or_init(self.tags)
    }

    fn own(&self) -> &OwnKeys {
        self.kept_own.get_or_init(self.own)
    }

    fn resource(&self) -> Option<&ResourceFacts> {
        self.kept_resource.get_or_init(self.resource).as_ref()
    }

    /// A tag of the session, which stands before the same tag of its role.
    fn principal_tag(&self, wanted: &str) -> Option<Values<'_>> {
        let session = self.cx.caller().session.as_deref();
        let of_session = session.into_iter().flat_map(|session| &session.tags);
        let mut of_session = of_session.filter(|tag| tag.key.eq_ignore_ascii_case(wanted));
        if let Some(tag) = of_session.next() {
            return Some(Values::one(tag.value.as_str(), Origin::SessionTag));
        }
        let mut own = self.principal.tags.iter().filter(|(key, _)| key.eq_ignore_ascii_case(wanted));
        Some(Values::one(own.next()?.1.as_str(), Origin::PrincipalTag))
    }

    fn request_tag(&self, wanted: &str) -> Option<Values<'_>> {
        let mut tags = self.request_tags().tags.iter().filter(|(key, _)| key.eq_ignore_ascii_case(wanted));
        Some(Values::one(tags.next()?.1.as_str(), Origin::Request))
    }

    /// A tag of the object that is put: S3 takes them from a header, in the form of a query.
    fn object_tag(&self, wanted: &str) -> Option<Values<'_>> {
        let header = self.cx.head().header("x-amz-tagging")?;
        let text = |raw: &str| percent_decode_str(&raw.replace('+', " ")).decode_utf8_lossy().into_owned();
        let pairs = header.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let mut found = pairs.filter(|(key, _)| text(key).eq_ignore_ascii_case(wanted));
        Some(Values::one(text(found.next()?.1), Origin::Request))
    }

    fn resource_tag(&self, wanted: &str) -> Option<Values<'_>> {
        let mut tags = self.resource()?.tags.iter().filter(|(key, _)| key.eq_ignore_ascii_case(wanted));
        Some(Values::one(tags.next()?.1.as_str(), Origin::ResourceTag))
    }
}

impl Context for CallContext<'_> {
    fn values(&self, key: &Key) -> Option<Values<'_>> {
        let name = key.name();
        if let Some((_, values)) = self.asked.iter().find(|(asked, _)| asked.eq_ignore_ascii_case(name)) {
            return Some(given(name, values, Origin::Request));
        }
        if let Some(global) = key.family().strip_prefix("aws:") {
            return self.global(global, key.member());
        }
        if let (Some(member), true) = (key.member(), key.family().ends_with(":resourcetag")) {
            return self.resource_tag(member);
        }
        if let ("s3:requestobjecttag", Some(member)) = (key.family(), key.member()) {
            return self.object_tag(member);
        }
        match name {
            "s3:tlsversion" | "s3-object-lambda:tlsversion" | "s3express:tlsversion" => {
                return Some(Values::one(self.cx.tls()?, Origin::Connection));
            }
            // New resources have it too.
            "ec2:region" => return Some(Values::one(self.cx.region().as_str(), Origin::Request)),
            _ => {}
        }
        // What a provider said of whom it vouched for lies in the session.
        let session = self.cx.caller().session.as_deref();
        let claims = session.into_iter().flat_map(|session| &session.context);
        if let Some((_, values)) = claims.into_iter().find(|(claim, _)| claim.eq_ignore_ascii_case(name)) {
            return Some(given(name, values, Origin::Credentials));
        }
        if let Some((_, values)) = self.own().iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            return Some(given(name, values, Origin::Request));
        }
        let facts = self.resource()?;
        let (_, values) = facts.keys.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(given(name, values, Origin::Resource))
    }
}

fn single(key: String, value: &str) -> KeyValue {
    KeyValue { key, values: vec![value.to_owned()], is_list: false }
}

/// A key with the texts it has.
fn listed(key: &str, values: &[String]) -> KeyValue {
    KeyValue { key: key.to_owned(), values: values.to_vec(), is_list: is_list(key, values) }
}

fn given<'v>(key: &str, values: &'v [String], origin: Origin) -> Values<'v> {
    match values {
        [one] if !is_list(key, values) => Values::one(one.as_str(), origin),
        values => Values::many(values, origin),
    }
}

/// Whether these are a list. One text may be all that a key can have; of these keys it is one of many.
fn is_list(key: &str, values: &[String]) -> bool {
    let ends_with = |end: &str| {
        let start = key.len().checked_sub(end.len());
        start.and_then(|start| key.get(start..)).is_some_and(|found| found.eq_ignore_ascii_case(end))
    };
    values.len() != 1 || ends_with(":amr") || key.eq_ignore_ascii_case("sts:TransitiveTagKeys")
}

fn one(key: &str, values: &Values<'_>) -> KeyValue {
    match &values.list {
        List::One(value) => single(key.to_owned(), &value.text()),
        List::Many(texts) => KeyValue { key: key.to_owned(), values: texts.to_vec(), is_list: true },
    }
}

#[cfg(test)]
mod tests {
    use super::is_list;

    /// Source: IAM user guide, "Multivalued context keys"; STS's keys of the service authorization reference.
    #[test]
    fn one_value_is_a_list_where_the_key_takes_several() {
        let texts = |count: usize| vec!["x".to_owned(); count];
        for (key, count, want) in [
            ("sts:ExternalId", 1, false),
            ("sts:ExternalId", 2, true),
            ("aws:TagKeys", 0, true),
            ("cognito-identity.amazonaws.com:amr", 1, true),
            ("i.example/x:AMR", 1, true),
            ("i.example/x:sub", 1, false),
            ("amr", 1, false),
            ("sts:transitivetagkeys", 1, true),
        ] {
            assert_eq!(is_list(key, &texts(count)), want, "{key} {count}");
        }
    }
}
