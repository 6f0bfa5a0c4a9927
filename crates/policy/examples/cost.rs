//! What a decision costs: `cargo xtask bench iam` runs this and holds it against the budgets.
//!
//! Prints one line a figure: name, tab, nanoseconds of processor time or what the name says. Each time is the least of several rounds, because
//! what a busy machine adds is never negative.

#![expect(clippy::print_stdout, reason = "the figures are its output")]

use policy::compile::{Action, Attached, Kind, Policy, PolicySet, Source, no_unique_ids};
use policy::context::{Context, Key, Origin, Value, Values};
use policy::decide::{Caller, CallerKind, PolicyRule, Request, Resource, decide};
use policy::document::Document;
use policy::explain::explain;
use std::hint::black_box;

/// As in the product: docs/decisions/0002.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ACCOUNT: &str = "111111111111";
const ROUNDS: usize = 5;
/// Roles whose memory is weighed, nothing shared among them.
const ROLES: u32 = 1_000;
/// Ticks of `/proc/self/stat` in a second.
const TICKS_PER_SECOND: f64 = 100.0;

/// What a gateway gives at once.
struct Live;

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

fn set(policies: &[String]) -> PolicySet {
    let attach = |(index, text): (usize, &String)| {
        let document = Document::parse(text).expect("the policies below are right");
        let policy = Policy::compile(&document, Kind::Identity, &no_unique_ids);
        Attached { policy: policy.into(), source: Source::inline(&format!("p{index}")) }
    };
    PolicySet::new(policies.iter().enumerate().map(attach).collect())
}

/// Three statements as people write them; the last policy of a set is the one that allows.
fn policy(index: usize, last: bool) -> String {
    let bucket = if last { "bucket".to_owned() } else { format!("other{index}") };
    format!(
        r#"{{"Version":"2012-10-17","Statement":[
        {{"Effect":"Allow","Action":["s3:Get*","s3:List*","s3:PutObject"],"Resource":["arn:aws:s3:::{bucket}","arn:aws:s3:::{bucket}/*"],
          "Condition":{{"IpAddress":{{"aws:SourceIp":["192.0.2.0/24","10.0.0.0/8"]}},"StringEquals":{{"aws:PrincipalTag/team":"red"}}}}}},
        {{"Effect":"Allow","Action":["ec2:Describe*","ec2:RunInstances"],"Resource":"*"}},
        {{"Effect":"Deny","Action":"s3:Delete*","Resource":"arn:aws:s3:::{bucket}/keep/${{aws:username}}/*",
          "Condition":{{"Bool":{{"aws:SecureTransport":"false"}}}}}}]}}"#
    )
}

/// Resident memory of this process.
fn resident_kib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("");
    line.trim().trim_end_matches("kB").trim().parse().unwrap_or(f64::NAN)
}

/// User and system time of this process, in nanoseconds.
fn cpu_nanos() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace().skip(11);
    let ticks: f64 = fields.take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / TICKS_PER_SECOND * 1e9
}

/// Nanoseconds of one call, the least of the rounds.
fn measure(name: &str, calls: u32, mut call: impl FnMut()) {
    let mut least = f64::INFINITY;
    for _ in 0..ROUNDS {
        let before = cpu_nanos();
        for _ in 0..calls {
            call();
        }
        least = least.min((cpu_nanos() - before) / f64::from(calls));
    }
    println!("{name}\t{least:.0}");
}

fn main() {
    let action = Action::new("s3:GetObject");
    let deleting = Action::new("s3:DeleteObject");
    let admin = set(&[r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#.to_owned()]);
    let one = set(&[policy(0, true)]);
    let ten = set(&(0..10).map(|index| policy(index, index == 9)).collect::<Vec<_>>());
    let resource = Resource {
        arn: "arn:aws:s3:::bucket/folder/key.txt",
        account: ACCOUNT,
        policy: None,
        rule: PolicyRule::Additive,
        granted: None,
        organization: None,
    };
    let asked =
        |identity: &PolicySet, action: &Action, allowed: bool, call: &mut dyn FnMut(&Request<'_, Live>)| {
            let caller = Caller {
                kind: CallerKind::User {
                    arn: "arn:aws:iam::111111111111:user/anna",
                    unique_id: "AIDAANNA000000000",
                },
                account: ACCOUNT,
                canonical_id: None,
                identity,
                boundary: None,
                session: None,
                organization: None,
            };
            let request =
                Request { caller: &caller, action, resource: &resource, endpoint: None, context: &Live };
            assert_eq!(decide(&request).is_allowed(), allowed);
            call(&request);
        };
    for (name, set, action, allowed) in [
        ("administrator", &admin, &action, true),
        ("1 policy, allowed", &one, &action, true),
        ("10 policies, allowed", &ten, &action, true),
        ("10 policies, denied", &ten, &deleting, false),
    ] {
        asked(set, action, allowed, &mut |request| {
            measure(name, 1_000_000, || {
                black_box(decide(black_box(request)).is_allowed());
            });
        });
    }
    asked(&ten, &deleting, false, &mut |request| {
        measure("10 policies, explained", 20_000, || {
            black_box(explain(black_box(request)).blocking.len());
        });
    });
    let text = policy(0, true);
    measure("parse and compile", 20_000, || {
        let document = Document::parse(black_box(&text)).expect("the policy above is right");
        black_box(Policy::compile(&document, Kind::Identity, &no_unique_ids));
    });
    let before = resident_kib();
    let role = |_| set(&(0..10).map(|index| policy(index, index == 9)).collect::<Vec<_>>());
    let roles: Vec<PolicySet> = (0..ROLES).map(role).collect();
    println!("a role of 10 policies, KiB\t{:.1}", (resident_kib() - before) / f64::from(ROLES));
    black_box(roles);
}
