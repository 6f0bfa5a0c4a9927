//! Uploads in parts: by the writer, by hand, out of order, and given up.

use crate::server::Server;
use crate::store::{MIB, ask, get, noise, refused, with_bucket};
use object_store::multipart::MultipartStore;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, ObjectStore, ObjectStoreExt, PutMultipartOptions, TagSet, WriteMultipart,
};

fn uploads(server: &Server) -> String {
    ask("GET", &format!("{}/bkt?uploads", server.endpoint()), "")
}

#[tokio::test]
async fn writer_sends_parts_at_once_with_what_is_said_of_the_object() {
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    let content = noise(16 * MIB + 7);
    let path = Path::parse("dir/large é").unwrap();
    let attributes: Attributes =
        [(Attribute::ContentType, "text/x-own"), (Attribute::Metadata("who".into()), "me")]
            .into_iter()
            .collect();
    let mut tags = TagSet::default();
    tags.push("k", "v");
    let said = PutMultipartOptions { attributes: attributes.clone(), tags, ..PutMultipartOptions::default() };
    let mut writer = WriteMultipart::new(store.put_multipart_opts(&path, said).await.unwrap());
    for piece in content.chunks(300_000) {
        writer.wait_for_capacity(4).await.unwrap();
        writer.write(piece);
    }
    let made = writer.finish().await.unwrap();
    assert!(made.e_tag.as_ref().is_some_and(|etag| etag.ends_with("-4\"")), "{made:?}");
    let got = store.get(&path).await.unwrap();
    assert_eq!((&got.meta.e_tag, got.meta.size), (&made.e_tag, content.len() as u64));
    assert_eq!(got.attributes, attributes);
    assert!(got.bytes().await.unwrap() == content, "other bytes came back");
    let shown = ask("GET", &format!("{}/bkt/dir/large%20%C3%A9?tagging", server.endpoint()), "");
    assert!(shown.contains("<Key>k</Key><Value>v</Value>"), "{shown}");
}

#[tokio::test]
async fn given_up_uploads_leave_nothing() {
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    let path = Path::from("k");
    let mut upload = store.put_multipart(&path).await.unwrap();
    upload.put_part(noise(5 * MIB).into()).await.unwrap();
    assert!(uploads(&server).contains("<Upload>"));
    upload.abort().await.unwrap();
    assert!(!uploads(&server).contains("<Upload>"));
    refused!(store.head(&path).await, NotFound);
    refused!(upload.put_part("late".into()).await, NotFound);
}

#[tokio::test]
async fn parts_by_hand_may_come_in_any_order_and_twice() {
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    let (path, content) = (Path::from("k"), noise(11 * MIB));
    let pieces: Vec<_> = content.chunks(5 * MIB).map(<[u8]>::to_vec).collect();
    let id = store.create_multipart(&path).await.unwrap();
    store.put_part(&path, &id, 0, "replaced".into()).await.unwrap();
    let third = store.put_part(&path, &id, 2, pieces[2].clone().into()).await.unwrap();
    let first = store.put_part(&path, &id, 0, pieces[0].clone().into()).await.unwrap();
    let second = store.put_part(&path, &id, 1, pieces[1].clone().into()).await.unwrap();
    store.complete_multipart(&path, &id, vec![first, second, third]).await.unwrap();
    assert!(get(&store, "k").await == content, "other bytes came back");
    let id = store.create_multipart(&path).await.unwrap();
    store.abort_multipart(&path, &id).await.unwrap();
    assert!(!uploads(&server).contains("<Upload>"));
}

#[tokio::test]
async fn small_parts_are_refused_at_the_end_and_an_empty_upload_is_an_empty_object() {
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    let path = Path::from("k");
    let mut upload = store.put_multipart(&path).await.unwrap();
    upload.put_part("small".into()).await.unwrap();
    upload.put_part("too".into()).await.unwrap();
    let refusal = upload.complete().await.unwrap_err();
    assert!(format!("{refusal:?}").contains("EntityTooSmall"), "{refusal:?}");
    upload.abort().await.unwrap();
    // The crate sends one part without content.
    store.put_multipart(&path).await.unwrap().complete().await.unwrap();
    assert_eq!(get(&store, "k").await, b"");
}
