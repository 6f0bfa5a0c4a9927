//! Who sees what of a denial, and how gates become checks.

use super::shape::{Seen, Side};
use ::policy::compile::{Kind, Policy, Source, no_unique_ids};
use ::policy::decide::Gate;
use ::policy::document::{Document, Effect};
use ::policy::explain::Outcome;
use base::Region;
use ports::{Checked, Denial, Evaluated, Evaluation, Hit, KeyValue};
use serde_json::{Value, json};
use shapes_iam_toolbox as api;
use std::sync::Arc;
use wire::codec::canonical;

const CALLER: &str = "111111111111";
const OWNER: &str = "222222222222";
const ANNA: &str = "arn:aws:iam::111111111111:user/anna";
const BUCKET: &str = "arn:aws:s3:::bkt";

fn key(key: &str, values: &[&str], is_list: bool) -> KeyValue {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    KeyValue { key: key.to_owned(), values, is_list }
}

fn evaluated(gate: Gate, source: Source, owner: Option<&str>) -> Evaluated {
    let text =
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"#;
    let policy = Arc::new(Policy::compile(&Document::parse(text).unwrap(), Kind::Identity, &no_unique_ids));
    let resource = owner.map(|owner| (BUCKET.to_owned(), owner.to_owned()));
    Evaluated { gate, source, policy, resource }
}

fn checked(gate: Gate, outcome: Outcome, hits: &[(usize, Option<&str>, Effect)]) -> Checked {
    let hits = hits.iter().map(|(policy, sid, effect)| Hit {
        policy: *policy,
        sid: sid.map(str::to_owned),
        index: 2,
        effect: *effect,
    });
    Checked { gate, outcome, hits: hits.collect() }
}

/// A denied call of Anna's about a bucket of `owner`: policy 0 is managed, 1 inline, 2 the bucket's.
fn denial(owner: &str, outcome: Outcome, checks: Vec<Checked>) -> Denial {
    let managed = "arn:aws:iam::111111111111:policy/m";
    Denial {
        account: CALLER.to_owned(),
        principal: ANNA.to_owned(),
        region: Region::us_east_1(),
        context: vec![key("aws:SourceIp", &["10.0.0.1"], false), key("aws:TagKeys", &["a"], true)],
        evaluations: vec![Evaluation {
            action: "s3:GetObject".to_owned(),
            resource: format!("{BUCKET}/k"),
            owner: owner.to_owned(),
            asked: vec![key("s3:prefix", &["p"], false)],
            facts: vec![key("aws:ResourceAccount", &[owner], false)],
            outcome,
            checks,
        }],
        policies: vec![
            evaluated(Gate::Identity, Source::managed("m", managed), None),
            evaluated(Gate::Identity, Source::inline("reads"), None),
            evaluated(Gate::Resource, Source::inline("bucket-policy"), Some(owner)),
        ],
    }
}

fn told(seen: &Seen<'_>) -> Value {
    canonical::to_json(&api::GetRequestAuthorizationDetailsOutput {
        request_context: Some(seen.context()),
        evaluations: Some(seen.evaluations().map(|one| seen.evaluation(one)).collect()),
        policies: Some(seen.policies()),
        next_token: None,
    })
}

#[test]
fn each_account_sees_its_own_part() {
    let checks = || {
        vec![
            checked(Gate::Resource, Outcome::Allow, &[(2, None, Effect::Allow)]),
            checked(Gate::Identity, Outcome::ExplicitDeny, &[(1, Some("No"), Effect::Deny)]),
        ]
    };
    let across = denial(OWNER, Outcome::ExplicitDeny, checks());
    let caller = told(&Seen::of(&across, CALLER).unwrap());
    assert_eq!(caller["requestContext"], json!({ "aws:SourceIp": "10.0.0.1", "aws:TagKeys": ["a"] }));
    let evaluation = &caller["evaluations"][0];
    assert_eq!(evaluation["context"], json!({ "s3:prefix": "p" }));
    assert_eq!(evaluation["evaluatedEffect"], "EXPLICIT_DENY");
    let types =
        |told: &Value| told["policies"].as_array().unwrap().iter().map(|one| one["type"].clone()).collect();
    let found: Vec<Value> = types(&caller);
    assert_eq!(found, ["IDENTITY_BASED_POLICY", "IDENTITY_BASED_POLICY"]);
    // The gate of the other account is told, its policy is not.
    let resource = json!({
        "checkType": "RESOURCE", "evaluatedEffect": "ALLOW",
        "relevantPolicyTypes": ["RESOURCE_BASED_POLICY"], "matchedPolicies": [],
    });
    assert_eq!(evaluation["checks"][0], resource);

    let owner = told(&Seen::of(&across, OWNER).unwrap());
    assert_eq!(owner["requestContext"], json!({}));
    let evaluation = &owner["evaluations"][0];
    assert_eq!(evaluation["context"], json!({ "aws:ResourceAccount": OWNER }));
    assert!(evaluation.get("checks").is_none());
    let uri = owner["policies"][0]["uri"].clone();
    let matched =
        json!([{ "uri": uri, "matchedStatements": [{ "sid": "Statement3", "evaluatedEffect": "ALLOW" }] }]);
    assert_eq!(evaluation["matchedPolicies"], matched);
    let policies = json!([{
        "type": "RESOURCE_BASED_POLICY", "inline": true, "uri": uri, "attachedTo": [{ "arn": BUCKET }],
    }]);
    assert_eq!(owner["policies"], policies);

    assert!(Seen::of(&across, "333333333333").is_none());
    assert_eq!(Seen::of(&denial(CALLER, Outcome::Allow, checks()), CALLER).unwrap().side, Side::Caller);
}

