//! Listeners and policies of classic load balancers.

use crate::classic::wish;
use crate::{EMPTY, Place, refuses, with};
use serde_json::{Value, json};

fn own(more: Value) -> Value {
    with(&json!({ "LoadBalancerName": "web" }), &more)
}

fn start() -> Place {
    let place = Place::new();
    place.v1.call("CreateLoadBalancer", &wish(&place, "web")).ok();
    place
}

const SHOWN: &str = "DescribeLoadBalancersResult.LoadBalancerDescriptions.member";

#[test]
fn listeners_come_and_go() {
    let place = start();
    let certificate = place.certificate("www");
    let add = |listener: Value| own(json!({ "Listeners": [listener] }));
    let tcp = json!({ "Protocol": "TCP", "LoadBalancerPort": 81, "InstancePort": 81 });
    let secure = json!({
        "Protocol": "HTTPS", "LoadBalancerPort": 443, "InstanceProtocol": "HTTP", "InstancePort": 80,
        "SSLCertificateId": certificate,
    });
    for listener in [&tcp, &secure, &tcp] {
        place.v1.call("CreateLoadBalancerListeners", &add(listener.clone())).ok();
    }
    let shown = place.v1.call("DescribeLoadBalancers", &json!({})).ok();
    let ports = shown.texts(&format!("{SHOWN}.ListenerDescriptions.member.Listener.LoadBalancerPort"));
    assert_eq!(ports, ["80", "81", "443"]);
    let policies = shown.texts(&format!("{SHOWN}.ListenerDescriptions.member.PolicyNames.member"));
    assert_eq!(policies, ["ELBSecurityPolicy-2016-08"]);
    let other = place.certificate("other");
    let set = |port: i32, arn: &str| own(json!({ "LoadBalancerPort": port, "SSLCertificateId": arn }));
    place.v1.call("SetLoadBalancerListenerSSLCertificate", &set(443, &other)).ok();
    let op = "SetLoadBalancerListenerSSLCertificate";
    let exists = "A listener already exists for web with LoadBalancerPort 81, but with a different InstancePort, Protocol, or SSLCertificateId";
    refuses(
        &place.v1,
        &[
            (
                "CreateLoadBalancerListeners",
                add(with(&tcp, &json!({ "InstancePort": 82 }))),
                "DuplicateListener",
                exists,
            ),
            (op, set(443, "arn:x"), "CertificateNotFound", "Server Certificate not found for the key: arn:x"),
            (op, set(9, &other), "ListenerNotFound", "There is no listener for load balancer web on port 9"),
        ],
    );
    place.v1.call(op, &set(80, &other)).refused(
        409,
        "InvalidConfigurationRequest",
        "The listener for load balancer web on port 80 is not a secure listener",
    );
    let gone = own(json!({ "LoadBalancerPorts": [81, 443, 9] }));
    place.v1.call("DeleteLoadBalancerListeners", &gone).ok();
    let shown = place.v1.call("DescribeLoadBalancers", &json!({})).ok();
    let ports = shown.texts(&format!("{SHOWN}.ListenerDescriptions.member.Listener.LoadBalancerPort"));
    assert_eq!(ports, ["80"]);
}

#[test]
fn cookies_keep_clients_with_their_instances() {
    let place = start();
    let app = own(json!({ "PolicyName": "app", "CookieName": "session" }));
    place.v1.call("CreateAppCookieStickinessPolicy", &app).ok();
    let lb = own(json!({ "PolicyName": "lb", "CookieExpirationPeriod": 60 }));
    place.v1.call("CreateLBCookieStickinessPolicy", &lb).ok();
    let set = |port: i32, names: Value| own(json!({ "LoadBalancerPort": port, "PolicyNames": names }));
    place.v1.call("SetLoadBalancerPoliciesOfListener", &set(80, json!(["app"]))).ok();
    let shown = place.v1.call("DescribeLoadBalancers", &json!({})).ok();
    let policies = format!("{SHOWN}.Policies");
    assert_eq!(shown.text(&format!("{policies}.AppCookieStickinessPolicies.member.CookieName")), "session");
    let period = "LBCookieStickinessPolicies.member.CookieExpirationPeriod";
    assert_eq!(shown.text(&format!("{policies}.{period}")), "60");
    let op = "SetLoadBalancerPoliciesOfListener";
    refuses(
        &place.v1,
        &[
            (
                op,
                set(9, json!(["app"])),
                "ListenerNotFound",
                "There is no listener for load balancer web on port 9",
            ),
            (
                op,
                set(80, json!(["none"])),
                "PolicyNotFound",
                "There is no policy with name none for load balancer web",
            ),
            (
                "CreateAppCookieStickinessPolicy",
                app,
                "DuplicatePolicyName",
                "A policy with the specified name already exists for this load balancer.",
            ),
        ],
    );
    let code = "InvalidConfigurationRequest";
    let past = own(json!({ "PolicyName": "past", "CookieExpirationPeriod": -1 }));
    let negative = "The value -1 is not valid for the attribute CookieExpirationPeriod";
    place.v1.call("CreateLBCookieStickinessPolicy", &past).refused(409, code, negative);
    let twice = "Only one policy of type LBCookieStickinessPolicyType can be set";
    place.v1.call(op, &set(80, json!(["app", "lb"]))).refused(409, code, twice);
    let delete = own(json!({ "PolicyName": "app" }));
    let busy = "Policy app is in use by a listener, a back-end server or another policy";
    place.v1.call("DeleteLoadBalancerPolicy", &delete).refused(409, code, busy);
    place.v1.call(op, &set(80, json!(["lb"]))).ok();
    place.v1.call("DeleteLoadBalancerPolicy", &delete).ok();
    let shown = place.v1.call("DescribeLoadBalancerPolicies", &own(json!({}))).ok();
    let path = "DescribeLoadBalancerPoliciesResult.PolicyDescriptions.member.PolicyName";
    assert_eq!(shown.texts(path), ["lb"]);
}

