//! Condition keys: what a call says of itself, worked out key by key when a policy asks.

use crate::{Caller, CallerKind, Cx, KeyValue, Placement, Principal, ResourceFacts};
use percent_encoding::percent_decode_str;
use policy::context::{Context, Key, List, Origin, Value, Values};
use std::cell::OnceCell;

/// The keys of every service that tell of a call, whatever it is about.
const OF_CALLS: [&str; 22] = [
    "aws:AssumedRoot",
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:FederatedProvider",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalType",
    "aws:RequestedRegion",
    "aws:SecureTransport",
    "aws:SourceIdentity",
    "aws:SourceIp",
    "aws:TokenIssueTime",
    "aws:UserAgent",
    "aws:referer",
    "aws:userid",
    "aws:username",
];

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
    places: Places<'a>,
}

/// Where the caller and the resource stand in organizations.
#[derive(Clone, Copy, Default)]
pub struct Places<'a> {
    /// The account of whoever calls.
    pub caller: Option<&'a Placement>,
    /// The account of the resource.
    pub resource: Option<&'a Placement>,
}

/// The tags of a request.
#[derive(Clone, Debug, Default)]
pub struct RequestTags {
    /// Those it wants to set.
    pub tags: Vec<(String, String)>,
    /// The keys it names, also those it wants to take off.
    pub keys: Vec<String>,
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
        let (kept_tags, kept_resource) = (OnceCell::new(), OnceCell::new());
        Self { cx, principal, asked, tags, kept_tags, resource, kept_resource, places: Places::default() }
    }

    /// The same, of accounts that stand in organizations.
    #[must_use]
    pub fn placed(self, places: Places<'a>) -> Self {
        Self { places, ..self }
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

    fn resource(&self) -> Option<&ResourceFacts> {
        self.kept_resource.get_or_init(self.resource).as_ref()
    }

    /// A key every service has.
    fn global(&self, name: &str, member: Option<&str>) -> Option<Values<'_>> {
        let (cx, caller) = (self.cx, self.cx.caller());
        let session = caller.session.as_deref();
        let connection = |value| Some(Values::value(value, Origin::Connection));
        let credentials = |value| Some(Values::value(value, Origin::Credentials));
        match name {
            "currenttime" => Some(Values::value(Value::Instant(cx.now().millis), Origin::Clock)),
            "epochtime" => {
                let seconds = cx.now().millis.div_euclid(1000);
                Some(Values::value(Value::Integer(seconds), Origin::Clock))
            }
            "requestedregion" => Some(Values::one(cx.region().as_str(), Origin::Request)),
            "sourceip" => connection(Value::Address(cx.peer()?)),
            "securetransport" => connection(Value::Bool(cx.head().secure)),
            "useragent" => connection(Value::Text(cx.head().header("user-agent")?.into())),
            "referer" => connection(Value::Text(cx.head().header("referer")?.into())),
            "principalarn" if caller.is_anonymous() => None,
            "principalarn" => credentials(Value::Text(self.principal.arn.as_str().into())),
            "principalaccount" if caller.is_anonymous() => None,
            "principalaccount" => credentials(Value::Text(caller.account.to_string().into())),
            "principaltype" => credentials(Value::Text(principal_type(caller).into())),
            "userid" => credentials(Value::Text(caller.user_id().into())),
            "username" => match &caller.kind {
                CallerKind::User { path_and_name, .. } => {
                    credentials(Value::Text(path_and_name.rsplit('/').next().unwrap_or_default().into()))
                }
                _ => None,
            },
            "principaltag" => self.principal_tag(member?),
            "principalisawsservice" => {
                credentials(Value::Bool(matches!(caller.kind, CallerKind::Service(_))))
            }
            "principalservicename" => match caller.kind {
                CallerKind::Service(name) => credentials(Value::Text(name.into())),
                _ => None,
            },
            "tokenissuetime" => credentials(Value::Instant(session?.issued_at.millis)),
            "multifactorauthpresent" => credentials(Value::Bool(session?.mfa_at.is_some())),
            "multifactorauthage" => {
                credentials(Value::Integer(cx.now().millis_since(session?.mfa_at?).div_euclid(1000)))
            }
            "sourceidentity" => credentials(Value::Text(session?.source_identity.as_deref()?.into())),
            // The keys of credentials that instances are given lie in the session.
            "ec2instancesourcevpc" | "ec2instancesourceprivateipv4" => {
                let key = format!("aws:{name}");
                let (_, values) =
                    session?.context.iter().find(|(known, _)| known.eq_ignore_ascii_case(&key))?;
                credentials(Value::Text(values.first()?.as_str().into()))
            }
            "federatedprovider" => credentials(Value::Text(session?.provider.as_deref()?.into())),
            "assumedroot" => credentials(Value::Bool(session?.is_assumed_root.then_some(true)?)),
            "requesttag" => self.request_tag(member?),
            "tagkeys" => match &self.request_tags().keys[..] {
                [] => None,
                keys => Some(Values::many(keys, Origin::Request)),
            },
            "principalorgid" => organization(self.places.caller),
            "principalorgpaths" => paths(self.places.caller),
            "resourceorgid" => organization(self.places.resource),
            "resourceorgpaths" => paths(self.places.resource),
            "resourceaccount" => Some(Values::one(self.resource()?.account.to_string(), Origin::Resource)),
            "resourcetag" => self.resource_tag(member?),
            _ => None,
        }
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
        // What a provider said of whom it vouched for lies in the session.
        let session = self.cx.caller().session.as_deref();
        let claims = session.into_iter().flat_map(|session| &session.context);
        if let Some((_, values)) = claims.into_iter().find(|(claim, _)| claim.eq_ignore_ascii_case(name)) {
            return Some(given(name, values, Origin::Credentials));
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

/// The organization an account is in.
fn organization(place: Option<&Placement>) -> Option<Values<'_>> {
    Some(Values::one(place?.organization.as_str(), Origin::Organization))
}

/// Its path there; the key takes several.
fn paths(place: Option<&Placement>) -> Option<Values<'_>> {
    Some(Values::many(std::slice::from_ref(&place?.path), Origin::Organization))
}

/// `aws:PrincipalType`.
fn principal_type(caller: &Caller) -> &'static str {
    match caller.kind {
        CallerKind::Root => "Account",
        CallerKind::User { .. } => "User",
        CallerKind::RoleSession { .. } => "AssumedRole",
        CallerKind::FederatedUser { .. } => "FederatedUser",
        CallerKind::Service(_) => "Service",
        CallerKind::Anonymous => "Anonymous",
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
