//! The keys of every service, `aws:…`.
//!
//! Source: IAM User Guide, "AWS global condition context keys": `aws:ViaAWSService` is always there, and false where the
//! principal calls directly or a service by a role of its own; `aws:CalledVia…` are there for forward access alone,
//! `aws:SourceAccount` and its kin where a service calls as itself; through a VPC endpoint there is no `aws:SourceIp`.

use super::{CallContext, Placement};
use crate::{Caller, CallerKind};
use policy::context::{Origin, Value, Values};

/// The APIs whose requests all go to us-east-1, by their ids. Source: the same page, `aws:RequestedRegion`.
const GLOBAL_APIS: [&str; 3] = ["iam", "organizations", "route53"];

/// The keys of every service that tell of a call, whatever it is about.
pub(super) const OF_CALLS: [&str; 37] = [
    "aws:AssumedRoot",
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
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
    "aws:PrincipalServiceNamesList",
    "aws:PrincipalType",
    "aws:RequestedRegion",
    "aws:SecureTransport",
    "aws:SourceAccount",
    "aws:SourceIdentity",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:TokenIssueTime",
    "aws:UserAgent",
    "aws:ViaAWSService",
    "aws:VpcSourceIp",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:referer",
    "aws:userid",
    "aws:username",
];

impl CallContext<'_> {
    /// A key every service has.
    pub(super) fn global(&self, name: &str, member: Option<&str>) -> Option<Values<'_>> {
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
            "requestedregion" => Some(Values::one(self.requested_region(), Origin::Request)),
            // Through an endpoint the address is one of its VPC.
            "sourceip" if cx.endpoint().is_some() => None,
            "sourceip" => connection(Value::Address(cx.peer()?)),
            "vpcsourceip" => {
                cx.endpoint()?;
                connection(Value::Address(cx.peer()?))
            }
            "sourcevpce" => connection(Value::Text(cx.endpoint()?.id.as_str().into())),
            "sourcevpc" => connection(Value::Text(cx.endpoint()?.vpc.as_str().into())),
            "sourcevpcarn" => connection(Value::Text(cx.endpoint()?.vpc_arn.as_str().into())),
            "vpceaccount" => connection(Value::Text(cx.endpoint()?.account.to_string().into())),
            "vpceorgid" => organization(self.places.endpoint),
            "vpceorgpaths" => paths(self.places.endpoint),
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
            "principalservicenameslist" => match caller.kind {
                CallerKind::Service(name) => Some(Values::many(vec![name.to_owned()], Origin::Service)),
                _ => None,
            },
            "viaawsservice" => Some(Values::value(Value::Bool(!self.via.is_empty()), Origin::Service)),
            "calledvia" if self.via.is_empty() => None,
            "calledvia" => Some(Values::many(&self.via, Origin::Service)),
            "calledviafirst" => Some(Values::one(self.via.first()?.as_str(), Origin::Service)),
            "calledvialast" => Some(Values::one(self.via.last()?.as_str(), Origin::Service)),
            // Only a service that calls as itself tells for whom it does.
            "sourceaccount" => match caller.kind {
                CallerKind::Service(_) => Some(Values::one(caller.account.to_string(), Origin::Service)),
                _ => None,
            },
            "sourceorgid" => organization(self.places.source),
            "sourceorgpaths" => paths(self.places.source),
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

    /// Where the request is made to.
    fn requested_region(&self) -> &str {
        let is_global = self.cx.answering().is_some_and(|api| GLOBAL_APIS.contains(&api.id));
        if is_global { "us-east-1" } else { self.cx.region().as_str() }
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
