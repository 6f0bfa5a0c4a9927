//! Policies made to cost: issue 5, attack list. What they cost is counted in bytes compared, not in time.

use super::{Action, Kind, Policy, PolicySet, Target};
use crate::compile::{Attached, Condition, Source, Statement};
use crate::context::fixed::Fixed;
use crate::context::{Key, Values};
use crate::decide::Gate::{Identity, Resource};
use crate::decide::{Caller, Gate, Reach, Tracer};
use crate::document::{Document, Effect};
use crate::grammar::{Grammar, check};
use crate::pattern::Steps;
use crate::testing::{A, Case, USER};

/// A tracer that counts.
#[derive(Default)]
struct Counting(usize);

impl Steps for Counting {
    fn count(&mut self, bytes: usize) {
        self.0 += bytes;
    }
}

impl Tracer for Counting {
    const EXHAUSTIVE: bool = false;
    fn begin(&mut self, _: Gate, _: usize, _: &Attached, _: &Statement) {}
    fn end(&mut self, _: Option<Reach>) {}
    fn missed_action(&mut self, _: &Statement) {}
    fn missed_principal(&mut self, _: &Statement) {}
    fn missed_resource(&mut self, _: &Statement) {}
    fn condition(&mut self, _: &Condition, _: Option<&Values<'_>>, _: bool) {}
    fn missing(&mut self, _: &Key) {}
}

fn policy(statements: &str) -> (String, PolicySet) {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    let document = Document::parse(text.as_str()).unwrap();
    let policy = Policy::compile(&document, Kind::Identity, &super::no_unique_ids);
    let set = PolicySet::new(vec![Attached { policy: policy.into(), source: Source::inline("bomb") }]);
    (text, set)
}

/// What it costs to ask all statements that are looked at for an action, and how many those are.
fn cost(set: &PolicySet, action: &str, arn: &str, context: &Fixed) -> (usize, usize) {
    let (action, target, none) = (Action::new(action), Target::parse(arn), PolicySet::default());
    let caller = Caller {
        kind: USER,
        account: A,
        canonical_id: None,
        identity: &none,
        boundary: None,
        session: None,
        organization: None,
    };
    let (mut counting, mut count) = (Counting::default(), 0);
    for effect in [Effect::Deny, Effect::Allow] {
        for (_, statement) in set.candidates(&action, effect) {
            statement.matches(Kind::Identity, &action, &target, &caller, context, &mut counting);
            count += 1;
        }
    }
    (counting.0, count)
}

/// 100 KB of globs, in actions, resources and conditions: no more than some steps for each byte of the policy, and the
/// request's own length for each pattern.
#[test]
fn globs_cost_what_they_are_long() {
    let glob = "*a*a*a*a*a*a*a*b";
    let arn = format!("arn:aws:s3:::b/{}", "a".repeat(1_000));
    let name = "a".repeat(60);
    let context = Fixed::new(&[("x:k", &[&"a".repeat(1_000)])]);
    let many = |count: usize| vec![format!("\"{glob}\""); count].join(",");
    let resources = vec![format!("\"arn:aws:s3:::{glob}\""); 3_400].join(",");
    let long = format!("*{}b*", "a".repeat(49_000));
    for statements in [
        format!(
            r#"{{"Effect":"Allow","Action":["s3:{}"],"Resource":"*"}}"#,
            vec![glob; 4_700].join("\",\"s3:")
        ),
        format!(r#"{{"Effect":"Allow","Action":"*","Resource":[{resources}]}}"#),
        format!(
            r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"StringLike":{{"x:k":[{}]}}}}}}"#,
            many(5_400)
        ),
        format!(
            r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"StringLike":{{"x:k":["{long}","{long}"]}}}}}}"#
        ),
        format!(
            r#"{{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/{}"}}"#,
            "${x:k}".repeat(16_000)
        ),
    ] {
        let (text, set) = policy(&statements);
        assert!(text.len() > 95_000, "{}", text.len());
        let (steps, _) = cost(&set, &format!("s3:{name}"), &arn, &context);
        let patterns = text.matches('"').count() / 2;
        let expanded = text.matches("${x:k}").count() * 1_000;
        let most = 4 * (text.len() + expanded + patterns * 1_100);
        assert!(steps <= most, "{steps} steps, at most {most}: {}", &text[..90]);
    }
}

