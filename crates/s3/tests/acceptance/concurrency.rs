//! Many clients at once: conditions are judged where it counts, pages hold still, and nobody reads half of anything.

use crate::version_model::in_order;
use crate::{delete, get, put, start, versioning};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use testkit::{Answer, Client, Server};

const CLIENTS: usize = 64;

/// Lets every client do the same at the same moment, and answers what each came to.
fn together<T: Send>(server: &Server, clients: usize, act: impl Fn(usize, &Client) -> T + Sync) -> Vec<T> {
    let (address, barrier) = (server.address(), Barrier::new(clients));
    let results = Mutex::new(Vec::new());
    std::thread::scope(|threads| {
        for number in 0..clients {
            let (act, barrier, results) = (&act, &barrier, &results);
            threads.spawn(move || {
                let s3 = Client::new(address, "s3");
                barrier.wait();
                let result = act(number, &s3);
                results.lock().expect("no client failed before").push(result);
            });
        }
    });
    results.into_inner().expect("no client failed")
}

fn put_if(s3: &Client, target: &str, condition: (&str, &str), body: &[u8]) -> Answer {
    s3.request("PUT", target).header(condition.0, condition.1).body(body).send()
}

#[test]
fn of_sixty_four_first_writers_one_wins() {
    let (server, s3) = start();
    let answers = together(&server, CLIENTS, |number, s3| {
        put_if(s3, "/photos/first", ("if-none-match", "*"), format!("writer {number}").as_bytes())
    });
    let (won, lost): (Vec<Answer>, Vec<Answer>) =
        answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!((won.len(), lost.len()), (1, CLIENTS - 1));
    for answer in lost {
        let sentence = "At least one of the pre-conditions you specified did not hold";
        answer.refused(412, "PreconditionFailed", sentence);
    }
    let kept = get(&s3, "/photos/first").ok();
    assert_eq!(kept.header("etag"), won[0].header("etag"), "the winner's bytes are there");
}

#[test]
fn of_sixty_four_increments_under_if_match_none_is_lost() {
    let (server, s3) = start();
    put(&s3, "/photos/counter", b"0").ok();
    together(&server, CLIENTS, |_, s3| {
        loop {
            let read = get(s3, "/photos/counter").ok();
            let next = read.body_text().parse::<usize>().unwrap() + 1;
            let e_tag = read.header("etag").unwrap();
            let answer = put_if(s3, "/photos/counter", ("if-match", e_tag), next.to_string().as_bytes());
            match answer.status {
                200 => return,
                412 => {}
                other => panic!("{other} {}", answer.body_text()),
            }
        }
    });
    assert_eq!(get(&s3, "/photos/counter").ok().body_text(), CLIENTS.to_string());
}

/// Objects are told apart by the letter they are made of; large ones are files of their own.
fn letters(number: usize) -> Vec<u8> {
    let size = if number.is_multiple_of(4) { 1_500_000 } else { 20_000 };
    vec![b'A' + u8::try_from(number % 60).expect("60 letters fit"); size + number]
}

#[test]
fn what_is_read_while_many_overwrite_it_is_whole() {
    let (server, s3) = start();
    put(&s3, "/photos/k", &letters(0)).ok();
    together(&server, 24, |number, s3| {
        for round in 0..4 {
            if number.is_multiple_of(3) {
                put(s3, "/photos/k", &letters(number + round)).ok();
            } else {
                whole(&get(s3, "/photos/k").ok());
            }
        }
    });
    whole(&get(&s3, "/photos/k").ok());
}

#[track_caller]
fn whole(read: &Answer) {
    let letter = *read.body.first().expect("no writer sends nothing");
    assert!(read.body.iter().all(|byte| *byte == letter), "bytes of two writers in one object");
    let sizes = (0..60).map(letters).filter(|body| body[0] == letter).map(|body| body.len());
    assert!(
        sizes.into_iter().any(|size| size == read.body.len()),
        "{} bytes is nobody's object",
        read.body.len()
    );
}

