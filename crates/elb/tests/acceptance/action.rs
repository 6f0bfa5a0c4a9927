//! Actions of listeners and rules.

use crate::{Place, fixed, forward, refuses, with};
use serde_json::{Value, json};

fn oidc(more: Value) -> Value {
    let config = json!({
        "Issuer": "https://i.example", "AuthorizationEndpoint": "https://i.example/a",
        "TokenEndpoint": "https://i.example/t", "UserInfoEndpoint": "https://i.example/u",
        "ClientId": "c",
    });
    json!({ "Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": with(&config, &more) })
}

fn last() -> Value {
    json!({ "Type": "fixed-response", "Order": 2, "FixedResponseConfig": { "StatusCode": "200" } })
}

#[test]
fn every_action_is_shown_as_aws_shows_it() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let (one, other) = (place.group("one", "HTTP", &json!({})), place.group("other", "HTTP", &json!({})));
    let certificate = json!([{ "CertificateArn": place.certificate("www") }]);
    let weighted = json!({ "Type": "forward", "ForwardConfig": {
        "TargetGroups": [{ "TargetGroupArn": one, "Weight": 9 }, { "TargetGroupArn": other }],
        "TargetGroupStickinessConfig": { "Enabled": true, "DurationSeconds": 60 },
    }});
    let redirect = json!({ "Type": "redirect", "RedirectConfig": { "Protocol": "HTTPS", "Port": "444", "StatusCode": "HTTP_301" } });
    let cognito = json!({ "Type": "authenticate-cognito", "Order": 1, "AuthenticateCognitoConfig": {
        "UserPoolArn": "arn:p", "UserPoolClientId": "c", "UserPoolDomain": "d",
    }});
    let jwt = json!({ "Type": "jwt-validation", "Order": 1, "JwtValidationConfig": {
        "JwksEndpoint": "https://i.example/k", "Issuer": "https://i.example",
        "AdditionalClaims": [{ "Format": "single-string", "Name": "aud", "Values": ["a"] }],
    }});
    for (port, actions, path, want) in [
        (1, json!([weighted]), "ForwardConfig.TargetGroups.member.Weight", vec!["9", "1"]),
        (2, json!([redirect]), "RedirectConfig.Path", vec!["/#{path}"]),
        (3, json!([fixed()]), "FixedResponseConfig.StatusCode", vec!["404"]),
        (
            4,
            json!([oidc(json!({ "ClientSecret": "s" })), last()]),
            "AuthenticateOidcConfig.SessionCookieName",
            vec!["AWSELBAuthSessionCookie"],
        ),
        (5, json!([cognito, last()]), "AuthenticateCognitoConfig.SessionTimeout", vec!["604800"]),
        (6, json!([jwt, last()]), "JwtValidationConfig.AdditionalClaims.member.Name", vec!["aud"]),
        (
            7,
            json!([last(), oidc(json!({ "ClientSecret": "s" }))]),
            "Type",
            vec!["authenticate-oidc", "fixed-response"],
        ),
    ] {
        let wish = json!({
            "LoadBalancerArn": arn, "Protocol": "HTTPS", "Port": port, "Certificates": certificate,
            "DefaultActions": actions,
        });
        let made = place.v2.call("CreateListener", &wish).ok();
        let found =
            made.texts(&format!("CreateListenerResult.Listeners.member.DefaultActions.member.{path}"));
        assert_eq!(found, want, "{port}");
        assert!(!made.body_text().contains("ClientSecret"), "secrets are not told");
    }
}

