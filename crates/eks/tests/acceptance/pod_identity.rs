//! Pod Identity: associations, and credentials for what runs in a cluster.

use super::*;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rsa::KeyPair;
use ring::signature::RSA_PKCS1_SHA256;

#[test]
fn associations_are_made_changed_and_deleted() {
    let (server, eks) = start();
    cluster(&server, "one");
    let pod = role(&server, "pod", "pods.eks.amazonaws.com");
    let of = json!({ "clusterName": "one", "namespace": "n", "serviceAccount": "s", "roleArn": pod });
    let asked = with(of.clone(), json!({ "tags": { "a": "b" }, "clientRequestToken": "t" }));
    let made = eks.call("CreatePodIdentityAssociation", &asked).ok().tree()["association"].clone();
    let id = made["associationId"].as_str().unwrap();
    assert!(id.len() == 19 && id.starts_with("a-"), "{id}");
    assert_eq!(
        made["associationArn"],
        format!("arn:aws:eks:us-east-1:000000000000:podidentityassociation/one/{id}")
    );
    assert!(made["externalId"].is_null() && made["ownerArn"].is_null());
    assert_eq!(eks.call("CreatePodIdentityAssociation", &asked).ok().text("association.associationId"), id);
    eks.call("CreatePodIdentityAssociation", &of).refused(
        409,
        IN_USE,
        &format!("Association already exists: {id}"),
    );
    let list = |more: Value| {
        let found =
            eks.call("ListPodIdentityAssociations", &with(json!({ "clusterName": "one" }), more)).ok();
        found.texts("associations.associationId")
    };
    assert_eq!(list(json!({ "namespace": "n", "serviceAccount": "s" })), [id]);
    assert!(list(json!({ "namespace": "other" })).is_empty());
    let which = json!({ "clusterName": "one", "associationId": id });
    let target = "arn:aws:iam::111111111111:role/behind";
    let change = with(which.clone(), json!({ "targetRoleArn": target, "disableSessionTags": true }));
    let changed = eks.call("UpdatePodIdentityAssociation", &change).ok().tree()["association"].clone();
    assert_eq!(changed["externalId"], "us-east-1/000000000000/one/n/s");
    let other = role(&server, "other", "ec2.amazonaws.com");
    refuses(
        &eks,
        &[
            (
                "CreatePodIdentityAssociation",
                with(of.clone(), json!({ "serviceAccount": "t", "roleArn": other })),
                400,
                PARAMETER,
                "Trust policy of the role provided is invalid.",
            ),
            (
                "CreatePodIdentityAssociation",
                with(of.clone(), json!({ "serviceAccount": "t", "policy": "{\"Statement\":[]}" })),
                400,
                PARAMETER,
                "When policy is specified, disableSessionTags must be set to true",
            ),
            (
                "CreatePodIdentityAssociation",
                with(
                    of.clone(),
                    json!({ "serviceAccount": "t", "policy": "nothing", "disableSessionTags": true }),
                ),
                400,
                PARAMETER,
                "The specified policy is invalid.",
            ),
            // Measured: cdk-preflight (GitHub, badmintoncryer, rules/eks, pf-eks-podidentity-*); each before the cluster is
            // looked for.
            (
                "CreatePodIdentityAssociation",
                with(of.clone(), json!({ "clusterName": "nowhere", "namespace": "cdkpf_ns" })),
                400,
                PARAMETER,
                "The parameter namespace contains invalid characters. It should conform to the regular expression \
                 ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
            ),
            (
                "CreatePodIdentityAssociation",
                with(of.clone(), json!({ "clusterName": "nowhere", "serviceAccount": "cdkpf_sa" })),
                400,
                PARAMETER,
                "The parameter serviceAccount contains invalid characters. It should conform to the regular expression \
                 ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
            ),
            (
                "CreatePodIdentityAssociation",
                with(
                    of.clone(),
                    json!({ "clusterName": "nowhere", "roleArn": "arn:aws:iam::999999999999:role/r" }),
                ),
                403,
                "AccessDeniedException",
                "Cross-account pass role is not allowed.",
            ),
            (
                "DescribePodIdentityAssociation",
                json!({ "clusterName": "one", "associationId": "a-none" }),
                404,
                NOT_FOUND,
                "No association found for ID: a-none",
            ),
        ],
    );
    assert_eq!(eks.call("DeletePodIdentityAssociation", &which).ok().text("association.associationId"), id);
    assert_eq!(eks.call("DescribePodIdentityAssociation", &which).refusal().code, NOT_FOUND);
}

