//! The documented examples, and what simulations refuse. Documents that the reference prints with braces in the place
//! of brackets are mended.

use crate::neighbours::nowhere;
use base::AccountId;
use ports::{Caller, Issuers};
use shape::Operation;
use shapes_iam as api;
use testkit::Local;
use wire::Fault;

/// An account with a user Mateo, who may read roles, in a group that may list buckets.
struct Home(Local);

impl Home {
    fn new() -> Self {
        let local = Local::new(|registry| {
            crate::install(registry, Issuers::default(), nowhere());
        });
        let home = Self(local);
        let text = |text: &str| Some(text.to_owned());
        home.call::<api::CreateUser>(api::CreateUserRequest {
            user_name: text("mateo"),
            ..Default::default()
        });
        home.call::<api::PutUserPolicy>(api::PutUserPolicyRequest {
            user_name: text("mateo"),
            policy_name: text("AdminUser"),
            policy_document: Some(allow("iam:GetRole", "*")),
        });
        home.call::<api::CreateGroup>(api::CreateGroupRequest {
            group_name: text("readers"),
            ..Default::default()
        });
        home.call::<api::AttachGroupPolicy>(api::AttachGroupPolicyRequest {
            group_name: text("readers"),
            policy_arn: text("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"),
        });
        home.call::<api::AddUserToGroup>(api::AddUserToGroupRequest {
            user_name: text("mateo"),
            group_name: text("readers"),
        });
        home
    }

    fn caller() -> Caller {
        let account: AccountId = "111122223333".parse().unwrap();
        Caller::root(account, None)
    }

    fn try_call<O: Operation>(&self, input: O::Input) -> Result<O::Output, Fault> {
        self.0.call_with::<O>(&self.0.cx(Self::caller(), "us-east-1"), input)
    }

    #[track_caller]
    fn call<O: Operation>(&self, input: O::Input) -> O::Output {
        match self.try_call::<O>(input) {
            Ok(output) => output,
            Err(fault) => panic!("{}: {:?}", fault.code, fault.message),
        }
    }

    #[track_caller]
    fn custom(&self, input: api::SimulateCustomPolicyRequest) -> api::EvaluationResult {
        self.call::<api::SimulateCustomPolicy>(input).evaluation_results.unwrap().remove(0)
    }

    #[track_caller]
    fn principal(&self, input: api::SimulatePrincipalPolicyRequest) -> api::EvaluationResult {
        self.call::<api::SimulatePrincipalPolicy>(input).evaluation_results.unwrap().remove(0)
    }
}

const MATEO: &str = "arn:aws:iam::111122223333:user/mateo";

fn allow(action: &str, resource: &str) -> String {
    statement("Allow", action, resource)
}

fn statement(effect: &str, action: &str, resource: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Action":"{action}","Resource":"{resource}"}}}}"#
    )
}

/// What a bucket's policy would say of a user.
fn to(user: &str, resource: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{user}"}},"Action":["s3:List*","s3:Put*"],"Resource":"{resource}"}}}}"#
    )
}

fn asking(policy: &str, action: &str, resources: &[&str]) -> api::SimulateCustomPolicyRequest {
    api::SimulateCustomPolicyRequest {
        policy_input_list: Some(vec![policy.to_owned()]),
        action_names: Some(vec![action.to_owned()]),
        resource_arns: Some(resources.iter().map(|arn| (*arn).to_owned()).collect()),
        ..Default::default()
    }
}

fn about(source: &str, action: &str, resources: &[&str]) -> api::SimulatePrincipalPolicyRequest {
    api::SimulatePrincipalPolicyRequest {
        policy_source_arn: Some(source.to_owned()),
        action_names: Some(vec![action.to_owned()]),
        resource_arns: Some(resources.iter().map(|arn| (*arn).to_owned()).collect()),
        ..Default::default()
    }
}

fn context(key: &str, kind: &str, values: &[&str]) -> Option<Vec<api::ContextEntry>> {
    Some(vec![api::ContextEntry {
        context_key_name: Some(key.to_owned()),
        context_key_values: Some(values.iter().map(|value| (*value).to_owned()).collect()),
        context_key_type: Some(kind.to_owned()),
    }])
}

