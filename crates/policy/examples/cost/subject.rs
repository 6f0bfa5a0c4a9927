//! What is measured: policies as people write them, a request, and a clock of processor time. The comparison with Cedar
//! (`bench/cedar`) measures the same.

use policy::compile::{Action, Attached, Kind, Policy, PolicySet, Source, no_unique_ids};
use policy::context::{Context, Key, Origin, Value, Values};
use policy::decide::{Caller, CallerKind, PolicyRule, Request, Resource, decide};
use policy::document::Document;
use std::sync::Arc;

const ACCOUNT: &str = "111111111111";
const OBJECT: &str = "arn:aws:s3:::bucket/folder/key.txt";
const ROUNDS: usize = 5;
/// Ticks of `/proc/self/stat` in a second.
const TICKS_PER_SECOND: f64 = 100.0;

/// What a gateway gives at once.
pub(crate) struct Live;

impl Context for Live {
    fn values(&self, key: &Key) -> Option<Values<'_>> {
        match key.name() {
            "aws:sourceip" => Some(Values::value(Value::Address([10, 1, 2, 3].into()), Origin::Connection)),
            "aws:currenttime" => Some(Values::value(Value::Instant(1_767_323_045_000), Origin::Clock)),
            "aws:securetransport" => Some(Values::value(Value::Bool(true), Origin::Connection)),
            "aws:username" => Some(Values::one("anna", Origin::Credentials)),
            "aws:principaltag/team" => Some(Values::one("red", Origin::PrincipalTag)),
            _ => None,
        }
    }
}

/// These documents as the policies of one user.
pub(crate) fn set(policies: &[Arc<str>]) -> PolicySet {
    let attach = |(index, text): (usize, &Arc<str>)| {
        let document = Document::parse(text.clone()).expect("the policies below are right");
        let policy = Policy::compile(&document, Kind::Identity, &no_unique_ids);
        Attached { policy: policy.into(), source: Source::inline(&format!("p{index}")) }
    };
    PolicySet::new(policies.iter().enumerate().map(attach).collect())
}

/// Three statements as people write them; the last policy of a set is the one that allows.
pub(crate) fn policy(index: usize, last: bool) -> Arc<str> {
    let bucket = if last { "bucket".to_owned() } else { format!("other{index}") };
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[
        {{"Effect":"Allow","Action":["s3:Get*","s3:List*","s3:PutObject"],"Resource":["arn:aws:s3:::{bucket}","arn:aws:s3:::{bucket}/*"],
          "Condition":{{"IpAddress":{{"aws:SourceIp":["192.0.2.0/24","10.0.0.0/8"]}},"StringEquals":{{"aws:PrincipalTag/team":"red"}}}}}},
        {{"Effect":"Allow","Action":["ec2:Describe*","ec2:RunInstances"],"Resource":"*"}},
        {{"Effect":"Deny","Action":"s3:Delete*","Resource":"arn:aws:s3:::{bucket}/keep/${{aws:username}}/*",
          "Condition":{{"Bool":{{"aws:SecureTransport":"false"}}}}}}]}}"#
    );
    text.into()
}

/// As many of them; the last one allows.
pub(crate) fn policies(count: usize) -> Vec<Arc<str>> {
    (0..count).map(|index| policy(index, index + 1 == count)).collect()
}

/// User and system time of this process, in nanoseconds.
fn cpu_nanos() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace().skip(11);
    let ticks: f64 = fields.take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / TICKS_PER_SECOND * 1e9
}

/// Nanoseconds of one call, the least of several rounds: what a busy machine adds is never negative.
pub(crate) fn least_nanos(calls: u32, mut call: impl FnMut()) -> f64 {
    let mut least = f64::INFINITY;
    for _ in 0..ROUNDS {
        let before = cpu_nanos();
        for _ in 0..calls {
            call();
        }
        least = least.min((cpu_nanos() - before) / f64::from(calls));
    }
    least
}

/// Asks for an object of the bucket that the last policy names, as a user with these policies.
pub(crate) fn asked(
    identity: &PolicySet,
    action: &Action,
    allowed: bool,
    call: &mut dyn FnMut(&Request<'_, Live>),
) {
    let resource = Resource {
        arn: OBJECT,
        account: ACCOUNT,
        policy: None,
        rule: PolicyRule::Additive,
        granted: None,
        organization: None,
    };
    let kind =
        CallerKind::User { arn: "arn:aws:iam::111111111111:user/anna", unique_id: "AIDAANNA000000000" };
    let caller = Caller {
        kind,
        account: ACCOUNT,
        canonical_id: None,
        identity,
        boundary: None,
        session: None,
        organization: None,
    };
    let request = Request { caller: &caller, action, resource: &resource, endpoint: None, context: &Live };
    assert_eq!(decide(&request).is_allowed(), allowed);
    call(&request);
}