#[test]
fn a_secret_is_kept_where_it_is_not_told_again() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let wish = json!({
        "LoadBalancerArn": arn, "Protocol": "HTTPS", "Port": 443,
        "Certificates": [{ "CertificateArn": place.certificate("www") }],
        "DefaultActions": [oidc(json!({ "ClientSecret": "s" })), last()],
    });
    let made = place.v2.call("CreateListener", &wish).ok();
    let listener = made.text("CreateListenerResult.Listeners.member.ListenerArn");
    let modify = |more: Value| json!({ "ListenerArn": listener, "DefaultActions": [oidc(more), last()] });
    let keeps = json!({ "UseExistingClientSecret": true, "Scope": "email" });
    let answer = place.v2.call("ModifyListener", &modify(keeps)).ok();
    let path = "ModifyListenerResult.Listeners.member.DefaultActions.member.AuthenticateOidcConfig.Scope";
    assert_eq!(answer.text(path), "email");
    let sentence = "Exactly one of ClientSecret and UseExistingClientSecret must be specified";
    let other = modify(json!({ "UseExistingClientSecret": true, "ClientId": "other" }));
    let neither = modify(json!({}));
    let code = "InvalidLoadBalancerAction";
    refuses(
        &place.v2,
        &[("ModifyListener", other, code, sentence), ("ModifyListener", neither, code, sentence)],
    );
}

#[test]
fn actions_that_are_none_are_refused() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let group = place.group("web", "HTTP", &json!({}));
    let http = |actions: Value| json!({ "LoadBalancerArn": arn, "Protocol": "HTTP", "Port": 80, "DefaultActions": actions });
    let redirect = |config: Value| json!([{ "Type": "redirect", "RedirectConfig": config }]);
    let tuple = |arn: &str, weight: i32| json!({ "TargetGroupArn": arn, "Weight": weight });
    let groups = |list: Value| json!([{ "Type": "forward", "ForwardConfig": { "TargetGroups": list } }]);
    let action = "InvalidLoadBalancerAction";
    let types = "The ContentType must be one of:'text/html', 'application/json', 'application/javascript', 'text/css', 'text/plain'";
    for (actions, code, sentence) in [
        (
            redirect(json!({ "StatusCode": "HTTP_301" })),
            action,
            "The redirect configuration is not valid because it creates a loop.",
        ),
        (
            json!([{ "Type": "redirect" }]),
            action,
            "For actions of type 'redirect', you must specify the following fields: 'RedirectConfig'",
        ),
        (
            json!([{ "Type": "fixed-response" }]),
            action,
            "For actions of type 'fixed-response', you must specify the following fields: 'FixedResponseConfig'",
        ),
        (
            json!([{ "Type": "forward" }]),
            action,
            "For actions of type 'forward', you must specify the following fields: 'TargetGroupArn'",
        ),
        (
            json!([{ "Type": "fixed-response", "FixedResponseConfig": { "StatusCode": "200", "ContentType": "x" } }]),
            action,
            types,
        ),
        (
            json!([oidc(json!({ "ClientSecret": "s" })), last()]),
            action,
            "Actions of type 'authenticate-oidc' are supported only on HTTPS listeners",
        ),
        (
            json!([oidc(json!({ "ClientSecret": "s" }))]),
            action,
            "The last action must be a forward, a redirect or a fixed-response action, and there can be only one of them",
        ),
        (
            json!([forward(&group), fixed()]),
            action,
            "An order must be specified for each action when there is more than one",
        ),
        (
            groups(json!([tuple(&group, 1000)])),
            action,
            "The weight of a target group must be between 0 and 999",
        ),
        (
            groups(json!([tuple(&group, 1), tuple(&group, 2)])),
            action,
            "A target group can be specified only once in an action",
        ),
        (
            redirect(json!({ "StatusCode": "HTTP_301", "Path": "x" })),
            action,
            "The redirect configuration is not valid: the value of 'Path' is not allowed",
        ),
    ] {
        refuses(&place.v2, &[("CreateListener", http(actions), code, sentence)]);
    }
    let refusal = place.v2.call("CreateListener", &http(json!([{ "Type": "x" }]))).refusal();
    let front = "1 validation error detected: Value 'x' at 'defaultActions.1.member.type' failed to satisfy constraint: Member must satisfy enum value set: [";
    assert!(refusal.message.starts_with(front), "{}", refusal.message);
    let status = json!([{ "Type": "fixed-response", "FixedResponseConfig": { "StatusCode": "300" } }]);
    let sentence = r"1 validation error detected: Value '300' at 'defaultActions.1.member.fixedResponseConfig.statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(2|4|5)\d\d$";
    refuses(&place.v2, &[("CreateListener", http(status), "ValidationError", sentence)]);
    let net = place.balancer("network", "net");
    let wish = json!({ "LoadBalancerArn": net, "Protocol": "TCP", "Port": 80, "DefaultActions": [fixed()] });
    let kind = "Actions of type 'fixed-response' are not supported on load balancers with type 'network'";
    refuses(&place.v2, &[("CreateListener", wish, action, kind)]);
}

