//! Conditions, rule by rule: specification, chapter IAM, section 1.7.

use crate::context::{Context, Key, Origin, Value, Values};
use crate::decide::Gate::Identity;
use crate::testing::{Case, USER};

/// Whether a condition holds: `operator`, the policy's values as JSON, the request's values of the key `x:k`.
fn holds(operator: &str, wanted: &str, had: Option<&[&str]>) -> bool {
    let statement = format!(
        r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{{"{operator}":{{"x:k":{wanted}}}}}"#
    );
    let case = Case::get(USER)
        .with(Identity, &[&statement])
        .key("aws:username", &["anna"])
        .key("x:list", &["a", "b"]);
    let case = had.map_or(case.clone(), |values| case.key("X:K", values));
    match case.outcome().as_str() {
        "allow" => true,
        "identity" => false,
        other => panic!("{other}"),
    }
}

#[track_caller]
fn check(operator: &str, wanted: &str, had: &[&str], want: bool) {
    assert_eq!(holds(operator, wanted, Some(had)), want, "{operator} {wanted} {had:?}");
}

/// The table of operators; a negated operator turns the answer round.
#[test]
fn operators_compare_as_their_type_does() {
    for (operator, negated, wanted, had, want) in [
        ("StringEquals", Some("StringNotEquals"), r#""a""#, "a", true),
        ("StringEquals", Some("StringNotEquals"), r#""a""#, "A", false),
        ("StringEquals", Some("StringNotEquals"), r#"["b","a"]"#, "a", true),
        ("StringEquals", Some("StringNotEquals"), r#""a*""#, "ab", false),
        ("StringEquals", Some("StringNotEquals"), r#""a*""#, "a*", true),
        ("StringEquals", Some("StringNotEquals"), "[]", "a", false),
        ("StringEquals", Some("StringNotEquals"), r#""""#, "", true),
        ("StringEquals", Some("StringNotEquals"), "1", "1", true),
        ("StringEquals", Some("StringNotEquals"), "1.0", "1", false),
        ("StringEquals", Some("StringNotEquals"), "true", "true", true),
        ("StringEqualsIgnoreCase", Some("StringNotEqualsIgnoreCase"), r#""Ab""#, "aB", true),
        ("StringEqualsIgnoreCase", Some("StringNotEqualsIgnoreCase"), r#""a*""#, "AB", false),
        ("StringLike", Some("StringNotLike"), r#""a*c""#, "abbc", true),
        ("StringLike", Some("StringNotLike"), r#""a*c""#, "Abbc", false),
        ("StringLike", Some("StringNotLike"), r#""a?c""#, "ac", false),
        ("StringLike", Some("StringNotLike"), r#""*""#, "", true),
        ("NumericEquals", Some("NumericNotEquals"), r#""10""#, "10.0", true),
        ("NumericEquals", Some("NumericNotEquals"), "10", "11", false),
        ("NumericLessThan", None, r#""10""#, "9.9", true),
        ("NumericLessThan", None, r#""10""#, "10", false),
        ("NumericLessThanEquals", None, r#""10""#, "10", true),
        ("NumericLessThanEquals", None, r#""10""#, "10.1", false),
        ("NumericGreaterThan", None, r#""10""#, "10", false),
        ("NumericGreaterThan", None, r#""10""#, "10.1", true),
        ("NumericGreaterThanEquals", None, r#""10""#, "10", true),
        ("NumericGreaterThanEquals", None, r#""-1""#, "-2", false),
        ("DateEquals", Some("DateNotEquals"), r#""2026-01-02T03:04:05Z""#, "1767323045", true),
        ("DateEquals", Some("DateNotEquals"), r#""2026-01-02""#, "2026-01-02T00:00:01Z", false),
        ("DateLessThan", None, r#""2026-01-02""#, "2026-01-01T23:59:59Z", true),
        ("DateLessThan", None, r#""2026-01-02""#, "2026-01-02", false),
        ("DateLessThanEquals", None, "1767323045", "2026-01-02T03:04:05Z", true),
        ("DateGreaterThan", None, r#""2026-01-02""#, "2026-01-02", false),
        ("DateGreaterThan", None, r#""2026-01-02""#, "2026-01-03", true),
        ("DateGreaterThanEquals", None, r#""2026-01-02""#, "2026-01-02", true),
        ("Bool", None, r#""true""#, "TRUE", true),
        ("Bool", None, "false", "False", true),
        ("Bool", None, r#""true""#, "false", false),
        ("Bool", None, r#""yes""#, "yes", false),
        ("BinaryEquals", None, r#""QmluYXJ5""#, "QmluYXJ5", true),
        ("BinaryEquals", None, r#""QmluYXJ5""#, "QmluYXJ6", false),
        // Not base64, not equal, even to itself.
        ("BinaryEquals", None, r#""%%""#, "%%", false),
        ("IpAddress", Some("NotIpAddress"), r#""10.0.0.0/8""#, "10.1.2.3", true),
        ("IpAddress", Some("NotIpAddress"), r#""10.0.0.0/8""#, "11.1.2.3", false),
        ("IpAddress", Some("NotIpAddress"), r#""10.0.0.0/8""#, "2001:db8::1", false),
        ("IpAddress", Some("NotIpAddress"), r#"["10.0.0.1","2001:db8::/32"]"#, "2001:db8::1", true),
        ("ArnLike", Some("ArnNotLike"), r#""arn:aws:s3:::b*""#, "arn:aws:s3:::bucket", true),
        ("ArnEquals", Some("ArnNotEquals"), r#""arn:aws:s3:::b*""#, "arn:aws:s3:::bucket", true),
        ("ArnEquals", Some("ArnNotEquals"), r#""arn:aws:*:b""#, "arn:aws:s3:::b", false),
        ("ArnLike", Some("ArnNotLike"), r#""arn:aws:s3:::B*""#, "arn:aws:s3:::bucket", false),
    ] {
        check(operator, wanted, &[had], want);
        if let Some(negated) = negated {
            // What cannot be compared at all holds for neither: the malformed ARN pattern below.
            let malformed = wanted.contains("arn:aws:*:b");
            check(negated, wanted, &[had], !want && !malformed);
        }
    }
}

/// "An unknown operator or a value of the wrong type does not match"; open point 14: negated operators neither.
#[test]
fn values_of_another_type_hold_for_no_operator() {
    for (operator, wanted, had) in [
        ("NumericEquals", r#""ten""#, "10"),
        ("NumericNotEquals", r#""ten""#, "10"),
        ("NumericEquals", r#""10""#, "ten"),
        ("NumericNotEquals", r#""10""#, "ten"),
        ("NumericLessThan", r#""10""#, ""),
        ("DateNotEquals", r#""2026-01-02""#, "yesterday"),
        ("DateNotEquals", r#""yesterday""#, "2026-01-02"),
        ("NotIpAddress", r#""10.0.0.0/8""#, "home"),
        ("NotIpAddress", r#""home""#, "10.0.0.1"),
        ("ArnNotEquals", r#""arn:aws:s3:::b""#, "b"),
        ("ArnNotEquals", r#""b""#, "arn:aws:s3:::b"),
        ("Bool", r#""true""#, "1"),
        ("StringMatches", r#""a""#, "a"),
        ("stringequals", r#""a""#, "a"),
        ("ForAnyValue::StringEquals", r#""a""#, "a"),
        ("ForSomeValues:StringEquals", r#""a""#, "a"),
        ("StringEqualsIfExistsIfExists", r#""a""#, "a"),
        ("NullIfExists", r#""false""#, "a"),
    ] {
        check(operator, wanted, &[had], false);
    }
    // One readable value that fits is enough.
    check("NumericEquals", r#"["ten","10"]"#, &["10"], true);
    check("NumericNotEquals", r#"["ten","10"]"#, &["11"], false);
}

/// The second table: what a missing key means.
#[test]
fn a_missing_key_means_what_the_table_says() {
    for (operator, want) in [
        ("StringEquals", false),
        ("StringNotEquals", true),
        ("StringEqualsIfExists", true),
        ("StringNotEqualsIfExists", true),
        ("StringLike", false),
        ("StringNotLike", true),
        ("NumericEquals", false),
        ("NumericNotEquals", true),
        ("NumericLessThan", false),
        ("DateGreaterThan", false),
        ("DateNotEquals", true),
        ("Bool", false),
        ("BoolIfExists", true),
        ("BinaryEquals", false),
        ("IpAddress", false),
        ("NotIpAddress", true),
        ("ArnLike", false),
        ("ArnNotLike", true),
        ("ForAllValues:StringEquals", true),
        ("ForAllValues:StringNotEquals", true),
        ("ForAnyValue:StringEquals", false),
        ("ForAnyValue:StringNotEquals", false),
        // Open point 7.
        ("ForAnyValue:StringEqualsIfExists", false),
        ("ForAnyValue:StringNotEqualsIfExists", false),
        ("ForAllValues:StringEqualsIfExists", true),
    ] {
        assert_eq!(holds(operator, r#""a""#, None), want, "{operator}");
        // An empty list is as none; the empty text is a value.
        assert_eq!(holds(operator, r#""a""#, Some(&[])), want, "{operator}, empty list");
    }
    check("StringNotEqualsIfExists", r#""a""#, &["a"], false);
    check("StringEqualsIfExists", r#""a""#, &["b"], false);
    check("StringEquals", r#""a""#, &[""], false);
}

/// The second table: ForAllValues and ForAnyValue.
#[test]
fn set_prefixes_combine_the_values_of_a_key() {
    for (operator, wanted, had, want) in [
        ("ForAllValues:StringEquals", r#"["a","b"]"#, &["a", "b"][..], true),
        ("ForAllValues:StringEquals", r#"["a","b"]"#, &["a", "c"], false),
        ("ForAllValues:StringEquals", r#"["a","b"]"#, &["a"], true),
        ("ForAllValues:StringNotEquals", r#"["a","b"]"#, &["c", "d"], true),
        ("ForAllValues:StringNotEquals", r#"["a","b"]"#, &["c", "a"], false),
        ("ForAnyValue:StringEquals", r#"["a","b"]"#, &["c", "a"], true),
        ("ForAnyValue:StringEquals", r#"["a","b"]"#, &["c", "d"], false),
        ("ForAnyValue:StringNotEquals", r#"["a","b"]"#, &["a", "c"], true),
        ("ForAnyValue:StringNotEquals", r#"["a","b"]"#, &["a", "b"], false),
        ("ForAnyValue:StringLike", r#""a*""#, &["x", "ab"], true),
        ("ForAllValues:StringLike", r#""a*""#, &["ab", "ac"], true),
        ("ForAnyValue:StringEqualsIfExists", r#""a""#, &["b"], false),
        ("ForAllValues:NumericLessThan", r#""5""#, &["1", "4"], true),
        ("ForAllValues:NumericLessThan", r#""5""#, &["1", "6"], false),
        // Without a prefix a key of several values holds for nothing (open point 14).
        ("StringEquals", r#""a""#, &["a", "b"], false),
        ("StringNotEquals", r#""c""#, &["a", "b"], false),
        ("StringLike", r#""*""#, &["a", "b"], false),
        ("StringEqualsIfExists", r#""a""#, &["a", "b"], false),
    ] {
        check(operator, wanted, had, want);
    }
}

#[test]
fn null_asks_whether_a_key_is_there() {
    for (wanted, had, want) in [
        (r#""true""#, None, true),
        (r#""false""#, None, false),
        (r#""true""#, Some(&["a"][..]), false),
        (r#""false""#, Some(&["a"]), true),
        ("false", Some(&[""]), true),
        ("true", Some(&[]), true),
        (r#""false""#, Some(&["a", "b"]), true),
        (r#""TRUE""#, None, true),
    ] {
        assert_eq!(holds("Null", wanted, had), want, "{wanted} {had:?}");
    }
}

/// Variables are expanded in String, Arn and Bool conditions only (1.2); without a value the pattern fits nothing, so
/// that a negated operator holds. IAM User Guide, "Policy variables with no value".
#[test]
fn variables_stand_in_texts_and_arns() {
    for (operator, wanted, had, want) in [
        ("StringEquals", "${aws:username}", "anna", true),
        ("StringEquals", "${aws:username}", "otto", false),
        ("StringNotEquals", "${aws:username}", "otto", true),
        ("StringLike", "${aws:username}*", "annabel", true),
        ("StringEqualsIgnoreCase", "${aws:username}", "ANNA", true),
        ("ArnEquals", "arn:aws:iam::1:user/${aws:username}", "arn:aws:iam::1:user/anna", true),
        ("Bool", "${x:no, 'true'}", "true", true),
        ("StringEquals", "${x:no}", "", false),
        ("StringNotEquals", "${x:no}", "a", true),
        ("StringEquals", "${x:no, 'a'}", "a", true),
        ("StringEquals", "${x:list}", "a", false),
        ("NumericEquals", "${x:no, '1'}", "1", false),
        ("DateEquals", "${x:no, '2026-01-02'}", "2026-01-02", false),
        ("IpAddress", "${x:no, '10.0.0.1'}", "10.0.0.1", false),
        ("BinaryEquals", "${x:no, 'QmluYXJ5'}", "QmluYXJ5", false),
        ("Null", "${x:no, 'true'}", "a", true),
    ] {
        check(operator, &format!("\"{wanted}\""), &[had], want);
    }
}

/// "AND over operators, AND over keys, OR over values"; `Condition: {}` is unconditional.
#[test]
fn all_conditions_of_a_statement_hold() {
    for (condition, want) in [
        ("{}", "allow"),
        (r#"{"StringEquals":{}}"#, "allow"),
        (r#"{"Nonsense":{}}"#, "allow"),
        (r#"{"StringEquals":{"x:a":["1","2"]}}"#, "allow"),
        (r#"{"StringEquals":{"x:a":"1","x:b":"2"}}"#, "allow"),
        (r#"{"StringEquals":{"x:a":"1","x:b":"3"}}"#, "identity"),
        (r#"{"StringEquals":{"x:a":"1"},"StringLike":{"x:b":"3*"}}"#, "identity"),
        (r#"{"StringEquals":{"x:a":"1"},"StringLike":{"x:b":"2*"},"Null":{"x:c":"true"}}"#, "allow"),
    ] {
        let statement = format!(r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}"#);
        Case::get(USER).with(Identity, &[&statement]).key("x:a", &["1"]).key("x:b", &["2"]).check(want);
    }
}

/// Key names ignore case, those of tags too (1.7, open point 15).
#[test]
fn keys_ignore_case() {
    let statement = r#""Effect":"Allow","Action":"*","Resource":"*",
        "Condition":{"StringEquals":{"AWS:principaltag/TEAM":"red"}}"#;
    Case::get(USER).with(Identity, &[statement]).key("aws:PrincipalTag/Team", &["red"]).check("allow");
}

/// Values of other types than text are compared without a text between.
#[test]
fn typed_values_are_compared_by_their_type() {
    struct Typed(Value<'static>);
    impl Context for Typed {
        fn values(&self, key: &Key) -> Option<Values<'_>> {
            (key.name() == "x:k").then(|| Values::value(self.0.clone(), Origin::Setting))
        }
    }
    let at = 1_767_323_045_678;
    for (operator, wanted, value, want) in [
        ("DateEquals", "1767323045", Value::Integer(1_767_323_045), true),
        ("DateGreaterThan", "2026-01-02T03:04:05Z", Value::Instant(at), true),
        ("DateLessThan", "2026-01-02T03:04:05Z", Value::Instant(at), false),
        ("NumericEquals", "1767323045", Value::Instant(at), true),
        ("NumericLessThan", "8", Value::Integer(7), true),
        ("NumericEquals", "1", Value::Bool(true), false),
        ("DateEquals", "1", Value::Bool(true), false),
        ("Bool", "true", Value::Bool(true), true),
        ("StringEquals", "false", Value::Bool(false), true),
        ("IpAddress", "10.0.0.0/8", Value::Address([10, 1, 1, 1].into()), true),
        ("IpAddress", "10.0.0.0/8", Value::Address([11, 1, 1, 1].into()), false),
        ("StringLike", "2026-*", Value::Instant(at), true),
    ] {
        let text = format!(
            r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{{"{operator}":{{"x:k":"{wanted}"}}}}"#
        );
        let document = crate::testing::document(&[&text]);
        let condition = super::Condition::new(
            &document.statements[0].conditions[0],
            true,
            crate::span::Position { line: 1, column: 1 },
        );
        let got = condition.holds(&Typed(value.clone()), &mut crate::decide::Silent);
        assert_eq!(got, want, "{operator} {wanted} {value:?}");
    }
}

/// 9.2, point 2: a key that costs a look at the state is asked for last, and not at all if the rest decides.
#[test]
fn costly_keys_are_asked_for_last() {
    use std::cell::RefCell;
    #[derive(Default)]
    struct Asked(RefCell<Vec<String>>);
    impl Context for Asked {
        fn values(&self, key: &Key) -> Option<Values<'_>> {
            self.0.borrow_mut().push(key.name().to_owned());
            (key.name() != "x:no").then(|| Values::one("v", Origin::Given))
        }
    }
    for (other, want) in [("x:yes", &["x:yes", "aws:resourcetag/t"][..]), ("x:no", &["x:no"])] {
        let text = format!(
            r#""Effect":"Allow","Action":"*","Resource":"*",
            "Condition":{{"StringEquals":{{"aws:ResourceTag/t":"v","{other}":"v"}}}}"#
        );
        let set = crate::testing::set(super::Kind::Identity, &[crate::testing::document(&[&text])]);
        let asked = Asked::default();
        let case = Case::get(USER);
        let caller = crate::decide::Caller {
            kind: USER,
            account: case.account,
            canonical_id: None,
            identity: &set,
            boundary: None,
            session: None,
            organization: None,
        };
        let resource = crate::decide::Resource {
            arn: &case.arn,
            account: case.owner,
            policy: None,
            rule: case.rule,
            granted: None,
            organization: None,
        };
        let request = crate::decide::Request {
            caller: &caller,
            action: &case.action,
            resource: &resource,
            endpoint: None,
            context: &asked,
        };
        assert_eq!(crate::decide::decide(&request).is_allowed(), other == "x:yes");
        assert_eq!(*asked.0.borrow(), want);
    }
}

/// Statements are compared in the order of policies and statements, whichever list they are found in.
#[test]
fn candidates_come_in_order() {
    use super::{Action, Kind};
    use crate::document::Effect;
    use crate::testing::{document, set};
    let deny = |action: &str, sid: &str| {
        format!(
            r#""Sid":"{sid}","Effect":"Deny","{}Action":"{action}","Resource":"*""#,
            if sid == "n" { "Not" } else { "" }
        )
    };
    let first =
        [deny("s3:*", "a"), deny("*", "b"), deny("ec2:*", "c"), deny("s3:Get*", "d"), deny("ec2:*", "n")];
    let second = [deny("*", "e"), deny("s3:Put*", "f")];
    let documents = [&first[..], &second]
        .map(|statements| document(&statements.iter().map(String::as_str).collect::<Vec<_>>()));
    let set = set(Kind::Identity, &documents);
    let sids = |action: &str| {
        let action = Action::new(action);
        let found = set.candidates(&action, Effect::Deny);
        found.map(|(_, statement)| statement.sid().unwrap().to_owned()).collect::<String>()
    };
    let names: Vec<&str> = set.policies().iter().map(|attached| &*attached.source.name).collect();
    assert_eq!(names, ["p0", "p1"]);
    assert_eq!(sids("s3:GetObject"), "abdne");
    assert_eq!(sids("s3:PutObject"), "abnef");
    assert_eq!(sids("EC2:RunInstances"), "bcne");
    assert_eq!(sids("iam:GetUser"), "bne");
    assert_eq!(set.candidates(&Action::new("s3:GetObject"), Effect::Allow).count(), 0);
}

/// What an audit says that statements grant: denials grant nothing.
#[test]
fn statements_grant_the_actions_they_allow() {
    let policy = r#"{"Statement":[
        {"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b/*","Condition":{"Bool":{"x:k":"true"}}},
        {"Effect":"Allow","NotAction":"s3:*","Resource":"*"},
        {"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
    let document = crate::document::Document::parse(policy).unwrap();
    let policy = super::Policy::compile(&document, super::Kind::Identity, &super::no_unique_ids);
    for (action, want) in [
        ("s3:GetObject", [true, false, false]),
        ("s3:PutObject", [false, false, false]),
        ("ec2:RunInstances", [false, true, false]),
    ] {
        let action = super::Action::new(action);
        let granted: Vec<bool> =
            policy.statements().iter().map(|statement| statement.grants(&action)).collect();
        assert_eq!(granted, want, "{}", action.name());
    }
}
