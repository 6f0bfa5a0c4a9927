//! Listeners.

use crate::{NOTHING, Place, fixed, forward, refuses, with};
use serde_json::{Value, json};

const MADE: &str = "CreateListenerResult.Listeners.member";

#[test]
fn a_listener_is_shown_as_aws_shows_it() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let group = place.group("web", "HTTP", &json!({}));
    let wish = json!({
        "LoadBalancerArn": arn, "Protocol": "HTTP", "Port": 80, "DefaultActions": [forward(&group)],
        "Tags": [{ "Key": "a", "Value": "1" }],
    });
    let made = place.v2.call("CreateListener", &wish).ok();
    let listener = made.text(&format!("{MADE}.ListenerArn"));
    assert!(listener.starts_with(&arn.replace(":loadbalancer/", ":listener/")), "{listener}");
    let action = format!("{MADE}.DefaultActions.member");
    for (member, want) in [
        ("Type", "forward"),
        ("TargetGroupArn", &*group),
        ("ForwardConfig.TargetGroups.member.TargetGroupArn", &*group),
        ("ForwardConfig.TargetGroups.member.Weight", "1"),
        ("ForwardConfig.TargetGroupStickinessConfig.Enabled", "false"),
    ] {
        assert_eq!(made.text(&format!("{action}.{member}")), want, "{member}");
    }
    assert!(made.texts(&format!("{MADE}.SslPolicy")).is_empty());
    let again = place.v2.call("CreateListener", &wish).ok();
    assert_eq!(again.text(&format!("{MADE}.ListenerArn")), listener, "an equal one is the same");
    let tags = place.v2.call("DescribeTags", &json!({ "ResourceArns": [listener] })).ok();
    assert_eq!(tags.text("DescribeTagsResult.TagDescriptions.member.Tags.member.Value"), "1");
    let groups = place.v2.call("DescribeTargetGroups", &json!({ "LoadBalancerArn": arn })).ok();
    let path = "DescribeTargetGroupsResult.TargetGroups.member.LoadBalancerArns.member";
    assert_eq!(groups.text(path), arn);
    for other in place.elsewhere("elbv2") {
        let refusal = other.call("DescribeListeners", &json!({ "ListenerArns": [listener] })).refusal();
        assert_eq!(refusal.message, format!("'{listener}' is not a valid listener ARN"));
    }
}

