//! Cases: who asks for what, with which context, under which policies.
//!
//! A case is JSON, as both sides read it: `caller` (`kind`, `principal`, `account`, for a session its `role`), `action`,
//! `resource` and its `owner`, `context` (texts, or lists of them), and the documents: `identity` and `boundary` (lists),
//! `session`, `resourcePolicy`, `endpoint` (a list), `scp` and `rcp` (a list for each level, from the root). What is
//! absent does not exist; each level of `rcp` has the policy that AWS attaches itself besides.

use super::condition;
use super::random::Random;
use super::words::{self, AWAY, Caller, GLOBAL, HOME, Key, TARGETS, Target};
use serde_json::{Map, Value, json};

/// What the policies of a case are written about.
pub(super) struct Subject {
    pub(super) target: &'static Target,
    pub(super) caller: &'static Caller,
    pub(super) resource: String,
    pub(super) owner: &'static str,
    pub(super) context: Map<String, Value>,
}

/// What a document is attached to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Own,
    Resource,
    Trust,
    Endpoint,
    ServiceControl,
    ResourceControl,
}

const VERSION: &str = "2012-10-17";

/// A case of its own number.
pub(super) fn generate(random: &mut Random) -> Value {
    let subject = subject(random);
    let has_own = matches!(subject.caller.kind, "user" | "role" | "federated" | "root");
    let mut case = json!({
        "caller": { "kind": subject.caller.kind, "principal": subject.caller.principal },
        "action": subject.target.action,
        "resource": subject.resource,
        "owner": subject.owner,
        "context": subject.context,
    });
    if has_own {
        case["caller"]["account"] = HOME.into();
    }
    if let Some(role) = subject.caller.role {
        case["caller"]["role"] = role.into();
    }
    let mut set = |name: &str, value: Value| case[name] = value;
    if has_own {
        own(&mut set, &subject, random);
    }
    // There is no role and no key without a policy.
    let needs_policy = ["sts:", "kms:"].iter().any(|service| subject.target.action.starts_with(service));
    if subject.target.has_policy && (needs_policy || random.chance(75)) {
        let is_trust = subject.target.action.starts_with("sts:");
        let kind = if is_trust { Kind::Trust } else { Kind::Resource };
        set("resourcePolicy", document(kind, &subject, random));
    }
    if random.chance(8) {
        set("endpoint", json!([document(Kind::Endpoint, &subject, random)]));
    }
    if subject.target.is_controlled && random.chance(15) {
        set("rcp", levels(Kind::ResourceControl, &subject, random));
    }
    case
}

/// The policies of the caller, and of its account.
fn own(set: &mut impl FnMut(&str, Value), subject: &Subject, random: &mut Random) {
    let some = |random: &mut Random, most| {
        let count = 1 + random.below(most);
        Value::from((0..count).map(|_| document(Kind::Own, subject, random)).collect::<Vec<_>>())
    };
    let is_root = subject.caller.kind == "root";
    let is_session = matches!(subject.caller.kind, "role" | "federated");
    if !is_root {
        set("identity", some(random, 3));
        if random.chance(20) && subject.caller.kind != "federated" {
            set("boundary", some(random, 1));
        }
    }
    if is_session && random.chance(25) {
        set("session", document(Kind::Own, subject, random));
    }
    if random.chance(20) {
        set("scp", levels(Kind::ServiceControl, subject, random));
    }
}

fn levels(kind: Kind, subject: &Subject, random: &mut Random) -> Value {
    let count = 1 + random.below(3);
    let level = |random: &mut Random| {
        let mut documents = vec![document(kind, subject, random)];
        if kind == Kind::ServiceControl && random.chance(60) {
            let full = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
            documents.push(json!({ "Version": VERSION, "Statement": [full] }));
        }
        Value::from(documents)
    };
    (0..count).map(|_| level(random)).collect()
}

fn subject(random: &mut Random) -> Subject {
    let target = random.one(TARGETS);
    let caller = match target.action {
        words::WEB_IDENTITY => &words::OIDC,
        words::SAML => &words::PROVIDER,
        _ if target.has_policy && random.chance(8) => &words::SERVICE,
        // A trust policy and a key policy never serve somebody who did not sign.
        _ if target.has_policy && !target.action.starts_with("sts:") && random.chance(8) => &words::ANONYMOUS,
        _ if random.chance(3) => &words::ROOT,
        _ => random.one(words::IDENTITIES),
    };
    // A role is assumed with tokens of its own account's providers only.
    let may_be_away = target.arn != "*" && !matches!(caller.kind, "oidc" | "saml");
    let owner = if may_be_away && random.chance(25) { AWAY } else { HOME };
    let mut context = principal_keys(caller);
    for key in GLOBAL.iter().chain(target.keys) {
        if random.chance(60) {
            context.insert(key.name.to_owned(), value_of(key, random));
        }
    }
    Subject { target, caller, resource: target.arn.replace("{owner}", owner), owner, context }
}