/// Ids, and lines and columns of start and end.
fn matched(statements: Option<&Vec<api::Statement>>) -> Vec<String> {
    let at = |at: &Option<api::Position>| {
        let at = at.as_ref().unwrap();
        format!("{}:{}", at.line.unwrap(), at.column.unwrap())
    };
    let one = |one: &api::Statement| {
        let (start, end) = (at(&one.start_position), at(&one.end_position));
        format!(
            "{} {} {start}-{end}",
            one.source_policy_id.clone().unwrap(),
            one.source_policy_type.clone().unwrap()
        )
    };
    statements.unwrap().iter().map(one).collect()
}

/// Source: AWS CLI, examples of `simulate-custom-policy`.
#[test]
fn time_is_what_is_given() {
    let home = Home::new();
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}"#;
    for (given, decision, statements, missing) in [
        (Some("2019-04-25T11:00:00Z"), "allowed", vec!["PolicyInputList.1 IAM Policy 1:38-1:167"], vec![]),
        (Some("2014-04-25T11:00:00Z"), "implicitDeny", vec![], vec![]),
        // The world's clock is later than the policy's date, and does not count.
        (None, "implicitDeny", vec![], vec!["aws:CurrentTime"]),
    ] {
        let input = api::SimulateCustomPolicyRequest {
            context_entries: given.and_then(|at| context("aws:CurrentTime", "date", &[at])),
            ..asking(policy, "dynamodb:CreateBackup", &[])
        };
        let result = home.custom(input);
        assert_eq!(result.eval_decision.as_deref(), Some(decision));
        assert_eq!(result.eval_resource_name.as_deref(), Some("*"));
        assert_eq!(matched(result.matched_statements.as_ref()), statements);
        assert_eq!(result.missing_context_values.unwrap(), missing);
        assert!(result.eval_decision_details.is_none() && result.resource_specific_results.is_none());
    }
}

/// Source: SimulateCustomPolicy, example "Same-Account Simulation": the bucket's policy names the user himself, so
/// that neither his own policies nor his boundary count.
#[test]
fn a_bucket_policy_that_names_the_user_is_enough_in_his_account() {
    let home = Home::new();
    let input = api::SimulateCustomPolicyRequest {
        caller_arn: Some(MATEO.to_owned()),
        resource_owner: Some("arn:aws:iam::111122223333:root".to_owned()),
        permissions_boundary_policy_input_list: Some(vec![allow("iam:*", "*")]),
        resource_policy: Some(to(MATEO, "arn:aws:s3:::production/*")),
        ..asking(&allow("iam:*", "*"), "s3:PutObject", &["arn:aws:s3:::production/Test"])
    };
    let result = home.custom(input);
    assert_eq!(result.eval_decision.as_deref(), Some("allowed"));
    let length = to(MATEO, "arn:aws:s3:::production/*").len();
    let statements = vec![format!("ResourcePolicy Resource Policy 1:38-1:{length}")];
    assert_eq!(matched(result.matched_statements.as_ref()), statements);
    let boundary = |detail: Option<api::PermissionsBoundaryDecisionDetail>| {
        detail.unwrap().allowed_by_permissions_boundary
    };
    assert_eq!(boundary(result.permissions_boundary_decision_detail), Some(false));
    assert!(result.eval_decision_details.unwrap().is_empty());
    let specific = result.resource_specific_results.unwrap().remove(0);
    assert_eq!(specific.eval_resource_name.as_deref(), Some("arn:aws:s3:::production/Test"));
    assert_eq!(specific.eval_resource_decision.as_deref(), Some("allowed"));
    assert_eq!(matched(specific.matched_statements.as_ref()), statements);
    assert!(specific.eval_decision_details.is_none());
    assert_eq!(boundary(specific.permissions_boundary_decision_detail), Some(false));
}

