//! Condition keys: each has somebody who fills it, and those of calls say what AWS says.

use crate::fetch::Found;
use crate::house::services;
use authz::KeySource;
use base::AccountId;
use policy::context::{Context, Key, List};
use ports::{CallContext, Caller, CallerKind, PassedEndpoint, Principal, RequestTags, call_keys};
use std::collections::BTreeSet;
use std::sync::Arc;
use testkit::Local;

/// A key is filled by a row of the table, by whoever keeps the resources, by the call itself or by a handler; all others are
/// missing for a reason.
#[test]
fn each_condition_key_is_filled_or_missing_for_a_reason() {
    let pages = ebs::BlockPages::default();
    let services = services(crate::courier::Places::default(), Found::default(), None, pages).unwrap();
    let gatekeeper = services.gatekeeper;
    let operations = apis::APIS.iter().flat_map(|api| api.operations);
    let rows = operations.filter_map(|operation| authz::of(operation)).flat_map(|row| &row.evaluations);
    let of_rows = rows.flat_map(|one| &one.context).map(|(key, _)| key.to_ascii_lowercase());
    let of_modifications = ["ec2:attribute", "ec2:attribute/*"].map(str::to_owned);
    let others = gatekeeper.condition_keys().chain(call_keys()).map(str::to_ascii_lowercase);
    let filled: BTreeSet<String> = of_rows.chain(of_modifications).chain(others).collect();
    let is_filled = |key: &str| {
        let key = key.to_ascii_lowercase();
        key.contains(":resourcetag/") || filled.contains(&key)
    };
    let unfilled: Vec<&str> = authz::keys()
        .into_iter()
        .filter(|key| match authz::key_source(key) {
            Some(KeySource::Missing(_) | KeySource::Token | KeySource::Handler) => false,
            Some(_) | None => !is_filled(key),
        })
        .collect();
    assert_eq!(unfilled, Vec::<&str>::new());
}

/// The texts that a call has for a key; `None` where it does not have it.
fn texts(context: &CallContext<'_>, key: &str) -> Option<Vec<String>> {
    Some(match context.values(&Key::new(key))?.list {
        List::One(value) => vec![value.text().into_owned()],
        List::Many(texts) => texts.to_vec(),
    })
}

/// Source: IAM User Guide, "AWS global condition context keys"; Amazon S3 User Guide, "Condition keys", `s3:TlsVersion`.
#[test]
fn calls_tell_where_they_come_from_and_by_whom() {
    let local = Local::new(|_| {});
    let root = || local.cx(Caller::root(AccountId::DEFAULT, None), "eu-west-1");
    let endpoint = PassedEndpoint {
        id: "vpce-1".to_owned(),
        vpc: "vpc-1".to_owned(),
        vpc_arn: "arn:aws:ec2:eu-west-1:000000000000:vpc/vpc-1".to_owned(),
        account: AccountId::DEFAULT,
        policy: None,
        service: ("ec2".to_owned(), "eu-west-1.amazonaws.com".to_owned()),
        before: String::new(),
    };
    let service = CallerKind::Service("logging.s3.amazonaws.com");
    let service = Caller { kind: service, ..Caller::root(AccountId::DEFAULT, None) };
    let plain = root();
    let passed = root().through(Some(Arc::new(endpoint))).over_tls(Some("1.3"));
    let by_service = local.cx(service, "eu-west-1");
    let api = |id: &str| apis::APIS.into_iter().find(|api| api.id == id).unwrap();
    let of_iam = root().answered_by(api("iam"));
    let of_ec2 = root().answered_by(api("ec2"));
    let principal = Principal::default();
    let one = |text: &str| Some(vec![text.to_owned()]);
    let forwarder = "elasticloadbalancing.amazonaws.com";
    for (cx, via, key, want) in [
        (&plain, None, "aws:SourceIp", one("127.0.0.1")),
        (&plain, None, "aws:VpcSourceIp", None),
        (&plain, None, "aws:SourceVpce", None),
        (&plain, None, "aws:ViaAWSService", one("false")),
        (&plain, None, "aws:CalledVia", None),
        (&plain, None, "aws:CalledViaFirst", None),
        (&plain, None, "aws:SourceAccount", None),
        (&plain, None, "aws:PrincipalServiceNamesList", None),
        (&plain, None, "s3:TlsVersion", None),
        (&plain, None, "ec2:Region", one("eu-west-1")),
        (&plain, Some(forwarder), "aws:ViaAWSService", one("true")),
        (&plain, Some(forwarder), "aws:CalledVia", one(forwarder)),
        (&plain, Some(forwarder), "aws:CalledViaFirst", one(forwarder)),
        (&plain, Some(forwarder), "aws:CalledViaLast", one(forwarder)),
        (&plain, Some(forwarder), "aws:PrincipalIsAWSService", one("false")),
        (&passed, None, "aws:SourceIp", None),
        (&passed, None, "aws:VpcSourceIp", one("127.0.0.1")),
        (&passed, None, "aws:SourceVpce", one("vpce-1")),
        (&passed, None, "aws:SourceVpc", one("vpc-1")),
        (&passed, None, "aws:SourceVpcArn", one("arn:aws:ec2:eu-west-1:000000000000:vpc/vpc-1")),
        (&passed, None, "aws:VpceAccount", one("000000000000")),
        (&passed, None, "aws:VpceOrgID", None),
        (&passed, None, "s3:TlsVersion", one("1.3")),
        (&by_service, None, "aws:PrincipalIsAWSService", one("true")),
        (&by_service, None, "aws:PrincipalServiceName", one("logging.s3.amazonaws.com")),
        (&by_service, None, "aws:PrincipalServiceNamesList", one("logging.s3.amazonaws.com")),
        (&by_service, None, "aws:SourceAccount", one("000000000000")),
        (&by_service, None, "aws:ViaAWSService", one("false")),
        (&plain, None, "aws:RequestedRegion", one("eu-west-1")),
        (&of_ec2, None, "aws:RequestedRegion", one("eu-west-1")),
        (&of_iam, None, "aws:RequestedRegion", one("us-east-1")),
    ] {
        let nothing = || None;
        let context = CallContext::new(cx, &principal, &[], &RequestTags::default, &nothing).via(via);
        assert_eq!(texts(&context, key), want, "{key} via {via:?}");
    }
}