/// A token of a service account, as the cluster's issuer signs it. No Kubernetes endpoint hands one out yet, so the key is
/// taken out of what the server exports.
fn token(server: &Server, claims: &Value) -> String {
    let state = String::from_utf8_lossy(&server.export()).into_owned();
    let row = &state[state.find("eks_issuer_key").expect("the cluster has an issuer")..];
    let of_row = |name: &str| {
        let (_, rest) = row.split_once(&format!("\"{name}\":\"")).expect("a key has the member");
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let private = hex::decode(of_row("private_hex")).expect("the key is in hexadecimal digits");
    let key = KeyPair::from_der(&private).expect("the key is one of PKCS #1");
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let head = json!({ "alg": "RS256", "kid": of_row("kid") });
    let signed = format!("{}.{}", encode(head.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &ring::rand::SystemRandom::new(), signed.as_bytes(), &mut signature)
        .expect("RSA signs");
    format!("{signed}.{}", encode(&signature))
}

#[test]
fn a_pod_is_given_credentials_of_its_role() {
    let (server, eks) = start();
    cluster(&server, "one");
    let shown = eks.call("DescribeCluster", &json!({ "name": "one" })).ok();
    let issuer = shown.text("cluster.identity.oidc.issuer");
    let pod = role(&server, "pod", "pods.eks.amazonaws.com");
    let of = json!({ "clusterName": "one", "namespace": "n", "serviceAccount": "s", "roleArn": pod });
    let association = eks.call("CreatePodIdentityAssociation", &of).ok().text("association.associationId");
    // The clock stands at noon of the first day of 2026.
    let now = 1_767_268_800;
    let claims = json!({
        "iss": issuer,
        "aud": ["pods.eks.amazonaws.com"],
        "exp": now + 600,
        "sub": "system:serviceaccount:n:s",
        "kubernetes.io": { "namespace": "n", "pod": { "name": "web-1", "uid": "u-1" }, "serviceaccount": { "name": "s" } },
    });
    let auth = server.client("eks-auth");
    let ask = |claims: &Value| {
        auth.call(
            "AssumeRoleForPodIdentity",
            &json!({ "clusterName": "one", "token": token(&server, claims) }),
        )
    };
    let given = ask(&claims).ok();
    assert_eq!(given.text("subject.serviceAccount"), "s");
    assert_eq!(given.text("audience"), "pods.eks.amazonaws.com");
    assert_eq!(given.text("podIdentityAssociation.associationId"), association);
    let arn = given.text("assumedRoleUser.arn");
    assert!(arn.starts_with("arn:aws:sts::000000000000:assumed-role/pod/eks-one-web-1-"), "{arn}");
    let sts = server.client("sts").key(
        &given.text("credentials.accessKeyId"),
        &given.text("credentials.secretAccessKey"),
        Some(&given.text("credentials.sessionToken")),
    );
    assert_eq!(sts.call("GetCallerIdentity", &json!({})).ok().text("GetCallerIdentityResult.Arn"), arn);
    let invalid = "The token included in the request is invalid";
    for other in [
        json!({ "aud": "sts.amazonaws.com" }),
        json!({ "iss": "https://example.com" }),
        json!({ "sub": "system:node:x" }),
    ] {
        ask(&with(claims.clone(), other)).refused(400, "InvalidTokenException", invalid);
    }
    ask(&with(claims.clone(), json!({ "exp": now - 1 }))).refused(
        400,
        "ExpiredTokenException",
        "The token included in the request is expired: current date/time 2026-01-01T12:00:00Z must be before the \
         expiration date/time 2026-01-01T11:59:59Z",
    );
    ask(&with(claims.clone(), json!({ "sub": "system:serviceaccount:n:other" }))).refused(
        404,
        NOT_FOUND,
        "No pod identity association found for service account other in namespace n",
    );
    let good = token(&server, &claims);
    let call = |cluster: &str, token: &str| {
        auth.call("AssumeRoleForPodIdentity", &json!({ "clusterName": cluster, "token": token }))
    };
    let parts: Vec<&str> = good.split('.').collect();
    let unsigned = format!("{}.{}.", URL_SAFE_NO_PAD.encode(br#"{"alg":"none"}"#), parts[1]);
    for bent in [format!("{}.{}.{}", parts[0], parts[1], parts[1]), "a.b.c".to_owned()] {
        call("one", &bent).refused(400, "InvalidTokenException", invalid);
    }
    // What has not the form of a token is refused by the model.
    for bent in [
        unsigned,
        format!("{}.{}", parts[0], parts[1]),
        format!("{good}.{}", parts[2]),
        ".".repeat(10_000),
        "é".repeat(100),
    ] {
        let refusal = call("one", &bent).refusal();
        assert_eq!((refusal.status, refusal.code.as_str()), (400, PARAMETER), "{bent}");
    }
    call("nowhere", &good).refused(404, NOT_FOUND, NO_CLUSTER);
    let asked = json!({ "clusterName": "one", "token": good });
    let elsewhere = || server.client("eks-auth");
    for other in [elsewhere().key("111122223333", "test", None), elsewhere().region("eu-west-1")] {
        let sentence = "No cluster found for name: one.";
        other.call("AssumeRoleForPodIdentity", &asked).refused(404, NOT_FOUND, sentence);
    }
    // A role that no longer trusts pods is not handed out.
    let trust = json!({ "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "Service": "ec2.amazonaws.com" } }] });
    let update = json!({ "RoleName": "pod", "PolicyDocument": trust.to_string() });
    server.client("iam").call("UpdateAssumeRolePolicy", &update).ok();
    let sentence = format!("Unable to assume role {pod}");
    call("one", &good).refused(400, "AccessDeniedException", &sentence);
}

/// Whoever verifies a token of a cluster finds its issuer's key where AWS shows it, and on angae's own page.
#[test]
fn an_issuer_publishes_its_keys() {
    let (server, eks) = start();
    cluster(&server, "one");
    let shown = eks.call("DescribeCluster", &json!({ "name": "one" })).ok();
    let issuer = shown.text("cluster.identity.oidc.issuer");
    let place = issuer.strip_prefix("https://").unwrap();
    let (host, path) = place.split_once('/').unwrap();
    let outside = server.client("s3").host(host).anonymous();
    let told =
        outside.request("GET", &format!("/{path}/.well-known/openid-configuration")).send().ok().tree();
    assert_eq!(
        (told["issuer"].as_str(), told["jwks_uri"].as_str()),
        (Some(&*issuer), Some(&*format!("{issuer}/keys")))
    );
    let keys = outside.request("GET", &format!("/{path}/keys")).send().ok().tree();
    assert_eq!((&keys["keys"][0]["kty"], &keys["keys"][0]["alg"]), (&json!("RSA"), &json!("RS256")));
    let page = server.page("GET", &format!("/_angae/issuers/{place}/keys"), &Value::Null);
    assert_eq!(page, keys);
    assert_eq!(outside.request("GET", "/id/0123/keys").send().status, 404);
    // A role that trusts the issuer is assumed by a token of a service account.
    let iam = server.client("iam");
    let provider = json!({ "Url": issuer, "ClientIDList": ["sts.amazonaws.com"] });
    let provider = iam.call("CreateOpenIDConnectProvider", &provider).ok();
    let provider = provider.text("CreateOpenIDConnectProviderResult.OpenIDConnectProviderArn");
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Federated": provider },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": { "StringEquals": { format!("{place}:sub"): "system:serviceaccount:n:s" } },
        }],
    });
    let made =
        iam.call("CreateRole", &json!({ "RoleName": "irsa", "AssumeRolePolicyDocument": trust.to_string() }));
    let role = made.ok().text("CreateRoleResult.Role.Arn");
    let claims = json!({
        "iss": issuer, "aud": ["sts.amazonaws.com"], "sub": "system:serviceaccount:n:s",
        "iat": 1_767_268_700, "exp": 1_767_269_400,
    });
    let asked =
        json!({ "RoleArn": role, "RoleSessionName": "s1", "WebIdentityToken": token(&server, &claims) });
    let given = server.client("sts").anonymous().call("AssumeRoleWithWebIdentity", &asked).ok();
    assert_eq!(
        given.text("AssumeRoleWithWebIdentityResult.SubjectFromWebIdentityToken"),
        "system:serviceaccount:n:s"
    );
}