/// Source: SimulatePrincipalPolicy, example "Same-Account Simulation".
#[test]
fn a_user_is_simulated_with_his_own_policies() {
    let home = Home::new();
    let result = home.principal(api::SimulatePrincipalPolicyRequest {
        permissions_boundary_policy_input_list: Some(vec![allow("iam:*", "*")]),
        ..about(MATEO, "iam:GetRole", &["arn:aws:iam::111122223333:role/pol-sim-test"])
    });
    assert_eq!(result.eval_decision.as_deref(), Some("allowed"));
    let end = allow("iam:GetRole", "*").len();
    let statements = vec![format!("user_mateo_AdminUser IAM Policy 1:38-1:{end}")];
    assert_eq!(matched(result.matched_statements.as_ref()), statements);
    assert_eq!(
        result.permissions_boundary_decision_detail.unwrap().allowed_by_permissions_boundary,
        Some(true)
    );
    assert!(result.eval_decision_details.unwrap().is_empty());
}

/// Source: SimulatePrincipalPolicy, example "Cross-Account Simulation": each kind of policy is told by itself, and the
/// bucket's statement stands with the resource only.
#[test]
fn between_two_accounts_each_kind_of_policy_is_told() {
    let home = Home::new();
    let result = home.principal(api::SimulatePrincipalPolicyRequest {
        resource_owner: Some("arn:aws:iam::123456789012:root".to_owned()),
        permissions_boundary_policy_input_list: Some(vec![allow("iam:*", "*")]),
        resource_policy: Some(to(MATEO, "arn:aws:s3:::mary/*")),
        ..about(MATEO, "s3:PutObject", &["arn:aws:s3:::mary/Test"])
    });
    assert_eq!(result.eval_decision.as_deref(), Some("implicitDeny"));
    assert_eq!(matched(result.matched_statements.as_ref()), Vec::<String>::new());
    let details: Vec<(String, String)> = result.eval_decision_details.unwrap().into_iter().collect();
    let want = [
        ("IAM Policy", "implicitDeny"),
        ("Permissions Boundary Policy", "implicitDeny"),
        ("Resource Policy", "allowed"),
    ];
    assert_eq!(details, want.map(|(kind, effect)| (kind.to_owned(), effect.to_owned())));
    let specific = result.resource_specific_results.unwrap().remove(0);
    let end = to(MATEO, "arn:aws:s3:::mary/*").len();
    assert_eq!(
        matched(specific.matched_statements.as_ref()),
        vec![format!("ResourcePolicy Resource Policy 1:38-1:{end}")]
    );
    assert_eq!(specific.eval_decision_details.unwrap().len(), 3);
}

/// Source: SimulatePrincipalPolicy, example of the user Jill: what is given counts beside what she has.
#[test]
fn groups_and_given_policies_count() {
    let home = Home::new();
    let bucket = "arn:aws:s3:::my-test-bucket";
    let given = Some(vec![allow("s3:PutObject", bucket)]);
    for (action, decision, id) in [
        ("s3:PutObject", "allowed", Some("PolicyInputList.1")),
        ("s3:GetObject", "allowed", Some("AmazonS3ReadOnlyAccess")),
        ("s3:DeleteObject", "implicitDeny", None),
    ] {
        let result = home.principal(api::SimulatePrincipalPolicyRequest {
            policy_input_list: given.clone(),
            ..about(MATEO, action, &[bucket])
        });
        assert_eq!(result.eval_decision.as_deref(), Some(decision), "{action}");
        let first = result.matched_statements.unwrap().into_iter().next();
        assert_eq!(first.and_then(|one| one.source_policy_id).as_deref(), id, "{action}");
    }
    let group = home.principal(about("arn:aws:iam::111122223333:group/readers", "s3:GetObject", &[]));
    assert_eq!(group.eval_decision.as_deref(), Some("allowed"));
    let left_out = |exclusion: api::PolicyIdentifier| {
        let input = api::SimulatePrincipalPolicyRequest {
            policy_exclusion_list: Some(vec![exclusion]),
            ..about(MATEO, "s3:GetObject", &[])
        };
        home.principal(input).eval_decision.unwrap()
    };
    let kind =
        |kind: &str| api::PolicyIdentifier { policy_type: Some(kind.to_owned()), ..Default::default() };
    assert_eq!(left_out(kind("aws-managed")), "implicitDeny");
    assert_eq!(left_out(kind("user-managed")), "allowed");
    let pattern = Some("arn:aws:iam::aws:policy/Amazon*Access".to_owned());
    assert_eq!(left_out(api::PolicyIdentifier { policy_arn: pattern, ..Default::default() }), "implicitDeny");
}

