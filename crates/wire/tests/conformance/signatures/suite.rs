//! AWS's Signature Version 4 suite. A verifier takes the request with its Authorization header and must rebuild the
//! canonical request, the string to sign and the signature. The traps are those of the data's own README.

use crate::data;
use http::{HeaderName, HeaderValue, Method};
use shape::Timestamp;
use std::path::{Path, PathBuf};
use wire::Head;
use wire::sign::{Canonical, KeyCache, identify, sha256_hex, verify};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// 2015-08-30T12:36:00Z.
const NOW: Timestamp = Timestamp::from_millis(1_440_938_160_000);
/// How many cases the suite has.
const CASES: usize = 34;

#[test]
fn every_signed_request_of_the_suite_verifies() {
    let Some(folder) = data::folder("signature cases") else { return };
    let cases = cases(&folder.join("sigv4"));
    assert_eq!(cases.len(), CASES, "the suite is complete");
    for case in &cases {
        judge(case);
    }
    data::report(&format!("signature cases: {} ran, none skipped", cases.len()));
}

/// The cases' folders, at any depth: those that hold a request named after them.
fn cases(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the suite's folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            if file(&path, "req").exists() {
                found.push(path);
            } else {
                found.extend(cases(&path));
            }
        }
    }
    found
}

fn file(case: &Path, ending: &str) -> PathBuf {
    let name = case.file_name().expect("a folder has a name").to_string_lossy();
    case.join(format!("{name}.{ending}"))
}

fn judge(case: &Path) {
    let name = case.display();
    let read = |ending| std::fs::read_to_string(file(case, ending)).expect("every case has the file");
    // `.sreq` is the request as it arrives; its signature is wrong in one case, `.authz` is the one to trust.
    let arrived = read("sreq");
    let (mut head, body) = request(&arrived);
    let authorization = read("authz");
    head.headers.insert("authorization", HeaderValue::from_str(authorization.trim()).expect("printable"));

    let claim = identify(&head).expect("the header is well-formed").expect("the request is signed");
    let hash = sha256_hex(body.as_bytes());
    let canonical = Canonical::of(&claim, &head, Some(&hash));
    assert_eq!(canonical.text, read("creq"), "{name}: canonical request");
    assert_eq!(canonical.string_to_sign(&claim), read("sts"), "{name}: string to sign");
    let verified = verify(&claim, &head, SECRET, Some(&hash), NOW, &KeyCache::default());
    verified.unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"));

    let other = verify(&claim, &head, "another secret", Some(&hash), NOW, &KeyCache::default());
    assert!(other.is_err(), "{name}: another secret signs the same");
}

/// Splits a raw request. Its target may hold spaces, its headers may be folded, and its lines end with LF.
fn request(text: &str) -> (Head, &str) {
    let (head, body) = text.split_once("\n\n").unwrap_or((text.trim_end_matches('\n'), ""));
    let mut lines = head.lines();
    let line = lines.next().expect("a request line");
    let (method, rest) = line.split_once(' ').expect("a method");
    let (target, _) = rest.rsplit_once(' ').expect("a version");
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines {
        match (line.starts_with(' '), headers.last_mut()) {
            (true, Some((_, value))) => *value = format!("{value} {}", line.trim()),
            _ => {
                let (name, value) = line.split_once(':').expect("a header");
                headers.push((name.to_owned(), value.to_owned()));
            }
        }
    }
    let mut head = Head::new(Method::from_bytes(method.as_bytes()).expect("a method"), target);
    for (name, value) in headers {
        if name.eq_ignore_ascii_case("host") {
            head.host = value;
        } else {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            head.headers.append(name, HeaderValue::from_bytes(value.as_bytes()).expect("a value"));
        }
    }
    (head, body)
}