#[test]
fn what_cannot_listen_is_refused() {
    let place = Place::new();
    let (web, net) = (place.balancer("application", "web"), place.balancer("network", "net"));
    let gwy = place.balancer("gateway", "gwy");
    let (http, tcp) = (place.group("http", "HTTP", &json!({})), place.group("tcp", "TCP", &json!({})));
    let geneve = place.group("geneve", "GENEVE", &json!({ "Port": 6081 }));
    let lambda = place.v2.call("CreateTargetGroup", &json!({ "Name": "fn", "TargetType": "lambda" })).ok();
    let lambda = lambda.text("CreateTargetGroupResult.TargetGroups.member.TargetGroupArn");
    place.listener(&web, "HTTP", 80, &http);
    let own = |balancer: &str, group: &str, more: Value| {
        with(&json!({ "LoadBalancerArn": balancer, "DefaultActions": [forward(group)] }), &more)
    };
    let at = |balancer: &str, protocol: &str, group: &str| {
        own(balancer, group, json!({ "Protocol": protocol, "Port": 81 }))
    };
    let exists = format!("A listener already exists on this port for this load balancer '{web}'");
    let protocols = |group: &str, one: &str, other: &str| {
        format!(
            "The listener and its associated target group '{group}' have incompatible protocols: '{one}' and '{other}'"
        )
    };
    let (ours, theirs) = (protocols(&tcp, "HTTP", "TCP"), protocols(&http, "TCP", "HTTP"));
    let nothing = http.rsplit_once('/').unwrap().0.to_owned() + "/" + NOTHING;
    let missing = format!("Target group '{nothing}' not found");
    let gone = format!("arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/x/{NOTHING}");
    let limit =
        format!("The following target groups cannot be associated with more than one load balancer: {http}");
    let other = place.balancer("application", "other");
    let op = "CreateListener";
    let v = "ValidationError";
    let secure = |more: Value| with(&own(&web, &http, json!({ "Protocol": "HTTPS", "Port": 443 })), &more);
    refuses(
        &place.v2,
        &[
            (
                op,
                own(&web, &http, json!({ "Protocol": "HTTP", "Port": 80, "DefaultActions": [fixed()] })),
                "DuplicateListener",
                &exists,
            ),
            (op, own(&web, &http, json!({ "Port": 81 })), v, "A listener protocol must be specified"),
            (op, own(&web, &http, json!({ "Protocol": "HTTP" })), v, "A listener port must be specified"),
            (op, at(&web, "TCP", &tcp), v, "Listener protocol 'TCP' must be one of 'HTTPS, HTTP'"),
            (
                op,
                at(&net, "HTTP", &http),
                v,
                "Listener protocol 'HTTP' must be one of 'TLS, TCP, TCP_UDP, UDP'",
            ),
            (
                op,
                own(&gwy, &geneve, json!({ "Port": 80 })),
                v,
                "A port cannot be specified for gateway listeners",
            ),
            (
                op,
                own(&gwy, &geneve, json!({ "Protocol": "GENEVE" })),
                v,
                "A protocol cannot be specified for gateway listeners",
            ),
            (op, at(&web, "HTTP", &tcp), "IncompatibleProtocols", &ours),
            (op, at(&net, "TCP", &http), "IncompatibleProtocols", &theirs),
            (op, at(&web, "HTTP", &nothing), "TargetGroupNotFound", &missing),
            (op, at(&other, "HTTP", &http), "TargetGroupAssociationLimit", &limit),
            (
                op,
                at(&gone, "HTTP", &http),
                "LoadBalancerNotFound",
                &format!("Load balancer '{gone}' not found"),
            ),
            (op, secure(json!({})), v, "A certificate must be specified for HTTPS listeners"),
            (
                op,
                secure(json!({ "SslPolicy": "" })),
                v,
                "An SSL policy must be specified for HTTPS listeners",
            ),
            (op, secure(json!({ "SslPolicy": "x" })), "SSLPolicyNotFound", "SSL policy 'x' not found"),
            (
                op,
                with(&at(&web, "HTTP", &http), &json!({ "SslPolicy": "ELBSecurityPolicy-2016-08" })),
                v,
                "An SSL policy cannot be specifed for HTTP listeners",
            ),
            (
                op,
                secure(json!({ "Certificates": [{ "CertificateArn": "x", "IsDefault": true }] })),
                v,
                "You cannot set the isDefault parameter for a certificate.",
            ),
            (
                op,
                secure(json!({ "Certificates": [{ "CertificateArn": "arn:x" }] })),
                "CertificateNotFound",
                "Certificate 'arn:x' not found",
            ),
        ],
    );
    let function = own(&net, &lambda, json!({ "Protocol": "TCP", "Port": 80 }));
    assert_eq!(place.v2.call(op, &function).refusal().code, "IncompatibleProtocols");
    place.v2.call(op, &own(&gwy, &geneve, json!({}))).ok();
}