/// Source: IAM API reference, EvaluationResult.
#[test]
fn several_resources_have_their_own_decisions_and_the_strictest_together() {
    let home = Home::new();
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::*"},{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::secret/*"}]}"#;
    let result =
        home.custom(asking(policy, "s3:GetObject", &["arn:aws:s3:::open/a", "arn:aws:s3:::secret/a"]));
    assert_eq!(result.eval_decision.as_deref(), Some("explicitDeny"));
    // Only what made the decision.
    assert_eq!(matched(result.matched_statements.as_ref()), ["PolicyInputList.1 IAM Policy 1:100-1:177"]);
    let specific = result.resource_specific_results.unwrap();
    let decisions: Vec<_> =
        specific.iter().map(|one| one.eval_resource_decision.as_deref().unwrap()).collect();
    assert_eq!(decisions, ["allowed", "explicitDeny"]);
    assert_eq!(matched(specific[0].matched_statements.as_ref()), ["PolicyInputList.1 IAM Policy 1:38-1:100"]);
}

/// Source: IAM API reference, OrderedOrganizationPolicyInputList and EvalDecisionDetails.
#[test]
fn every_level_of_an_organization_has_to_allow() {
    let home = Home::new();
    let level = |text: String| api::OrderedOrganizationPolicyType {
        service_control_policy_input_list: Some(vec![text]),
    };
    for (levels, decision, by_organization) in [
        (vec![allow("*", "*"), allow("s3:*", "*")], "allowed", true),
        (vec![allow("*", "*"), allow("ec2:*", "*")], "implicitDeny", false),
        (vec![allow("*", "*"), statement("Deny", "s3:*", "*")], "explicitDeny", false),
    ] {
        let result = home.custom(api::SimulateCustomPolicyRequest {
            ordered_organization_policy_input_list: Some(levels.into_iter().map(level).collect()),
            ..asking(&allow("s3:*", "*"), "s3:GetObject", &["arn:aws:s3:::b/k"])
        });
        assert_eq!(result.eval_decision.as_deref(), Some(decision));
        let detail = result.organizations_decision_detail.unwrap();
        assert_eq!(detail.allowed_by_organizations, Some(by_organization));
        assert_eq!(result.eval_decision_details.is_some(), by_organization);
        assert_eq!(result.matched_statements.unwrap().len(), usize::from(by_organization));
    }
}

/// Recorded in an issue of boto3: the keys of all statements are told, also of those about other actions.
#[test]
fn keys_are_told_as_missing_and_listed() {
    let home = Home::new();
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"StringLike":{"aws:PrincipalTag/allowed_service":"s3"}}},{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::example-bucket/${aws:username}"}]}"#;
    let result = home.custom(asking(policy, "s3:ListBucket", &[]));
    assert_eq!(result.missing_context_values.unwrap(), ["aws:PrincipalTag/allowed_service", "aws:username"]);
    let given = api::SimulateCustomPolicyRequest {
        context_entries: context("AWS:principaltag/allowed_service", "string", &["s3"]),
        ..asking(policy, "s3:ListBucket", &[])
    };
    let result = home.custom(given);
    assert_eq!(result.eval_decision.as_deref(), Some("allowed"));
    assert_eq!(result.missing_context_values.unwrap(), ["aws:username"]);
    let custom = home.call::<api::GetContextKeysForCustomPolicy>(api::GetContextKeysForCustomPolicyRequest {
        policy_input_list: Some(vec![policy.to_owned(), policy.to_owned()]),
    });
    assert_eq!(custom.context_key_names.unwrap(), ["aws:PrincipalTag/allowed_service", "aws:username"]);
    let principal =
        home.call::<api::GetContextKeysForPrincipalPolicy>(api::GetContextKeysForPrincipalPolicyRequest {
            policy_source_arn: Some(MATEO.to_owned()),
            policy_input_list: Some(vec![policy.to_owned()]),
        });
    assert_eq!(principal.context_key_names.unwrap().len(), 2);
}

#[test]
fn lists_of_values_are_lists() {
    let home = Home::new();
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:CreateTags","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}}}"#;
    for (values, decision) in [(&["a", "b"][..], "allowed"), (&["a", "c"], "implicitDeny")] {
        let result = home.custom(api::SimulateCustomPolicyRequest {
            context_entries: context("aws:TagKeys", "stringList", values),
            ..asking(policy, "ec2:CreateTags", &[])
        });
        assert_eq!(result.eval_decision.as_deref(), Some(decision));
    }
}

