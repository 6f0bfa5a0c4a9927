//! Lists: flat, by folder, from a place on, and page by page.

use crate::server::Server;
use crate::store::{ask, put, with_bucket};
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::aws::AmazonS3;
use object_store::list::{PaginatedListOptions, PaginatedListStore};
use object_store::path::Path;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt};

/// In the order of their bytes, which is that of S3.
const KEYS: [&str; 9] = [
    "a a/b.file",
    "a%2Fa.file",
    "a/a file",
    "a/a%2F.file",
    "a/a.file",
    "a/a/b.file",
    "a/😀.file",
    "aa/a.file",
    "ab/a.file",
];

async fn planted(server: &Server) -> AmazonS3 {
    let store = with_bucket(server);
    for key in KEYS.iter().rev() {
        put(&store, key, key.as_bytes()).await;
    }
    store
}

fn paths(keys: &[&str]) -> Vec<Path> {
    keys.iter().map(|key| Path::parse(key).unwrap()).collect()
}

#[tokio::test]
async fn lists_are_in_the_order_of_bytes_and_below_folders_only() {
    let server = Server::start(&[]);
    let store = planted(&server).await;
    for (prefix, want) in [
        (None, &KEYS[..]),
        (Some("a"), &KEYS[2..7]),
        (Some("a/a"), &KEYS[5..6]),
        (Some("a/a file"), &[]),
        (Some("none"), &[]),
    ] {
        let prefix = prefix.map(Path::from);
        let found: Vec<_> = store.list(prefix.as_ref()).try_collect().await.unwrap();
        let names: Vec<_> = found.iter().map(|meta| meta.location.clone()).collect();
        assert_eq!(names, paths(want), "{prefix:?}");
        for meta in found {
            assert_eq!(meta, store.head(&meta.location).await.unwrap());
        }
    }
}

#[tokio::test]
async fn folders_stand_for_what_is_below_them() {
    let server = Server::start(&[]);
    let store = planted(&server).await;
    let shown = store.list_with_delimiter(None).await.unwrap();
    assert_eq!(shown.common_prefixes, paths(&["a", "a a", "aa", "ab"]), "sorted by the crate");
    let objects: Vec<_> = shown.objects.into_iter().map(|meta| meta.location).collect();
    assert_eq!(objects, paths(&KEYS[1..2]));
    let shown = store.list_with_delimiter(Some(&Path::from("a"))).await.unwrap();
    assert_eq!(shown.common_prefixes, paths(&["a/a"]));
    let objects: Vec<_> = shown.objects.into_iter().map(|meta| meta.location).collect();
    assert_eq!(objects, paths(&["a/a file", "a/a%2F.file", "a/a.file", "a/😀.file"]));
}

#[tokio::test]
async fn lists_go_on_after_any_place() {
    let server = Server::start(&[]);
    let store = planted(&server).await;
    for prefix in [None, Some(Path::from("a"))] {
        for offset in ["a", "a/a file", "a/a/b.file", "a/😀", "a/😀.file", "ab/a.file", "a%2Fa.file", ""]
        {
            let offset = Path::parse(offset).unwrap();
            let below = |path: &Path| prefix.as_ref().is_none_or(|prefix| path.prefix_matches(prefix));
            let want: Vec<_> = paths(&KEYS)
                .into_iter()
                .filter(|path| below(path) && path.as_ref() > offset.as_ref())
                .collect();
            let found = store.list_with_offset(prefix.as_ref(), &offset).map_ok(|meta| meta.location);
            assert_eq!(found.try_collect::<Vec<_>>().await.unwrap(), want, "{prefix:?} after {offset}");
        }
    }
}

#[tokio::test]
async fn pages_are_as_long_as_asked_and_go_on_by_their_token() {
    let server = Server::start(&[]);
    let store = planted(&server).await;
    for (delimiter, want) in [(None, 9), (Some("/"), 5)] {
        let (mut token, mut found) = (None, Vec::new());
        loop {
            let options = PaginatedListOptions {
                max_keys: Some(2),
                delimiter: delimiter.map(Into::into),
                page_token: token,
                ..PaginatedListOptions::default()
            };
            let page = store.list_paginated(None, options).await.unwrap();
            let (objects, folders) = (page.result.objects, page.result.common_prefixes);
            assert!(objects.len() + folders.len() <= 2);
            found.extend(objects.into_iter().map(|meta| meta.location));
            found.extend(folders);
            token = page.page_token;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(found.len(), want, "{found:?}");
        found.dedup();
        assert_eq!(found.len(), want, "{found:?}");
    }
}

#[tokio::test]
async fn more_than_a_page_is_fetched_by_itself() {
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    let want: Vec<_> = (0..1_100).map(|number| Path::from(format!("many/{number:04}"))).collect();
    let puts = stream::iter(want.clone()).map(|path| {
        let store = store.clone();
        async move { store.put(&path, "".into()).await }
    });
    puts.buffer_unordered(16).try_collect::<Vec<_>>().await.unwrap();
    let found = store.list(None).map_ok(|meta| meta.location).try_collect::<Vec<_>>().await.unwrap();
    assert_eq!(found, want);
    let shown = store.list_with_delimiter(Some(&Path::from("many"))).await.unwrap();
    assert_eq!(shown.objects.len(), 1_100);
}

#[tokio::test]
async fn versions_are_read_by_their_ids() {
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    let enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    let answer = ask("PUT", &format!("{}/bkt?versioning", server.endpoint()), enabled);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let path = Path::from("k");
    let first = store.put(&path, "first".into()).await.unwrap().version;
    let second = store.put(&path, "second".into()).await.unwrap().version;
    assert!(first.is_some() && first != second);
    assert_eq!(store.head(&path).await.unwrap().version, second);
    let old = store.get_opts(&path, GetOptions::new().with_version(first)).await.unwrap();
    assert_eq!(old.bytes().await.unwrap(), "first");
}
