//! Uploads that two clients end at once: one of them ends it, and nothing of it is left over.

use super::accounts;
use std::sync::Barrier;
use testkit::{Answer, Client, Server};

const ROUNDS: usize = 10;

/// Begins an upload of one part; answers its target and the document that completes it.
fn begun(s3: &Client, number: usize, size: usize) -> (String, String) {
    let key = format!("/plain/k{number}");
    let upload = s3.request("POST", &format!("{key}?uploads")).send().ok().text("UploadId");
    let target = format!("{key}?uploadId={upload}");
    // A part that is sent again takes the place of the one before.
    for seed in [1, 2] {
        let body = crate::content(seed, size);
        s3.request("PUT", &format!("{target}&partNumber=1")).body(body).send().ok();
    }
    let listed = s3.request("GET", &target).send().ok();
    let part = format!("<PartNumber>1</PartNumber><ETag>{}</ETag>", listed.text("Part.ETag"));
    (target, format!("<CompleteMultipartUpload><Part>{part}</Part></CompleteMultipartUpload>"))
}

/// Two requests at the same moment.
fn at_once(server: &Server, requests: [(&str, &str, &str); 2]) -> [Answer; 2] {
    let (address, barrier) = (server.address(), Barrier::new(2));
    let send = |(method, target, body): (&str, &str, &str)| {
        let s3 = Client::new(address, "s3");
        barrier.wait();
        s3.request(method, target).body(body).send()
    };
    let [first, second] = requests;
    std::thread::scope(|threads| {
        let other = threads.spawn(|| send(second));
        [send(first), other.join().expect("it is answered")]
    })
}

#[test]
fn an_upload_is_completed_or_aborted_and_nothing_of_it_is_left() {
    let server = accounts::start();
    let s3 = server.client("s3");
    for number in 0..ROUNDS {
        let size = if number.is_multiple_of(2) { 3000 } else { 400_000 };
        let (target, document) = begun(&s3, number, size);
        let [completed, aborted] = at_once(&server, [("POST", &target, &document), ("DELETE", &target, "")]);
        let read = s3.request("GET", &format!("/plain/k{number}")).send();
        let sentence = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been \
                        aborted or completed.";
        if completed.status == 200 {
            aborted.refused(404, "NoSuchUpload", sentence);
            assert!(read.ok().body == crate::content(2, size), "the object is whole");
        } else {
            assert_eq!(aborted.status, 204);
            completed.refused(404, "NoSuchUpload", sentence);
            assert_eq!(read.status, 404);
        }
    }
    accounts::empty(&server);
}

#[test]
fn an_upload_that_is_completed_twice_at_once_makes_one_object() {
    let server = accounts::start();
    let s3 = server.client("s3");
    for number in 0..ROUNDS {
        let (target, document) = begun(&s3, number, 3000);
        let target = target.replace("/plain/", "/versioned/");
        // The upload is the other bucket's: there it is not.
        s3.request("POST", &target).body(document.clone()).send().refusal();
        let target = target.replace("/versioned/", "/plain/");
        let answers = at_once(&server, [("POST", &target, &document), ("POST", &target, &document)]);
        // A repeat of a call whose answer was lost is answered alike.
        let [one, other] = answers.map(|answer| answer.ok().text("ETag"));
        assert_eq!(one, other);
        assert_eq!(
            s3.request("GET", &format!("/plain/k{number}")).send().ok().header("etag"),
            Some(one.as_str())
        );
    }
    accounts::empty(&server);
}