#[test]
fn network_load_balancers_weigh_their_target_groups() {
    let place = Place::new();
    let (net, gwy) = (place.balancer("network", "net"), place.balancer("gateway", "gwy"));
    let groups: Vec<String> = (0..6).map(|n| place.group(&format!("tcp-{n}"), "TCP", &json!({}))).collect();
    let geneve: Vec<String> =
        (0..2).map(|n| place.group(&format!("g-{n}"), "GENEVE", &json!({ "Port": 6081 }))).collect();
    let weighted = |groups: &[String]| {
        let one = |(arn, n): (&String, i32)| json!({ "TargetGroupArn": arn, "Weight": 20 * n });
        let list: Vec<Value> = groups.iter().zip(0..).map(one).collect();
        json!([{ "Type": "forward", "ForwardConfig": { "TargetGroups": list } }])
    };
    let tcp = |groups: &[String]| json!({ "LoadBalancerArn": net, "Protocol": "TCP", "Port": 80 + groups.len(), "DefaultActions": weighted(groups) });
    // Source: AWS's networking blog, "Network Load Balancers now support Weighted Target Groups"; Network Load Balancers
    // guide, "Quotas".
    let made = place.v2.call("CreateListener", &tcp(&groups[..5])).ok();
    let path =
        "CreateListenerResult.Listeners.member.DefaultActions.member.ForwardConfig.TargetGroups.member";
    assert_eq!(made.texts(&format!("{path}.Weight")), ["0", "20", "40", "60", "80"]);
    assert_eq!(made.texts(&format!("{path}.TargetGroupArn")), groups[..5]);
    let limits = place.v2.call("DescribeAccountLimits", &json!({})).ok();
    let path = "DescribeAccountLimitsResult.Limits.member";
    let at = limits.texts(&format!("{path}.Name"));
    let at = at.iter().position(|name| name == "target-groups-per-action-on-network-load-balancer").unwrap();
    assert_eq!(limits.texts(&format!("{path}.Max"))[at], "5");
    let packets = json!({ "LoadBalancerArn": gwy, "DefaultActions": weighted(&geneve) });
    let code = "InvalidLoadBalancerAction";
    refuses(
        &place.v2,
        &[
            ("CreateListener", tcp(&groups), code, "You can specify at most '5' target groups in an action"),
            ("CreateListener", packets, code, "You can specify at most '1' target groups in an action"),
        ],
    );
}

#[test]
fn actions_of_https_are_checked() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let certificate = json!([{ "CertificateArn": place.certificate("www") }]);
    let https = |actions: Value| {
        json!({
            "LoadBalancerArn": arn, "Protocol": "HTTPS", "Port": 443, "Certificates": certificate,
            "DefaultActions": actions,
        })
    };
    let jwt = |length: usize| {
        let config = json!({ "JwksEndpoint": "https://i.example/k", "Issuer": "i".repeat(length) });
        json!([{ "Type": "jwt-validation", "Order": 1, "JwtValidationConfig": config }, last()])
    };
    let plain =
        json!([{ "Type": "redirect", "RedirectConfig": { "Protocol": "HTTP", "StatusCode": "HTTP_302" } }]);
    let code = "InvalidLoadBalancerAction";
    refuses(
        &place.v2,
        &[
            ("CreateListener", https(plain), code, "You cannot redirect HTTPS to HTTP"),
            (
                "CreateListener",
                https(jwt(257)),
                code,
                "The issuer of a token can have at most 256 characters",
            ),
        ],
    );
    place.v2.call("CreateListener", &https(jwt(256))).ok();
}