#[test]
fn policies_of_every_type_are_made() {
    let place = start();
    let types = place.v1.call("DescribeLoadBalancerPolicyTypes", &json!({})).ok();
    let path = "DescribeLoadBalancerPolicyTypesResult.PolicyTypeDescriptions.member.PolicyTypeName";
    assert_eq!(types.texts(path).len(), 6);
    let create = |name: &str, kind: &str, attributes: &[(&str, &str)]| {
        let list: Vec<Value> = attributes
            .iter()
            .map(|(name, value)| json!({ "AttributeName": name, "AttributeValue": value }))
            .collect();
        own(json!({ "PolicyName": name, "PolicyTypeName": kind, "PolicyAttributes": list }))
    };
    let op = "CreateLoadBalancerPolicy";
    for (name, kind, attributes) in [
        ("proxy", "ProxyProtocolPolicyType", &[("ProxyProtocol", "true")][..]),
        ("key", "PublicKeyPolicyType", &[("PublicKey", "MIGf")]),
        ("backend", "BackendServerAuthenticationPolicyType", &[("PublicKeyPolicyName", "key")]),
        (
            "ssl",
            "SSLNegotiationPolicyType",
            &[("Reference-Security-Policy", "ELBSecurityPolicy-TLS-1-2-2017-01")],
        ),
        ("own", "SSLNegotiationPolicyType", &[("Protocol-TLSv1.2", "true"), ("AES128-SHA", "false")]),
    ] {
        place.v1.call(op, &create(name, kind, attributes)).ok();
    }
    let shown = place.v1.call("DescribeLoadBalancerPolicies", &own(json!({ "PolicyNames": ["ssl"] }))).ok();
    let path = "DescribeLoadBalancerPoliciesResult.PolicyDescriptions.member";
    let names = shown.texts(&format!("{path}.PolicyAttributeDescriptions.member.AttributeName"));
    let values = shown.texts(&format!("{path}.PolicyAttributeDescriptions.member.AttributeValue"));
    let value = |name: &str| names.iter().position(|own| own == name).map(|at| values[at].as_str());
    assert_eq!(names[0], "Reference-Security-Policy");
    assert_eq!((value("Protocol-TLSv1.2"), value("AES128-SHA")), (Some("true"), Some("false")));
    let backend = |names: Value| own(json!({ "InstancePort": 8080, "PolicyNames": names }));
    place.v1.call("SetLoadBalancerPoliciesForBackendServer", &backend(json!(["proxy", "backend"]))).ok();
    let all = place.v1.call("DescribeLoadBalancers", &json!({})).ok();
    let path = format!("{SHOWN}.BackendServerDescriptions.member.PolicyNames.member");
    assert_eq!(all.texts(&path), ["proxy", "backend"]);
    let samples = place.v1.call("DescribeLoadBalancerPolicies", &json!({})).ok();
    let path = "DescribeLoadBalancerPoliciesResult.PolicyDescriptions.member";
    // Source: ELB user guide, "Update the SSL negotiation configuration of your Classic Load Balancer".
    let all = [
        "ELBSecurityPolicy-2016-08",
        "ELBSecurityPolicy-TLS-1-2-2017-01",
        "ELBSecurityPolicy-TLS-1-1-2017-01",
        "ELBSecurityPolicy-2015-05",
        "ELBSecurityPolicy-2015-03",
        "ELBSecurityPolicy-2015-02",
        "ELBSecurityPolicy-2014-10",
        "ELBSecurityPolicy-2014-01",
        "ELBSecurityPolicy-2011-08",
        "ELBSample-ELBDefaultCipherPolicy",
        "ELBSample-OpenSSLDefaultCipherPolicy",
    ];
    assert_eq!(samples.texts(&format!("{path}.PolicyName")), all);
    // Recorded: what the modules of sidick/terraform-aws-elb-ssl-negotiation were made from.
    for (name, cipher, protocol) in [
        ("ELBSecurityPolicy-2015-02", ["true", "false", "false"], "false"),
        ("ELBSecurityPolicy-2014-01", ["true", "false", "true"], "true"),
        ("ELBSecurityPolicy-2011-08", ["true", "true", "true"], "true"),
        ("ELBSample-ELBDefaultNegotiationPolicy", ["false", "true", "true"], "true"),
    ] {
        let shown = place.v1.call("DescribeLoadBalancerPolicies", &json!({ "PolicyNames": [name] })).ok();
        assert_eq!(shown.text(&format!("{path}.PolicyName")), name);
        let names = shown.texts(&format!("{path}.PolicyAttributeDescriptions.member.AttributeName"));
        let values = shown.texts(&format!("{path}.PolicyAttributeDescriptions.member.AttributeValue"));
        let value = |name: &str| values[names.iter().position(|own| own == name).unwrap()].clone();
        assert_eq!(["DHE-RSA-AES128-SHA", "DES-CBC3-SHA", "RC4-SHA"].map(value), cipher, "{name}");
        assert_eq!(value("Protocol-SSLv3"), protocol, "{name}");
    }
    refuses(
        &place.v1,
        &[
            (op, create("x", "x", &[]), "PolicyTypeNotFound", "Policy type x not found"),
            (
                op,
                create("x", "BackendServerAuthenticationPolicyType", &[("PublicKeyPolicyName", "z")]),
                "PolicyNotFound",
                "There is no policy with name z for load balancer web",
            ),
            (
                "DescribeLoadBalancerPolicyTypes",
                json!({ "PolicyTypeNames": ["x"] }),
                "PolicyTypeNotFound",
                "Policy type x not found",
            ),
            (
                "DescribeLoadBalancerPolicies",
                json!({ "PolicyNames": ["x"] }),
                "PolicyNotFound",
                "There is no policy with name x",
            ),
        ],
    );
    let code = "InvalidConfigurationRequest";
    for (wish, sentence) in [
        (
            create("x", "ProxyProtocolPolicyType", &[]),
            "Policy type ProxyProtocolPolicyType requires the attribute ProxyProtocol",
        ),
        (
            create("x", "ProxyProtocolPolicyType", &[("ProxyProtocol", "yes")]),
            "The value yes is not valid for the attribute ProxyProtocol",
        ),
        (
            create("x", "PublicKeyPolicyType", &[("y", "z")]),
            "Policy type PublicKeyPolicyType has no attribute y",
        ),
    ] {
        place.v1.call(op, &wish).refused(409, code, sentence);
    }
    let set = "SetLoadBalancerPoliciesForBackendServer";
    place.v1.call(set, &own(json!({ "InstancePort": 9, "PolicyNames": ["proxy"] }))).refused(
        409,
        code,
        "No listener has the instance port 9",
    );
    place.v1.call(set, &backend(json!(["ssl"]))).refused(409, code, "Policy ssl cannot be set here");
}

#[test]
fn a_load_balancer_has_a_hundred_listeners() {
    let place = start();
    let listener = |port: u16| json!({ "Protocol": "TCP", "LoadBalancerPort": port, "InstancePort": port });
    let list: Vec<Value> = (1000..1099).map(listener).collect();
    place.v1.call("CreateLoadBalancerListeners", &own(json!({ "Listeners": list }))).ok();
    let more = own(json!({ "Listeners": [listener(2000)] }));
    let sentence = "The quota for the number of listeners for this load balancer has been reached.";
    let none = own(json!({ "Listeners": EMPTY }));
    let op = "CreateLoadBalancerListeners";
    refuses(
        &place.v1,
        &[
            (op, more, "ValidationError", sentence),
            (op, none, "ValidationError", "Listeners cannot be empty"),
            (
                "AttachLoadBalancerToSubnets",
                own(json!({ "Subnets": EMPTY })),
                "ValidationError",
                "Subnets cannot be empty",
            ),
        ],
    );
}