#[test]
fn a_bucket_is_deleted_or_written_to_and_never_both() {
    let (server, s3) = start();
    for round in 0..12 {
        put(&s3, "/race", b"").ok();
        let answers = together(&server, 2, |number, s3| match number {
            0 => delete(s3, "/race"),
            _ => put(s3, "/race/k", format!("{round}").as_bytes()),
        });
        let mut found: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        found.sort_unstable();
        match found.as_slice() {
            // The bucket was deleted first.
            [204, 404] => assert_eq!(get(&s3, "/race/k").refusal().code, "NoSuchBucket"),
            // The object was there first.
            [200, 409] => {
                assert_eq!(get(&s3, "/race/k").ok().body_text(), format!("{round}"));
                delete(&s3, "/race/k").ok();
                delete(&s3, "/race").ok();
            }
            // One after the other: the object was refused no bucket, and went with none.
            other => panic!("{other:?}"),
        }
    }
}

/// How a list is asked for, page by page: where the entries stand, and what the next page is asked by.
struct Listing {
    target: &'static str,
    next: fn(&Answer) -> Option<String>,
}

const LISTINGS: [Listing; 3] = [
    Listing {
        target: "/photos?list-type=2&max-keys=37",
        next: |page| Some(format!("&continuation-token={}", page.texts("NextContinuationToken").pop()?)),
    },
    Listing {
        target: "/photos?max-keys=37",
        next: |page| Some(format!("&marker={}", page.texts("Contents.Key").pop()?)),
    },
    Listing {
        target: "/photos?versions&max-keys=37",
        next: |page| {
            let key = page.texts("NextKeyMarker").pop()?;
            Some(format!("&key-marker={key}&version-id-marker={}", page.texts("NextVersionIdMarker").pop()?))
        },
    },
];

/// Every entry of a list, a page after the other, in the order of the documents: its key, its version where it has one.
fn entries(s3: &Client, listing: &Listing) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut next = String::new();
    loop {
        let page = get(s3, &format!("{}{next}", listing.target)).ok();
        let keys = page.texts("Contents.Key");
        found.extend(keys.into_iter().map(|key| (key, String::new())));
        found.extend(in_order(&page.body_text()).into_iter().map(|(key, version, ..)| (key, version)));
        if page.text("IsTruncated") == "false" {
            return found;
        }
        next = (listing.next)(&page).expect("there is more, and it can be asked for");
    }
}

/// Tells everybody when its holder is done, or has failed.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn pages_hold_still_while_a_thousand_keys_change() {
    for versioned in [false, true] {
        let (server, s3) = start();
        if versioned {
            versioning(&s3, "Enabled");
        }
        let steady: Vec<String> = (0..200).map(|number| format!("k{:04}-steady", number * 5)).collect();
        for key in &steady {
            put(&s3, &format!("/photos/{key}"), b"x").ok();
        }
        let (done, changes) = (AtomicBool::new(false), AtomicUsize::new(0));
        together(&server, 9, |number, s3| {
            // A writer leaves off only once this is set, or by failing.
            let _ends = Ends(&done);
            if number == 0 {
                while changes.load(Ordering::Relaxed) < 1000 && !done.load(Ordering::Relaxed) {
                    for listing in &LISTINGS {
                        hold_still(&entries(s3, listing), &steady);
                    }
                }
                return;
            }
            for round in 0_usize.. {
                for key in (number - 1..1000).step_by(8) {
                    if done.load(Ordering::Relaxed) {
                        return;
                    }
                    let target = format!("/photos/k{key:04}");
                    if (key + round).is_multiple_of(3) {
                        delete(s3, &target).ok()
                    } else {
                        put(s3, &target, b"y").ok()
                    };
                    changes.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
}

#[track_caller]
fn hold_still(found: &[(String, String)], steady: &[String]) {
    assert!(found.windows(2).all(|pair| pair[0].0 <= pair[1].0), "the pages are in order");
    let mut unique = found.to_vec();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), found.len(), "nothing is listed twice");
    let there: Vec<&String> =
        found.iter().map(|(key, _)| key).filter(|key| key.ends_with("-steady")).collect();
    assert_eq!(there, steady.iter().collect::<Vec<_>>(), "what was always there is listed once");
}
