use crate::{arn, start, user};
use serde_json::json;

const DENY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:DeleteObject","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}]}"#;

/// Source: IAM API reference, SimulatePrincipalPolicy; the id of an inline policy stands in its second example.
#[test]
fn what_a_user_may_is_simulated() {
    let (_server, iam) = start();
    user(&iam, "anna");
    let put = json!({ "UserName": "anna", "PolicyName": "work", "PolicyDocument": DENY });
    iam.call("PutUserPolicy", &put).ok();
    let ask = |action: &str, mfa: Option<&str>| {
        let entries: Vec<_> = mfa
            .map(|value| {
                json!({
                    "ContextKeyName": "aws:MultiFactorAuthPresent", "ContextKeyType": "boolean",
                    "ContextKeyValues": [value],
                })
            })
            .into_iter()
            .collect();
        iam.call(
            "SimulatePrincipalPolicy",
            &json!({
                "PolicySourceArn": arn("user/anna"), "ActionNames": [action],
                "ResourceArns": ["arn:aws:s3:::box/thing"], "ContextEntries": entries,
            }),
        )
        .ok()
    };
    let result = "SimulatePrincipalPolicyResult.EvaluationResults.member";
    for (action, mfa, decision, column) in [
        ("s3:GetObject", None, "allowed", Some("38")),
        ("s3:DeleteObject", Some("false"), "explicitDeny", Some("87")),
        ("s3:DeleteObject", Some("true"), "allowed", Some("38")),
        ("ec2:RunInstances", None, "implicitDeny", None),
    ] {
        let answer = ask(action, mfa);
        assert_eq!(answer.text(&format!("{result}.EvalDecision")), decision, "{action} {mfa:?}");
        let specific = format!("{result}.ResourceSpecificResults.member");
        assert_eq!(answer.text(&format!("{specific}.EvalResourceDecision")), decision);
        let statement = format!("{specific}.MatchedStatements.member");
        match column {
            Some(column) => {
                assert_eq!(answer.text(&format!("{statement}.StartPosition.Column")), column);
                assert_eq!(answer.text(&format!("{statement}.SourcePolicyId")), "user_anna_work");
            }
            None => assert!(answer.texts(&statement).is_empty()),
        }
        let missing = answer.texts(&format!("{result}.MissingContextValues.member"));
        assert_eq!(missing.is_empty(), mfa.is_some());
        // Within one account the element is there, and empty.
        assert!(answer.body_text().contains("<EvalDecisionDetails"), "{}", answer.body_text());
    }
    let keys = json!({ "PolicySourceArn": arn("user/anna") });
    let keys = iam.call("GetContextKeysForPrincipalPolicy", &keys).ok();
    let name = "GetContextKeysForPrincipalPolicyResult.ContextKeyNames.member";
    assert_eq!(keys.texts(name), ["aws:MultiFactorAuthPresent"]);
}
