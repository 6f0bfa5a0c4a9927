use crate::{get, golden, put, start};

#[test]
fn lists_as_they_are_answered() {
    let (_server, s3) = start();
    let mut golden = golden("listing");
    for key in ["a", "dir/b", "dir/c", "z%20y"] {
        put(&s3, &format!("/photos/{key}"), b"x").ok();
    }
    golden.note("ListObjectsV2", get(&s3, "/photos?list-type=2&delimiter=%2F&fetch-owner=true")).ok();
    golden.note("ListObjects", get(&s3, "/photos?prefix=dir%2F&max-keys=1")).ok();
    golden.note("encoded", get(&s3, "/photos?list-type=2&encoding-type=url&start-after=dir%2Fc")).ok();
    golden.note("ListObjectVersions", get(&s3, "/photos?versions")).ok();
    golden.check();
}

#[test]
fn pages_hold_every_key_once_and_in_order() {
    let (_server, s3) = start();
    let mut keys: Vec<String> = (0..25).map(|n| format!("dir{}/{n}", n % 3)).collect();
    for key in &keys {
        put(&s3, &format!("/photos/{key}"), b"x").ok();
    }
    keys.sort();
    let mut found = Vec::new();
    let mut token = String::new();
    loop {
        let page = get(&s3, &format!("/photos?list-type=2&max-keys=7{token}")).ok();
        found.extend(page.texts("Contents.Key"));
        let Some(next) = page.texts("NextContinuationToken").pop() else { break };
        token = format!("&continuation-token={next}");
    }
    assert_eq!(found, keys);
    let begun = get(&s3, "/photos?list-type=2&max-keys=7&start-after=dir1").ok();
    assert_eq!(begun.text("StartAfter"), "dir1");
    let token = begun.text("NextContinuationToken");
    let rest = get(&s3, &format!("/photos?list-type=2&start-after=dir1&continuation-token={token}")).ok();
    assert_eq!(rest.texts("StartAfter"), [""; 0]);
    let grouped = get(&s3, "/photos?list-type=2&delimiter=%2F").ok();
    assert_eq!(grouped.texts("CommonPrefixes.Prefix"), ["dir0/", "dir1/", "dir2/"]);
}

/// Pages of one entry, after the marker that each names.
#[track_caller]
fn check_pages(list: &str, marker: &str, next: &str, want: &[&str]) {
    let (_server, s3) = start();
    for key in ["photos/", "photos/a", "photos/sub/b", "photos/z"] {
        put(&s3, &format!("/photos/{key}"), b"x").ok();
    }
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = get(&s3, &format!("/photos?{list}&prefix=photos%2F&delimiter=%2F{after}")).ok();
        for kind in ["Contents.Key", "Version.Key", "CommonPrefixes.Prefix"] {
            found.extend(page.texts(kind));
        }
        let Some(text) = page.texts(next).pop() else { break };
        after = format!("&{marker}={text}");
        assert!(found.len() <= want.len(), "{found:?}");
    }
    assert_eq!(found, want, "{list}");
}

#[test]
fn a_page_that_ends_on_the_prefix_itself_is_followed_by_the_rest() {
    let want = ["photos/", "photos/a", "photos/sub/", "photos/z"];
    check_pages("list-type=2&max-keys=1", "continuation-token", "NextContinuationToken", &want);
    check_pages("max-keys=1", "marker", "NextMarker", &want);
    check_pages("versions&max-keys=1", "key-marker", "NextKeyMarker", &want);
}
