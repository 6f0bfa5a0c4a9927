//! What browsers ask for: pages of a website, and forms.

use super::{OWN, Scene, allow};
use serde_json::json;
use testkit::Answer;

const SITE: &str = "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument>\
                    </WebsiteConfiguration>";

fn visit(scene: &Scene, bucket: &str, path: &str) -> Answer {
    let host = format!("{bucket}.s3-website-us-east-1.amazonaws.com");
    scene.anonymous().host(&host).request("GET", path).send()
}

#[test]
fn a_site_shows_what_everybody_may_read() {
    let mut scene = Scene::new();
    scene.put("/closed", "");
    for bucket in ["photos", "closed"] {
        scene.put(&format!("/{bucket}?website"), SITE);
        scene.put(&format!("/{bucket}/index.html"), "home");
        scene.put(&format!("/{bucket}/folder/index.html"), "below");
    }
    scene.policy(
        "photos",
        &json!([{ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
                  "Resource": "arn:aws:s3:::photos/*" }]),
    );
    scene.enforce();
    assert_eq!(visit(&scene, "photos", "/").ok().body_text(), "home");
    assert_eq!(visit(&scene, "photos", "/folder").status, 302);
    for (bucket, path) in [("closed", "/"), ("photos", "/none")] {
        let answer = visit(&scene, bucket, path);
        assert_eq!((answer.status, answer.header("x-amz-error-code")), (403, Some("AccessDenied")));
        assert_eq!(answer.header("x-amz-error-message"), Some("Access Denied"));
    }
}

/// A form without a policy is sent by nobody.
#[test]
fn a_form_is_its_senders_put() {
    let mut scene = Scene::new();
    scene.policy(
        "photos",
        &json!([{ "Effect": "Allow", "Principal": "*", "Action": "s3:PutObject",
                  "Resource": "arn:aws:s3:::photos/in/*" }]),
    );
    let admin = scene.user(OWN, "admin", &allow("s3:*", "*"));
    scene.enforce();
    let anonymous = scene.anonymous();
    let send = |key: &str| {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n{key}\r\n\
             --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nhello\r\n--x--\r\n"
        );
        let request = anonymous.request("POST", "/photos").body(body);
        request.header("content-type", "multipart/form-data; boundary=x").send()
    };
    assert_eq!(send("in/k").status, 204);
    super::shut(&send("out/k"));
    let own = super::get(&scene.of(&admin), "/photos/in/k").ok();
    assert_eq!(own.body_text(), "hello");
}