#[test]
fn actions_come_in_pages() {
    let home = Home::new();
    let ask = |marker: Option<String>| {
        home.call::<api::SimulateCustomPolicy>(api::SimulateCustomPolicyRequest {
            action_names: Some(["s3:GetObject", "s3:PutObject", "s3:GetObject"].map(str::to_owned).to_vec()),
            max_items: Some(2),
            marker,
            ..asking(&allow("s3:*", "*"), "s3:GetObject", &[])
        })
    };
    let first = ask(None);
    assert_eq!((first.evaluation_results.unwrap().len(), first.is_truncated), (2, Some(true)));
    let last = ask(first.marker);
    assert_eq!((last.evaluation_results.unwrap().len(), last.is_truncated), (1, Some(false)));
    assert!(last.marker.is_none());
}

#[track_caller]
fn refused<T>(outcome: Result<T, Fault>, code: &str, sentence: &str) {
    let fault = outcome.err().expect("it is refused");
    assert_eq!((fault.code.as_ref(), fault.message.as_deref()), (code, Some(sentence)));
}

/// Sources: issues of amazon-ecs-exec-checker, botocore and newrelic-lambda-cli, and a note on simulating bucket
/// policies, for the sentences of resources, owners, entities and callers.
#[test]
fn what_simulations_refuse() {
    let home = Home::new();
    let policy = allow("s3:*", "*");
    let plain = || asking(&policy, "s3:GetObject", &[]);
    let custom = |input: api::SimulateCustomPolicyRequest, sentence: &str| {
        refused(home.try_call::<api::SimulateCustomPolicy>(input), "InvalidInput", sentence);
    };
    custom(
        asking(&policy, "s3:GetObject", &["14a050d4"]),
        "ResourceNames are not in a valid ARN format: 14a050d4.",
    );
    let owner = Some("123456789012".to_owned());
    custom(
        api::SimulateCustomPolicyRequest { resource_owner: owner, ..plain() },
        "'123456789012' is not a valid as a Resource Owner.",
    );
    let role = Some("arn:aws:iam::111122223333:role/r".to_owned());
    let bucket = Some(to(MATEO, "arn:aws:s3:::b/*"));
    custom(
        api::SimulateCustomPolicyRequest { caller_arn: role, resource_policy: bucket, ..plain() },
        "Invalid caller - Caller must be an IAM user in this context.",
    );
    custom(asking(&policy, "s3:Get*", &[]), "Invalid Input Actions: [s3:Get*] is not an action.");
    custom(asking("{", "s3:GetObject", &[]), "Syntax errors in policy.");
    custom(
        api::SimulateCustomPolicyRequest {
            context_entries: context("aws:EpochTime", "numeric", &["soon"]),
            ..plain()
        },
        "Invalid value of type numeric for context key aws:EpochTime.",
    );
    let scenario = Some("EC2-VPC-EBS".to_owned());
    custom(
        api::SimulateCustomPolicyRequest {
            resource_handling_option: scenario,
            ..asking(&policy, "ec2:RunInstances", &["arn:aws:ec2:us-east-1:111122223333:instance/*"])
        },
        "ResourceHandlingOption EC2-VPC-EBS requires a resource of type image.",
    );
    let principal = |source: &str, code: &str, sentence: &str| {
        refused(
            home.try_call::<api::SimulatePrincipalPolicy>(about(source, "s3:GetObject", &[])),
            code,
            sentence,
        );
    };
    let session = "arn:aws:sts::111122223333:assumed-role/u-admin/botocore";
    principal(
        session,
        "InvalidInput",
        &format!("Invalid Entity Arn: {session} does not clearly define entity type and name."),
    );
    principal(
        "arn:aws:iam::123456789012:role/r",
        "InvalidInput",
        "Invalid Policy Source Arn: caller's account 111122223333 does not have access to policies in account 123456789012",
    );
    principal(
        "arn:aws:iam::111122223333:role/MyRole",
        "NoSuchEntity",
        "The role with name MyRole cannot be found.",
    );
}
