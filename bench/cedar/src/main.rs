//! The same decision by angae's policy engine and by Cedar, in one run: `cargo xtask bench iam --cedar`.
//!
//! **What "equivalent" means.** Both have the policies of the bench of decisions (`crates/policy/examples/cost`), ten
//! of three statements, or one; the same caller, the same request, the same answer, which is asserted. Each statement is
//! one policy of Cedar's, thirty in all, written as Cedar's users would, and wherever there was a choice, as is cheapest
//! for Cedar:
//!
//! - A policy attached to a user: `principal == User::"anna"`. Cedar has no attachments; this is the scope it finds
//!   policies by.
//! - An action with a wildcard, `s3:Get*`: an action group. Its members are known before the clock starts, so Cedar
//!   looks one up where IAM matches a pattern.
//! - The resources `arn:aws:s3:::bucket` and `…/*`: `resource in Bucket::"bucket"`, a look into the object's ancestors,
//!   gathered beforehand.
//! - `aws:SourceIp` in one of two ranges: two `isInRange` of an address that was read beforehand. `aws:PrincipalTag` is
//!   an attribute of the user, `aws:SecureTransport` one of the context.
//! - A policy variable in a resource, `keep/${aws:username}/*`: Cedar's `like` takes no variables, so the name is
//!   written into it.
//!
//! Cedar's part is `Authorizer::is_authorized` alone: request, context, entities and policies are made and interned
//! before. angae's is `decide` of a request made before; conditions are given their values by name, as in the product.
//! Both run in this process, on one thread, with one allocator; what counts is processor time.
//!
//! Prints one line a figure: name, tab, nanoseconds of angae, tab, nanoseconds of Cedar.

#[path = "../../../crates/policy/examples/cost/subject.rs"]
mod subject;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request, RestrictedExpression,
};
use policy::compile::Action;
use policy::decide::decide;
use std::collections::{HashMap, HashSet};
use std::hint::black_box;
use subject::{asked, least_nanos, policies, set};

/// As in the product: docs/decisions/0002.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Calls of a round, of either.
const CALLS: u32 = 200_000;
/// Actions, each with the group that stands for the pattern it fits.
const ACTIONS: [(&str, &str); 7] = [
    ("s3:GetObject", "s3:Get*"),
    ("s3:GetBucketLocation", "s3:Get*"),
    ("s3:ListBucket", "s3:List*"),
    ("s3:DeleteObject", "s3:Delete*"),
    ("s3:DeleteBucket", "s3:Delete*"),
    ("ec2:DescribeInstances", "ec2:Describe*"),
    ("ec2:DescribeSubnets", "ec2:Describe*"),
];

/// The three statements of `subject::policy`, for Cedar.
fn statements(index: usize, last: bool) -> String {
    let bucket = if last { "bucket".to_owned() } else { format!("other{index}") };
    format!(
        r#"permit (principal == User::"anna",
                   action in [Action::"s3:Get*", Action::"s3:List*", Action::"s3:PutObject"],
                   resource in Bucket::"{bucket}")
           when {{ (context.sourceIp.isInRange(ip("192.0.2.0/24")) || context.sourceIp.isInRange(ip("10.0.0.0/8")))
                   && principal.team == "red" }};
           permit (principal == User::"anna",
                   action in [Action::"ec2:Describe*", Action::"ec2:RunInstances"],
                   resource);
           forbid (principal == User::"anna", action in Action::"s3:Delete*", resource in Bucket::"{bucket}")
           when {{ resource.key like "keep/anna/*" && !context.secureTransport }};"#
    )
}

/// As many policies of three; the last one allows.
fn cedar_policies(count: usize) -> PolicySet {
    let all: String = (0..count).map(|index| statements(index, index + 1 == count)).collect();
    all.parse().expect("the policies above are right")
}

fn uid(kind: &str, name: &str) -> EntityUid {
    format!("{kind}::\"{name}\"").parse().expect("the names here are plain")
}

fn text(value: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(value.to_owned())
}

/// The user, the object in its bucket, and the actions in their groups.
fn entities() -> Entities {
    let with = |uid, key: &str, value: &str, parents: HashSet<EntityUid>| {
        let attributes = HashMap::from([(key.to_owned(), text(value))]);
        Entity::new(uid, attributes, parents).expect("texts are plain values")
    };
    let alone = |uid| Entity::new_no_attrs(uid, HashSet::new());
    let mut all = vec![
        with(uid("User", "anna"), "team", "red", HashSet::new()),
        with(
            uid("Object", "bucket/folder/key.txt"),
            "key",
            "folder/key.txt",
            [uid("Bucket", "bucket")].into(),
        ),
        alone(uid("Bucket", "bucket")),
    ];
    let groups: HashSet<&str> = ACTIONS.iter().map(|(_, group)| *group).collect();
    all.extend(groups.into_iter().map(|group| alone(uid("Action", group))));
    let member = |(name, group): &(&str, &str)| {
        Entity::new_no_attrs(uid("Action", name), HashSet::from([uid("Action", group)]))
    };
    all.extend(ACTIONS.iter().map(member));
    Entities::from_entities(all, None).expect("no entity stands there twice")
}

fn request(action: &str) -> Request {
    let address = RestrictedExpression::new_ip("10.1.2.3");
    let values = [
        ("sourceIp".to_owned(), address),
        ("secureTransport".to_owned(), RestrictedExpression::new_bool(true)),
    ];
    let context = Context::from_pairs(values).expect("no key stands there twice");
    let object = uid("Object", "bucket/folder/key.txt");
    Request::new(uid("User", "anna"), uid("Action", action), object, context, None)
        .expect("no schema, no refusal")
}

fn main() {
    let (authorizer, entities) = (Authorizer::new(), entities());
    for (name, count, action, allowed) in [
        ("1 policy, allowed", 1, "s3:GetObject", true),
        ("10 policies, allowed", 10, "s3:GetObject", true),
        ("10 policies, denied", 10, "s3:DeleteObject", false),
    ] {
        let (theirs, asked_of_them) = (cedar_policies(count), request(action));
        let decided = || authorizer.is_authorized(black_box(&asked_of_them), &theirs, &entities).decision();
        assert_eq!(decided() == Decision::Allow, allowed, "{name}");
        let mut own = f64::INFINITY;
        asked(&set(&policies(count)), &Action::new(action), allowed, &mut |request| {
            own = least_nanos(CALLS, || {
                black_box(decide(black_box(request)).is_allowed());
            });
        });
        let cedar = least_nanos(CALLS, || {
            black_box(decided());
        });
        println!("{name}\t{own:.0}\t{cedar:.0}");
    }
}
