use crate::{get, invalid_argument, put, start};

#[test]
fn arguments_of_lists_are_checked() {
    let (_server, s3) = start();
    for n in 0..3 {
        put(&s3, &format!("/photos/{n}"), b"x").ok();
    }
    for list in ["/photos?list-type=2", "/photos?", "/photos?versions"] {
        let with = |query: &str| get(&s3, &format!("{list}&{query}"));
        let sentence = "Invalid Encoding Method specified in Request";
        invalid_argument(&with("encoding-type=rot13"), "encoding-type", sentence, Some("rot13"));
        let sentence = "Argument maxKeys must be an integer between 0 and 2147483647";
        invalid_argument(&with("max-keys=-1"), "maxKeys", sentence, Some("-1"));
    }
    let sentence = "Argument maxUploads must be an integer between 0 and 2147483647";
    invalid_argument(&get(&s3, "/photos?uploads&max-uploads=-1"), "maxUploads", sentence, Some("-1"));
    let sentence = "Invalid Encoding Method specified in Request";
    invalid_argument(
        &get(&s3, "/photos?uploads&encoding-type=rot13"),
        "encoding-type",
        sentence,
        Some("rot13"),
    );
    let token = get(&s3, "/photos?list-type=2&max-keys=1").ok().text("NextContinuationToken");
    let foreign = get(&s3, &format!("/photos?list-type=2&prefix=x&continuation-token={token}"));
    let sentence = "The continuation token provided is incorrect";
    invalid_argument(&foreign, "continuation-token", sentence, None);
    let alone = get(&s3, "/photos?versions&version-id-marker=v");
    let sentence = "A version-id marker cannot be specified without a key marker.";
    invalid_argument(&alone, "version-id-marker", sentence, Some("v"));
    let made_up = get(&s3, "/photos?versions&key-marker=0&version-id-marker=v");
    invalid_argument(&made_up, "versionId", "Invalid version id specified", Some("v"));
}
