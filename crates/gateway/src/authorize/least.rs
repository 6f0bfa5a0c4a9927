//! The least policy for what was done, written so that it serves the next run too.

use super::record::Uses;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Objects of one bucket that a statement names one by one at the most; beyond, what their keys begin with.
const MOST_KEYS: usize = 10;

/// The policy that allows what was done: one statement for the actions that concern the same resources.
///
/// What a principal creates has another id the next time. So where it created things of a kind (their ARNs then end in
/// `/*`), resources of that kind are named as a kind, but only those whose name is an id that AWS makes up.
pub(crate) fn least(uses: &Uses) -> Value {
    let created: BTreeSet<&str> =
        uses.values().flat_map(BTreeMap::keys).filter_map(|arn| arn.strip_suffix('*')).collect();
    let mut by_resources: BTreeMap<BTreeSet<String>, Vec<&str>> = BTreeMap::new();
    for (action, resources) in uses {
        let mut named = BTreeSet::new();
        let mut objects: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for arn in resources.keys() {
            match bucket_of(arn) {
                Some(bucket) => objects.entry(bucket).or_default().push(arn),
                None => {
                    named.insert(of_kind(arn, &created));
                }
            }
        }
        for arns in objects.values() {
            match &arns[..] {
                [first, .., last] if arns.len() > MOST_KEYS => {
                    // They are sorted: what the first and the last begin with, all begin with.
                    named.insert(format!("{}*", literal(common(first, last))));
                }
                few => named.extend(few.iter().map(|arn| literal(arn))),
            }
        }
        by_resources.entry(named).or_default().push(action);
    }
    let statements = by_resources.into_iter().map(|(resources, actions)| {
        json!({ "Effect": "Allow", "Action": actions, "Resource": resources.into_iter().collect::<Vec<_>>() })
    });
    json!({ "Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>() })
}

/// The ARN of the bucket or access point that holds an object, with what stands before the key; only keys are free text.
fn bucket_of(arn: &str) -> Option<&str> {
    let rest = arn.strip_prefix("arn:")?.split_once(":s3:")?.1;
    let key = match rest.strip_prefix("::") {
        Some(of_bucket) => of_bucket.split_once('/')?.1,
        None => rest.split_once("/object/")?.1,
    };
    arn.strip_suffix(key)
}

/// A resource as a kind, where it is one of those that were created; else itself.
fn of_kind(arn: &str, created: &BTreeSet<&str>) -> String {
    if let Some(kind) = arn.strip_suffix('*') {
        return format!("{}*", literal(kind));
    }
    match arn.rfind('/').map(|slash| arn.split_at(slash + 1)) {
        Some((kind, name)) if created.contains(kind) && is_made_up(name) => format!("{kind}*"),
        _ => literal(arn),
    }
}

/// Whether a name is an id that AWS makes up: `vpc-0123456789abcdef0`.
fn is_made_up(name: &str) -> bool {
    name.rsplit_once('-').is_some_and(|(_, digits)| {
        matches!(digits.len(), 8 | 17) && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// A name as a policy has to write it. Policies have no characters beyond U+00FF; there any one character has to do.
fn literal(name: &str) -> String {
    let mut written = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '*' | '?' | '$' => written.extend(['$', '{', c, '}']),
            ' '..='\u{ff}' => written.push(c),
            _ => written.push('?'),
        }
    }
    written
}

/// What both begin with.
fn common<'a>(one: &'a str, other: &str) -> &'a str {
    let same = one.char_indices().zip(other.chars()).take_while(|((_, a), b)| a == b);
    let end = same.last().map_or(0, |((at, c), _)| at + c.len_utf8());
    &one[..end]
}

#[cfg(test)]
mod tests {
    use super::least;
    use crate::authorize::Uses;
    use policy::compile::{Action, Kind, Policy, no_unique_ids};
    use policy::document::Document;
    use serde_json::json;

    fn uses(pairs: &[(&str, &str)]) -> Uses {
        let mut uses = Uses::new();
        for (action, resource) in pairs {
            uses.entry((*action).to_owned()).or_default().insert((*resource).to_owned(), false);
        }
        uses
    }

    /// Holds the statements of the policy against pairs of actions and resources.
    #[track_caller]
    fn check(used: &[(&str, &str)], want: &[(&[&str], &[&str])]) {
        let policy = least(&uses(used));
        let want: Vec<_> = want
            .iter()
            .map(
                |(actions, resources)| json!({ "Effect": "Allow", "Action": actions, "Resource": resources }),
            )
            .collect();
        assert_eq!(policy["Statement"], json!(want));
        let text = policy.to_string();
        let policy = Policy::compile(
            &Document::parse(text.as_str()).expect("it parses"),
            Kind::Identity,
            &no_unique_ids,
        );
        for (action, _) in used {
            let action = Action::new(action);
            assert!(policy.statements().iter().any(|statement| statement.grants(&action)), "{text}");
        }
    }

    #[test]
    fn each_action_stands_once_with_its_resources() {
        check(
            &[
                ("s3:GetObject", "arn:aws:s3:::b/k"),
                ("s3:PutObject", "arn:aws:s3:::b/k"),
                ("s3:ListBucket", "arn:aws:s3:::b"),
                ("ec2:DescribeVpcs", "*"),
            ],
            &[
                (&["ec2:DescribeVpcs"], &["*"]),
                (&["s3:ListBucket"], &["arn:aws:s3:::b"]),
                (&["s3:GetObject", "s3:PutObject"], &["arn:aws:s3:::b/k"]),
            ],
        );
    }

    #[test]
    fn what_is_created_is_named_as_a_kind_and_what_was_there_by_itself() {
        let vpc = "arn:aws:ec2:us-east-1:000000000000:vpc";
        let made = format!("{vpc}/vpc-0123456789abcdef0");
        let kind = format!("{vpc}/*");
        let table = "arn:aws:ec2:us-east-1:000000000000:route-table/rtb-0123456789abcdef0";
        check(
            &[("ec2:CreateVpc", &kind), ("ec2:DeleteVpc", &made), ("ec2:CreateRoute", table)],
            &[(&["ec2:CreateRoute"], &[table]), (&["ec2:CreateVpc", "ec2:DeleteVpc"], &[&kind])],
        );
        check(&[("ec2:DeleteVpc", &made)], &[(&["ec2:DeleteVpc"], &[&made])]);
        let anna = "arn:aws:iam::000000000000:user/anna";
        let users = "arn:aws:iam::000000000000:user/*";
        check(
            &[("iam:ListUsers", users), ("iam:DeleteUser", anna)],
            &[(&["iam:ListUsers"], &[users]), (&["iam:DeleteUser"], &[anna])],
        );
    }

    #[test]
    fn keys_are_no_patterns() {
        for (key, want) in
            [("*", "${*}"), ("a?b", "a${?}b"), ("${aws:x}", "${$}{aws:x}"), ("é", "é"), ("한글", "??")]
        {
            let of = |key: &str| format!("arn:aws:s3:::b/{key}");
            check(&[("s3:GetObject", &of(key))], &[(&["s3:GetObject"], &[&of(want)])]);
            let of = |key: &str| format!("arn:aws:s3:us-east-1:000000000000:accesspoint/p/object/{key}");
            check(&[("s3:GetObject", &of(key))], &[(&["s3:GetObject"], &[&of(want)])]);
        }
    }

    #[test]
    fn many_objects_of_a_bucket_are_named_by_what_they_begin_with() {
        let keys: Vec<String> = (0..11).map(|n| format!("arn:aws:s3:::b/logs/{n:02}é")).collect();
        let mut used: Vec<(&str, &str)> = keys.iter().map(|key| ("s3:GetObject", key.as_str())).collect();
        used.push(("s3:GetObject", "arn:aws:s3:::c/k"));
        check(&used, &[(&["s3:GetObject"], &["arn:aws:s3:::b/logs/*", "arn:aws:s3:::c/k"])]);
        let ten: Vec<&str> = keys[..10].iter().map(String::as_str).collect();
        check(&used[..10], &[(&["s3:GetObject"], &ten)]);
    }
}