/// Texts that only look like variables are read once, not once for each `${` in them.
#[test]
fn half_variables_are_plain_text() {
    for text in ["${".repeat(50_000), "${a,".repeat(25_000), "${a,'".repeat(20_000), "$".repeat(100_000)] {
        let resource = format!("arn:aws:s3:::b/{text}");
        let (_, set) = policy(&format!(r#"{{"Effect":"Allow","Action":"*","Resource":"{resource}"}}"#));
        Case::new(USER, "s3:GetObject", &resource).with_set(Identity, set.clone()).check("allow");
        Case::get(USER).with_set(Identity, set).check("identity");
    }
    let closed = format!("arn:aws:s3:::b/{}}}", "${a".repeat(10_000));
    let (_, set) = policy(&format!(r#"{{"Effect":"Allow","Action":"*","Resource":"{closed}"}}"#));
    let most_of_it = closed.len() - "${a}".len();
    let resource = format!("{}v", &closed[..most_of_it]);
    Case::new(USER, "s3:GetObject", &resource).with_set(Identity, set).key("a", &["v"]).check("allow");
}

/// 10,000 statements: those of another service, or of operations that begin otherwise, are not looked at; the others cost
/// a step or two each.
#[test]
fn statements_of_other_actions_cost_nothing() {
    let of = |service: &str| format!(r#"{{"Effect":"Deny","Action":"{service}:Delete*","Resource":"*"}}"#);
    let statements: Vec<String> =
        (0..10_000).map(|index| of(if index % 100 == 0 { "s3" } else { "ec2" })).collect();
    let (text, set) = policy(&statements.join(","));
    assert!(check(&Grammar::Identity, &text).is_ok());
    let context = Fixed::default();
    let (steps, count) = cost(&set, "s3:DoSomething", "arn:aws:s3:::b/k", &context);
    assert_eq!((count, steps), (100, 100));
    assert_eq!(cost(&set, "s3:GetObject", "arn:aws:s3:::b/k", &context), (0, 0));
    assert_eq!(cost(&set, "iam:DeleteUser", "*", &context), (0, 0));
    let (steps, count) = cost(&set, "ec2:DetachVolume", "*", &context);
    assert_eq!((count, steps), (9_900, 9_900));
    // Its explanation looks at every statement once.
    let case = Case::get(USER).with_set(Identity, set);
    case.check("identity");
    Case::new(USER, "s3:DeleteObject", "arn:aws:s3:::b/k")
        .with_set(Identity, policy(&statements.join(",")).1)
        .check("identity: #1");
}

/// A common list beside many services is not repeated for each of them.
#[test]
fn statements_of_any_service_are_kept_once() {
    let named =
        (0..1_000).map(|index| format!(r#"{{"Effect":"Allow","Action":"s{index}:*","Resource":"*"}}"#));
    let common = (0..1_000).map(|_| r#"{"Effect":"Allow","NotAction":"x:*","Resource":"*"}"#.to_owned());
    let statements: Vec<String> = named.chain(common).collect();
    let (_, set) = policy(&statements.join(","));
    assert_eq!(set.places(), 2_000);
    assert_eq!(cost(&set, "s7:Get", "*", &Fixed::default()).1, 1_001);
}

/// A principal list of 100 KB is walked once.
#[test]
fn principals_are_walked_once() {
    let listed = vec![r#""arn:aws:iam::222222222222:user/otto""#; 2_700].join(",");
    let short = format!(r#""Effect":"Allow","Principal":{{"AWS":[{listed}]}},"Action":"*","Resource":"*""#);
    Case::get(USER).across().with(Identity, &["+* on *"]).with(Resource, &[&short]).check("resource");
}