/// What is known of a caller by its name.
fn principal_keys(caller: &Caller) -> Map<String, Value> {
    let mut keys = Map::new();
    let mut put = |key: &str, value: &str| keys.insert(key.to_owned(), value.into());
    if !matches!(caller.kind, "service" | "anonymous") {
        put("aws:PrincipalArn", caller.role.unwrap_or(caller.principal));
        put("aws:PrincipalAccount", HOME);
    }
    if let ("user", Some((_, name))) = (caller.kind, caller.principal.rsplit_once('/')) {
        put("aws:username", name);
    }
    keys
}

fn value_of(key: &Key, random: &mut Random) -> Value {
    if !key.is_list {
        return (*random.one(key.values)).into();
    }
    let mut values: Vec<&str> = key.values.to_vec();
    while values.len() > 1 && random.chance(60) {
        values.remove(random.below(values.len()));
    }
    values.into()
}

fn document(kind: Kind, subject: &Subject, random: &mut Random) -> Value {
    let count = 1 + random.below(2);
    let statements: Vec<Value> = (0..count).map(|_| statement(kind, subject, random)).collect();
    // An old version knows no variables; only policies of resources still have it.
    let is_old = random.chance(5) && matches!(kind, Kind::Resource | Kind::Trust);
    json!({ "Version": if is_old { "2008-10-17" } else { VERSION }, "Statement": statements })
}

fn statement(kind: Kind, subject: &Subject, random: &mut Random) -> Value {
    let is_deny = kind == Kind::ResourceControl || random.chance(25);
    let mut statement = Map::new();
    statement.insert("Effect".to_owned(), if is_deny { "Deny" } else { "Allow" }.into());
    match kind {
        Kind::Own | Kind::ServiceControl => {}
        // Of an endpoint's policies only those for everybody are taken by both sides.
        Kind::ResourceControl | Kind::Endpoint => drop(statement.insert("Principal".to_owned(), "*".into())),
        Kind::Resource | Kind::Trust => {
            let negated = kind == Kind::Resource && is_deny && random.chance(12);
            let name = if negated { "NotPrincipal" } else { "Principal" };
            statement.insert(name.to_owned(), principal(kind, subject, random));
        }
    }
    let negated = kind != Kind::ResourceControl && random.chance(12);
    let name = if negated { "NotAction" } else { "Action" };
    statement.insert(name.to_owned(), some(random, |random| action(kind, subject, random)));
    if kind != Kind::Trust {
        let name = if random.chance(12) { "NotResource" } else { "Resource" };
        statement.insert(name.to_owned(), some(random, |random| resource(kind, subject, random)));
    }
    let conditions = condition::some(subject, random);
    if !conditions.is_empty() {
        statement.insert("Condition".to_owned(), conditions.into());
    }
    statement.into()
}

/// One text, or a list.
pub(super) fn some(random: &mut Random, mut one: impl FnMut(&mut Random) -> String) -> Value {
    if random.chance(60) {
        return one(random).into();
    }
    let count = 1 + random.below(3);
    (0..count).map(|_| Value::from(one(random))).collect()
}

fn action(kind: Kind, subject: &Subject, random: &mut Random) -> String {
    let own = subject.target.action;
    let (service, operation) = own.split_once(':').unwrap_or((own, ""));
    let short = &operation[..operation.len().min(3)];
    loop {
        let text = match random.below(12) {
            0..=2 => own.to_owned(),
            3 => own.to_uppercase(),
            4 => format!("{service}:*"),
            5 => format!("{service}:{short}*"),
            6 => format!("{service}:*{}", &operation[operation.len().min(3)..]),
            7 => format!("{service}:{}?{}", short, operation.get(4..).unwrap_or("")),
            8 => format!("{service}:*{}*e*", short.to_lowercase()),
            9 if matches!(kind, Kind::Own | Kind::Resource | Kind::Endpoint | Kind::ServiceControl) => {
                "*".to_owned()
            }
            _ => random.one(TARGETS).action.to_owned(),
        };
        if kind != Kind::Trust || text.to_lowercase().starts_with("sts:") {
            return text;
        }
    }
}

fn resource(kind: Kind, subject: &Subject, random: &mut Random) -> String {
    let own = if subject.resource == "*" { "arn:aws:s3:::photos" } else { subject.resource.as_str() };
    let segments: Vec<&str> = own.splitn(6, ':').collect();
    let (head, service, tail) = (segments[..5].join(":"), segments[2], segments[5]);
    let half = &tail[..tail.len() / 2];
    // IAM refuses Regions in its own ARNs and S3's, and paths of its own that are none.
    let region = if matches!(service, "s3" | "iam") { "" } else { "*" };
    let is_free = service != "iam";
    match random.below(18) {
        0..=2 => own.to_owned(),
        3..=5 => "*".to_owned(),
        6 => format!("{head}:*"),
        7 => format!("{head}:{half}*"),
        8 if is_free => format!("{head}:*{}", &tail[half.len()..]),
        9 => format!("{head}:{}?{}", half, tail.get(half.len() + 1..).unwrap_or("")),
        10 => format!("arn:aws:{service}:{region}:*:{tail}"),
        11 => format!("arn:aws:{service}:{region}:{}:{half}*", segments[4]),
        12 => format!("{head}:{}", variable(tail, is_free, random)),
        13 if is_free => format!("{head}:{}", tail.to_uppercase()),
        14 => format!("arn:aws:{service}:{}:{AWAY}:{tail}", segments[3]),
        15 if kind != Kind::ResourceControl && is_free && random.chance(30) => format!("arn:aws:{service}:*"),
        16 if is_free => format!("{head}:*{}*{}*", &half[..half.len() / 2], &tail[half.len()..][..1]),
        _ => random.one(TARGETS).arn.replace("{owner}", subject.owner),
    }
}