#[test]
fn listeners_change_in_place() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let (one, other) = (place.group("one", "HTTP", &json!({})), place.group("other", "HTTP", &json!({})));
    let listener = place.listener(&arn, "HTTP", 80, &one);
    place.listener(&arn, "HTTP", 81, &one);
    let modify = |more: Value| with(&json!({ "ListenerArn": listener }), &more);
    let path = "ModifyListenerResult.Listeners.member";
    let answer = place.v2.call("ModifyListener", &modify(json!({ "Port": 8080 }))).ok();
    assert_eq!(answer.text(&format!("{path}.Port")), "8080");
    let answer =
        place.v2.call("ModifyListener", &modify(json!({ "DefaultActions": [forward(&other)] }))).ok();
    assert_eq!(answer.text(&format!("{path}.DefaultActions.member.TargetGroupArn")), other);
    let certificate = place.certificate("www");
    let secure = json!({ "Protocol": "HTTPS", "Certificates": [{ "CertificateArn": certificate }] });
    let answer = place.v2.call("ModifyListener", &modify(secure)).ok();
    assert_eq!(answer.text(&format!("{path}.SslPolicy")), "ELBSecurityPolicy-2016-08");
    assert_eq!(answer.text(&format!("{path}.Certificates.member.CertificateArn")), certificate);
    assert_eq!(answer.text(&format!("{path}.MutualAuthentication.Mode")), "off");
    let answer = place.v2.call("ModifyListener", &modify(json!({ "Protocol": "HTTP" }))).ok();
    assert!(answer.texts(&format!("{path}.Certificates")).is_empty());
    let op = "ModifyListener";
    refuses(
        &place.v2,
        &[
            (op, modify(json!({ "Port": 81 })), "ValidationError", "Listener port '81' is already in use"),
            (
                op,
                modify(json!({ "Protocol": "HTTPS" })),
                "ValidationError",
                "A certificate must be specified for HTTPS listeners",
            ),
            (
                op,
                json!({ "ListenerArn": listener.replace(&listener[listener.len() - 16..], NOTHING) }),
                "ListenerNotFound",
                "One or more listeners not found",
            ),
        ],
    );
}

#[test]
fn listeners_are_chosen_paged_and_deleted() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let group = place.group("web", "HTTP", &json!({}));
    let listeners: Vec<String> = [80, 81, 82].map(|port| place.listener(&arn, "HTTP", port, &group)).to_vec();
    let path = "DescribeListenersResult.Listeners.member.ListenerArn";
    let mut found = Vec::new();
    let mut asked = json!({ "LoadBalancerArn": arn, "PageSize": 2 });
    loop {
        let page = place.v2.call("DescribeListeners", &asked).ok();
        found.extend(page.texts(path));
        let Some(next) = page.texts("DescribeListenersResult.NextMarker").pop() else { break };
        asked["Marker"] = next.into();
    }
    found.sort();
    let mut want = listeners.clone();
    want.sort();
    assert_eq!(found, want);
    let op = "DescribeListeners";
    let neither = "You must specify either listener ARNs or a load balancer ARN";
    let nothing = format!("{}/{NOTHING}", listeners[0].rsplit_once('/').unwrap().0);
    refuses(
        &place.v2,
        &[
            (op, json!({}), "ValidationError", neither),
            (op, json!({ "ListenerArns": [nothing] }), "ListenerNotFound", "One or more listeners not found"),
            (
                "DeleteListener",
                json!({ "ListenerArn": nothing }),
                "ListenerNotFound",
                "One or more listeners not found",
            ),
        ],
    );
    for listener in &listeners {
        let busy = place.v2.call("DeleteTargetGroup", &json!({ "TargetGroupArn": group })).refusal();
        let sentence = format!("Target group '{group}' is currently in use by a listener or a rule");
        assert_eq!((busy.code.as_str(), busy.message), ("ResourceInUse", sentence));
        place.v2.call("DeleteListener", &json!({ "ListenerArn": listener })).ok();
    }
    place.v2.call("DeleteTargetGroup", &json!({ "TargetGroupArn": group })).ok();
}

