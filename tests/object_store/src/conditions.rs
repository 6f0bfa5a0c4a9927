//! Conditions of writes and reads: what tables of Delta Lake and their like stand on.

use crate::server::Server;
use crate::store::{get, put, refused, with_bucket};
use futures_util::future::join_all;
use object_store::path::Path;
use object_store::{Error, GetOptions, ObjectStore, ObjectStoreExt, PutMode, PutResult, UpdateVersion};
use std::time::Duration;

fn at(made: &PutResult) -> PutMode {
    PutMode::Update(UpdateVersion { e_tag: made.e_tag.clone(), version: None })
}

#[tokio::test]
async fn created_is_what_was_not_there() {
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    let path = Path::parse("log/0 é.json").unwrap();
    store.put_opts(&path, "first".into(), PutMode::Create.into()).await.unwrap();
    refused!(store.put_opts(&path, "second".into(), PutMode::Create.into()).await, AlreadyExists);
    assert_eq!(get(&store, path.as_ref()).await, b"first");
    store.delete(&path).await.unwrap();
    store.put_opts(&path, "third".into(), PutMode::Create.into()).await.unwrap();
    assert_eq!(get(&store, path.as_ref()).await, b"third");
}

#[tokio::test]
async fn updated_is_what_is_as_it_was_read() {
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    let path = Path::from("k");
    let first = store.put(&path, "first".into()).await.unwrap();
    let second = store.put_opts(&path, "second".into(), at(&first).into()).await.unwrap();
    assert_ne!(first.e_tag, second.e_tag);
    refused!(store.put_opts(&path, "third".into(), at(&first).into()).await, Precondition);
    assert_eq!(get(&store, "k").await, b"second");
    store.delete(&path).await.unwrap();
    refused!(store.put_opts(&path, "third".into(), at(&second).into()).await, Precondition);
    refused!(store.head(&path).await, NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_creators_one_wins() {
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    let creators = (0..32).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            let wish = PutMode::Create.into();
            match store.put_opts(&Path::from("k"), format!("{number}").into(), wish).await {
                Ok(_) => Some(number),
                Err(Error::AlreadyExists { .. }) => None,
                Err(other) => panic!("{other:?}"),
            }
        })
    });
    let won: Vec<i32> = join_all(creators).await.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(get(&store, "k").await, won[0].to_string().as_bytes());
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_by_many_nothing_is_lost() {
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    put(&store, "k", b"0").await;
    let counters = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            for _ in 0..8 {
                while !count(&store).await {}
            }
        })
    });
    join_all(counters).await.into_iter().for_each(Result::unwrap);
    assert_eq!(get(&store, "k").await, b"64");
}

/// Adds one, unless somebody else was faster.
async fn count(store: &impl ObjectStore) -> bool {
    let path = Path::from("k");
    let read = store.get(&path).await.unwrap();
    let seen = UpdateVersion { e_tag: read.meta.e_tag.clone(), version: None };
    let number: u32 = String::from_utf8(read.bytes().await.unwrap().to_vec()).unwrap().parse().unwrap();
    match store.put_opts(&path, (number + 1).to_string().into(), PutMode::Update(seen).into()).await {
        Ok(_) => true,
        // 412 where the other one had ended, 409 where it was still writing.
        Err(Error::Precondition { .. } | Error::AlreadyExists { .. }) => false,
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn reads_hold_their_conditions() {
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    put(&store, "k", b"content").await;
    let path = Path::from("k");
    let head = store.head(&path).await.unwrap();
    let (etag, day) = (head.e_tag.clone(), Duration::from_secs(86_400));
    let ask = |options| async { store.get_opts(&path, options).await };
    for fine in [
        GetOptions::new().with_if_match(etag.clone()),
        GetOptions::new().with_if_none_match(Some("\"other\"")),
        GetOptions::new().with_if_modified_since(Some(head.last_modified - day)),
        GetOptions::new().with_if_unmodified_since(Some(head.last_modified)),
    ] {
        assert_eq!(ask(fine).await.unwrap().bytes().await.unwrap(), "content");
    }
    refused!(ask(GetOptions::new().with_if_match(Some("\"other\""))).await, Precondition);
    refused!(ask(GetOptions::new().with_if_none_match(etag)).await, NotModified);
    refused!(ask(GetOptions::new().with_if_modified_since(Some(head.last_modified))).await, NotModified);
    let before = GetOptions::new().with_if_unmodified_since(Some(head.last_modified - day));
    refused!(ask(before).await, Precondition);
}
