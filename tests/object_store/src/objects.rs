//! Objects: what is said of them, parts of them, copies, and their end.

use crate::server::Server;
use crate::store::{ask, get, make_bucket, noise, put, refused, settings, with_bucket};
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::aws::S3CopyIfNotExists;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutOptions, TagSet,
};

/// Keys that clients and servers get wrong; the crate itself takes no empty segment, `.` or `..`.
const KEYS: [&str; 6] = [
    "plain",
    "dir/한글 é 🙀",
    "%48%45 & %2F",
    "I'm a < & weird > path",
    "a+b=c;d,e@f:g!$'()*~",
    "%Q.parquet",
];

#[tokio::test]
async fn object_comes_back_with_what_was_said_of_it() {
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    let mut attributes: Attributes = [
        (Attribute::ContentType, "text/x-own"),
        (Attribute::ContentDisposition, "attachment; filename=\"a b\""),
        (Attribute::ContentEncoding, "gzip"),
        (Attribute::ContentLanguage, "ko"),
        (Attribute::CacheControl, "max-age=1"),
        (Attribute::Metadata("who".into()), "me"),
    ]
    .into_iter()
    .collect();
    let wanted = attributes.clone();
    // The crate sends it and does not read it back.
    attributes.insert(Attribute::StorageClass, "STANDARD_IA".into());
    let mut tags = TagSet::default();
    tags.push("a key", "a+b = c@d");
    tags.push("é", "");
    for key in KEYS {
        let path = Path::parse(key).unwrap();
        let said = PutOptions { attributes: attributes.clone(), tags: tags.clone(), ..PutOptions::default() };
        let made = store.put_opts(&path, key.to_owned().into(), said).await.unwrap();
        let got = store.get(&path).await.unwrap();
        assert_eq!(got.attributes, wanted, "{key}");
        assert_eq!((&got.meta.location, &got.meta.e_tag), (&path, &made.e_tag), "{key}");
        assert_eq!(got.bytes().await.unwrap(), key.as_bytes());
        let head = store.head(&path).await.unwrap();
        assert_eq!((head.size, head.e_tag), (key.len() as u64, made.e_tag), "{key}");
    }
    let shown = ask("HEAD", &format!("{}/bkt/plain", server.endpoint()), "");
    assert!(shown.contains("x-amz-storage-class: STANDARD_IA\r\n"), "{shown}");
    let shown = ask("GET", &format!("{}/bkt/plain?tagging", server.endpoint()), "");
    for tag in ["<Key>a key</Key><Value>a+b = c@d</Value>", "<Key>é</Key><Value></Value>"] {
        assert!(shown.contains(tag), "{shown}");
    }
}

#[tokio::test]
async fn ranges_are_cut_as_they_are_asked_for() {
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    let content = noise(3_000_000);
    put(&store, "k", &content).await;
    let path = Path::from("k");
    for (range, want) in [
        (GetRange::Bounded(2..5), 2..5),
        (GetRange::Bounded(2_999_990..9_000_000), 2_999_990..3_000_000),
        (GetRange::Offset(2_999_000), 2_999_000..3_000_000),
        (GetRange::Suffix(7), 2_999_993..3_000_000),
        (GetRange::Suffix(9_000_000), 0..3_000_000),
    ] {
        let asked = GetOptions::new().with_range(Some(range.clone()));
        let got = store.get_opts(&path, asked).await.unwrap();
        assert_eq!((got.range.clone(), got.meta.size), (want.start as u64..want.end as u64, 3_000_000));
        assert!(got.bytes().await.unwrap() == content[want], "{range}: other bytes came back");
    }
    // Near ones are fetched together, far ones each alone.
    let ranges = [0..1, 5..10, 5..10, 8..100_000, 2_500_000..2_500_001, 2_999_999..3_000_000];
    let got = store.get_ranges(&path, &ranges.clone()).await.unwrap();
    for (range, part) in ranges.into_iter().zip(got) {
        let range = range.start as usize..range.end as usize;
        assert!(part == content[range.clone()], "{range:?}: other bytes came back");
    }
    refused!(store.get_range(&path, 3_000_000..3_000_001).await, Generic);
    put(&store, "empty", b"").await;
    assert_eq!(get(&store, "empty").await, b"");
}