#[test]
fn tls_listeners_choose_protocols_and_ask_for_certificates() {
    let place = Place::new();
    let certificate = json!([{ "CertificateArn": place.certificate("www") }]);
    let net = place.balancer("network", "net");
    let tls = place.group("tls", "TLS", &json!({}));
    let wish = json!({
        "LoadBalancerArn": net, "Protocol": "TLS", "Port": 443, "Certificates": certificate,
        "DefaultActions": [forward(&tls)], "AlpnPolicy": ["HTTP2Preferred"],
    });
    let made = place.v2.call("CreateListener", &wish).ok();
    assert_eq!(made.text(&format!("{MADE}.AlpnPolicy.member")), "HTTP2Preferred");
    let web = place.balancer("application", "web");
    let http = place.group("http", "HTTP", &json!({}));
    let wish = |mutual: Value| {
        json!({
            "LoadBalancerArn": web, "Protocol": "HTTPS", "Port": 443, "Certificates": certificate,
            "DefaultActions": [forward(&http)], "MutualAuthentication": mutual,
        })
    };
    let store = format!("arn:aws:elasticloadbalancing:us-east-1:000000000000:truststore/x/{NOTHING}");
    let op = "CreateListener";
    let other = json!({ "LoadBalancerArn": net, "Protocol": "TLS", "Port": 444, "Certificates": certificate, "DefaultActions": [forward(&tls)], "AlpnPolicy": ["x"] });
    refuses(
        &place.v2,
        &[
            (op, other, "ALPNPolicyNotFound", "The specified ALPN policy is not supported."),
            (
                op,
                wish(json!({ "Mode": "passthrough", "TrustStoreArn": store })),
                "ValidationError",
                "Mutual Authentication mode passthrough does not support trust store",
            ),
            (
                op,
                wish(json!({ "Mode": "verify" })),
                "ValidationError",
                "Mutual Authentication mode verify requires a trust store",
            ),
            (
                op,
                wish(json!({ "Mode": "verify", "TrustStoreArn": store })),
                "TrustStoreNotFound",
                "The specified trust store does not exist.",
            ),
        ],
    );
    let made = place.v2.call(op, &wish(json!({ "Mode": "passthrough" }))).ok();
    assert_eq!(made.text(&format!("{MADE}.MutualAuthentication.Mode")), "passthrough");
}

#[test]
fn a_listener_that_speaks_tls_no_longer_chooses_no_protocol() {
    let place = Place::new();
    let net = place.balancer("network", "net");
    let tcp = place.group("tcp", "TCP", &json!({}));
    let wish = json!({
        "LoadBalancerArn": net, "Protocol": "TLS", "Port": 443, "AlpnPolicy": ["HTTP2Preferred"],
        "Certificates": [{ "CertificateArn": place.certificate("www") }], "DefaultActions": [forward(&tcp)],
    });
    let made = place.v2.call("CreateListener", &wish).ok();
    let own = json!({ "ListenerArn": made.text(&format!("{MADE}.ListenerArn")) });
    let modify = |more: Value| with(&own, &more);
    let answer = place.v2.call("ModifyListener", &modify(json!({ "Protocol": "TCP" }))).ok();
    assert!(answer.texts("ModifyListenerResult.Listeners.member.AlpnPolicy.member").is_empty());
    let alpn = modify(json!({ "AlpnPolicy": ["HTTP2Only"] }));
    let sentence = "An ALPN policy cannot be specified for TCP listeners";
    refuses(&place.v2, &[("ModifyListener", alpn, "ValidationError", sentence)]);
}

#[test]
fn a_target_group_is_of_the_vpc_of_its_load_balancer() {
    let place = Place::new();
    let web = place.balancer("application", "web");
    let other = place.ec2.call("CreateVpc", &json!({ "CidrBlock": "10.9.0.0/16" })).ok().text("vpc.vpcId");
    let group = place.group("far", "HTTP", &json!({ "VpcId": other }));
    let sentence = format!("The target group '{group}' does not have the same VPC as the load balancer");
    crate::quota::refuses_actions(
        &place,
        &web,
        &json!([forward(&group)]),
        ("InvalidConfigurationRequest", &sentence),
    );
}