/// The end of an ARN with a variable in it: what it stands for, or anything.
fn variable(tail: &str, is_free: bool, random: &mut Random) -> String {
    let variable = condition::variable(random);
    match tail.split_once("anna").or(tail.split_once("red")) {
        Some((before, after)) => format!("{before}{variable}{after}"),
        None if is_free => format!("*{variable}*"),
        None => format!("role/*{variable}*"),
    }
}

fn principal(kind: Kind, subject: &Subject, random: &mut Random) -> Value {
    let mut named: Map<String, Value> = Map::new();
    if random.chance(15) && kind != Kind::Trust {
        return "*".into();
    }
    let count = 1 + random.below(2);
    for _ in 0..count {
        let (kind, text) = one_principal(subject, random);
        let list = named.entry(kind).or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(text.into());
        }
    }
    named.into()
}

fn one_principal(subject: &Subject, random: &mut Random) -> (&'static str, String) {
    let caller = subject.caller;
    let other = random.one(words::IDENTITIES);
    match random.below(10) {
        0..=2 => match caller.kind {
            "service" => ("Service", caller.principal.to_owned()),
            "oidc" | "saml" => ("Federated", caller.principal.to_owned()),
            _ => ("AWS", caller.principal.to_owned()),
        },
        3 | 4 => ("AWS", caller.role.unwrap_or(words::IDENTITIES[0].principal).to_owned()),
        5 => ("AWS", (*random.one(&[HOME, AWAY])).to_owned()),
        6 => ("AWS", format!("arn:aws:iam::{}:root", random.one(&[HOME, AWAY]))),
        7 => ("AWS", "*".to_owned()),
        8 => {
            let (kind, name) = *random.one(&[
                ("Service", words::SERVICE.principal),
                ("Service", "lambda.amazonaws.com"),
                ("Federated", words::OIDC.principal),
                ("Federated", words::PROVIDER.principal),
            ]);
            (kind, name.to_owned())
        }
        _ => ("AWS", other.role.unwrap_or(other.principal).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::generate;
    use crate::oracle::random::Random;
    use crate::oracle::words::OPERATORS;
    use serde_json::Value;
    use std::collections::BTreeSet;

    /// Everything the comparison is to be about occurs: else a run would prove less than it says.
    #[test]
    fn cases_are_about_everything() {
        let (mut operators, mut kinds, mut elements) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for seed in 0..6_000 {
            let case = generate(&mut Random::new(seed));
            kinds.insert(case["caller"]["kind"].as_str().unwrap().to_owned());
            elements.extend(case.as_object().unwrap().keys().cloned());
            collect(&case, &mut operators, &mut elements);
        }
        for (operator, _) in OPERATORS {
            for prefix in ["", "ForAllValues:", "ForAnyValue:"] {
                for suffix in ["", "IfExists"] {
                    let name = format!("{prefix}{operator}{suffix}");
                    assert!(operators.contains(&name), "{name}");
                }
            }
        }
        assert!(operators.contains("Null"));
        for kind in ["user", "role", "federated", "root", "service", "oidc", "saml", "anonymous"] {
            assert!(kinds.contains(kind), "{kind}");
        }
        for element in [
            "identity",
            "boundary",
            "session",
            "resourcePolicy",
            "endpoint",
            "scp",
            "rcp",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Principal",
            "NotPrincipal",
        ] {
            assert!(elements.contains(element), "{element}");
        }
    }

    fn collect(value: &Value, operators: &mut BTreeSet<String>, elements: &mut BTreeSet<String>) {
        for (name, inner) in value.as_object().into_iter().flatten() {
            elements.insert(name.clone());
            if name == "Condition" {
                operators.extend(inner.as_object().unwrap().keys().cloned());
            }
            collect(inner, operators, elements);
        }
        for inner in value.as_array().into_iter().flatten() {
            collect(inner, operators, elements);
        }
    }

    #[test]
    fn a_seed_is_one_case() {
        assert_eq!(generate(&mut Random::new(5)), generate(&mut Random::new(5)));
        assert_ne!(generate(&mut Random::new(5)), generate(&mut Random::new(6)));
    }
}