#[tokio::test]
async fn copies_and_renames_carry_everything_along() {
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    let attributes: Attributes = [(Attribute::Metadata("who".into()), "me")].into_iter().collect();
    for key in KEYS {
        let (from, to) = (Path::parse(key).unwrap(), Path::from("copy"));
        store.put_opts(&from, key.to_owned().into(), attributes.clone().into()).await.unwrap();
        store.copy(&from, &to).await.unwrap();
        let copied = store.get(&to).await.unwrap();
        assert_eq!(copied.attributes.get(&Attribute::Metadata("who".into())).unwrap().as_ref(), "me");
        assert_eq!(copied.bytes().await.unwrap(), key.as_bytes());
        store.rename(&from, &Path::from("moved")).await.unwrap();
        refused!(store.head(&from).await, NotFound);
        assert_eq!(get(&store, "moved").await, key.as_bytes());
    }
    refused!(store.copy(&Path::from("none"), &Path::from("copy")).await, NotFound);
    refused!(store.rename(&Path::from("none"), &Path::from("copy")).await, NotFound);
}

/// By a condition on the copy itself, and by one on the completion of an upload whose only part is a copy.
#[tokio::test]
async fn copy_if_not_exists_overwrites_nothing() {
    let header = || S3CopyIfNotExists::Header("if-none-match".to_owned(), "*".to_owned());
    for way in [header(), S3CopyIfNotExists::Multipart] {
        let server = Server::start(&[]);
        make_bucket(&server);
        let store = settings(server.endpoint()).with_copy_if_not_exists(way.clone()).build().unwrap();
        put(&store, "one", b"1").await;
        put(&store, "two", b"2").await;
        let (one, two, to) = (Path::from("one"), Path::from("two"), Path::parse("dir/to é").unwrap());
        store.copy_if_not_exists(&one, &to).await.unwrap();
        refused!(store.copy_if_not_exists(&two, &to).await, AlreadyExists);
        assert_eq!(get(&store, to.as_ref()).await, b"1");
        refused!(store.rename_if_not_exists(&two, &to).await, AlreadyExists);
        store.rename_if_not_exists(&two, &Path::from("free")).await.unwrap();
        refused!(store.head(&two).await, NotFound);
        assert_eq!(
            (get(&store, "free").await, get(&store, to.as_ref()).await),
            (b"2".to_vec(), b"1".to_vec())
        );
        let uploads = ask("GET", &format!("{}/bkt?uploads", server.endpoint()), "");
        assert!(!uploads.contains("<Upload>"), "{way}: {uploads}");
    }
}

#[tokio::test]
async fn thousands_are_deleted_in_the_order_of_the_wish() {
    let server = Server::start(&[]);
    make_bucket(&server);
    for one_by_one in [false, true] {
        let store = settings(server.endpoint()).with_disable_bulk_delete(one_by_one).build().unwrap();
        let mut wish: Vec<_> = KEYS.map(|key| Path::parse(key).unwrap()).into();
        wish.extend((0..1_010).map(|number| Path::from(format!("many/{number}"))));
        let puts = stream::iter(wish.clone()).map(|path| {
            let store = store.clone();
            async move { store.put(&path, "x".into()).await }
        });
        puts.buffer_unordered(16).try_collect::<Vec<_>>().await.unwrap();
        // Whoever is not there is gone.
        wish.insert(3, Path::from("none"));
        let gone = store.delete_stream(stream::iter(wish.clone()).map(Ok).boxed());
        assert_eq!(gone.try_collect::<Vec<_>>().await.unwrap(), wish, "one by one: {one_by_one}");
        assert!(store.list(None).next().await.is_none());
    }
}

#[tokio::test]
async fn what_is_missing_is_not_found() {
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    let path = Path::from("none");
    refused!(store.get(&path).await, NotFound);
    refused!(store.head(&path).await, NotFound);
    store.delete(&path).await.unwrap();
    let nowhere = settings(server.endpoint()).with_bucket_name("no-such-bucket").build().unwrap();
    refused!(nowhere.get(&path).await, NotFound);
    refused!(nowhere.put(&path, "x".into()).await, NotFound);
    let refusal = nowhere.list(None).next().await.unwrap().unwrap_err();
    assert!(format!("{refusal:?}").contains("<Code>NoSuchBucket</Code>"), "{refusal:?}");
}

#[tokio::test]
async fn objects_survive_a_kill() {
    let mut server = Server::start(&[]);
    let content = noise(300_000);
    put(&with_bucket(&server), "kept", &content).await;
    server.kill();
    server.open();
    let store = settings(server.endpoint()).build().unwrap();
    assert!(get(&store, "kept").await == content, "other bytes came back");
}