#[test]
fn nobody_sees_what_nobody_signed() {
    let unsigned = Denial { account: String::new(), ..denial(OWNER, Outcome::ImplicitDeny, Vec::new()) };
    assert!(Seen::of(&unsigned, CALLER).is_none());
    assert_eq!(Seen::of(&unsigned, OWNER).unwrap().side, Side::Owner);
}

#[test]
fn a_resources_policy_of_ones_own_account_is_no_gate_of_its_own() {
    use Outcome::{Allow, ExplicitDeny, ImplicitDeny, NoImpact};
    for (identity, resource, want) in [
        (NoImpact, Allow, json!(["PRINCIPAL ALLOW"])),
        (Allow, NoImpact, json!(["PRINCIPAL ALLOW"])),
        (NoImpact, NoImpact, json!(["PRINCIPAL NO_IMPACT"])),
        (Allow, ExplicitDeny, json!(["PRINCIPAL EXPLICIT_DENY"])),
        (ExplicitDeny, Allow, json!(["PRINCIPAL EXPLICIT_DENY"])),
        // The account was allowed, which leaves it to the identity's own policies.
        (ImplicitDeny, Allow, json!(["PRINCIPAL IMPLICIT_DENY"])),
        (ImplicitDeny, NoImpact, json!(["PRINCIPAL IMPLICIT_DENY"])),
        // A policy that has to allow.
        (Allow, ImplicitDeny, json!(["RESOURCE IMPLICIT_DENY", "PRINCIPAL ALLOW"])),
    ] {
        let checks = vec![checked(Gate::Resource, resource, &[]), checked(Gate::Identity, identity, &[])];
        let denial = denial(CALLER, ImplicitDeny, checks);
        let told = told(&Seen::of(&denial, CALLER).unwrap());
        let checks = told["evaluations"][0]["checks"].as_array().unwrap();
        let found: Vec<Value> = checks
            .iter()
            .map(|check| {
                let text = |name: &str| check[name].as_str().unwrap();
                format!("{} {}", text("checkType"), text("evaluatedEffect")).into()
            })
            .collect();
        assert_eq!(Value::from(found), want, "{identity:?} {resource:?}");
        let both = checks.len() == 1;
        let types = &checks.last().unwrap()["relevantPolicyTypes"];
        let beside = if both { json!("RESOURCE_BASED_POLICY") } else { Value::Null };
        assert_eq!((&types[0], &types[1]), (&json!("IDENTITY_BASED_POLICY"), &beside));
    }
}

#[test]
fn policies_are_named_by_their_arn_or_by_nothing_that_can_be_read() {
    let own = denial(CALLER, Outcome::ImplicitDeny, Vec::new());
    let seen = Seen::of(&own, CALLER).unwrap();
    let uris: Vec<String> = seen.policies().into_iter().map(|one| one.uri.unwrap()).collect();
    assert_eq!(uris[0], "arn:aws:iam::111111111111:policy/m");
    assert_eq!((uris.len(), uris[1].len()), (3, 32));
    assert_ne!(uris[1], uris[2]);
    for uri in &uris {
        let document = seen.document(uri).unwrap();
        assert_eq!(document.get("Version"), Some(&"2012-10-17".into()));
    }
    assert!(seen.document("reads").is_none());
}
