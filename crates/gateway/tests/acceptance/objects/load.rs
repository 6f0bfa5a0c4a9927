//! One client that puts, copies, uploads in parts and deletes, until its connection breaks.

use super::diary::{Asked, Body, Diary};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest, Md5};
use std::net::SocketAddr;
use std::sync::mpsc::Sender;
use testkit::{Answer, Broken, Client};

/// Keys of one client in each of the buckets.
const KEYS: u64 = 6;
/// Bytes of every part but the last at the least.
const LEAST_PART: usize = 5 * 1024 * 1024;

/// A client of the load.
pub(crate) struct Worker<'d> {
    number: u64,
    random: u64,
    s3: Client,
    diary: &'d mut Diary,
    /// Told of every answered change.
    answered: Sender<()>,
}

impl<'d> Worker<'d> {
    pub(crate) fn new(
        address: SocketAddr,
        number: u64,
        round: u64,
        diary: &'d mut Diary,
        answered: Sender<()>,
    ) -> Self {
        let random = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (round << 32);
        Self { number, random, s3: Client::new(address, "s3"), diary, answered }
    }

    /// Works until the server is gone. Anything but a broken connection or a success is a failure of the test.
    pub(crate) fn run(mut self) {
        while self.step().is_ok() {}
    }

    fn step(&mut self) -> Result<(), Broken> {
        match self.below(20) {
            0..6 => self.put_small(),
            6 => self.put_large(),
            7..10 => self.delete(),
            10..12 => self.copy(),
            12 => self.delete_many(),
            13 => self.upload(),
            14 => self.read(),
            15..18 => self.put_version(),
            18 => self.cover(),
            _ => self.remove_version(),
        }
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 16) % bound
    }

    fn key(&mut self) -> String {
        let key = self.below(KEYS);
        format!("c{}/k{key}", self.number)
    }

    /// A content nobody else has.
    fn body(&mut self, size: usize) -> Body {
        self.diary.seed += 1;
        Body::new((self.number << 32) | self.diary.seed, size)
    }

    fn size(&mut self, bound: u64) -> usize {
        usize::try_from(self.below(bound)).unwrap_or(0)
    }

    fn send(&self, method: &str, target: &str, body: Vec<u8>) -> Result<Answer, Broken> {
        Ok(self.s3.request(method, target).body(body).try_send()?.ok())
    }

    fn note(&mut self, bytes: usize) {
        self.diary.answered += 1;
        self.diary.bytes += bytes as u64;
        // The one who counts may have seen enough already.
        let _enough = self.answered.send(());
    }

    fn put(&mut self, size: usize) -> Result<(), Broken> {
        let (key, body) = (self.key(), self.body(size));
        self.diary.ask(&key, Some(body.clone()));
        let answer = self.send("PUT", &format!("/plain/{key}"), body.bytes())?;
        self.diary.settle(&key, answer.header("etag"));
        self.note(size);
        Ok(())
    }

    /// A record of a segment.
    fn put_small(&mut self) -> Result<(), Broken> {
        let size = self.size(20_000);
        self.put(size)
    }

    /// A file of its own.
    fn put_large(&mut self) -> Result<(), Broken> {
        let size = self.size(500_000);
        self.put(1024 * 1024 + size)
    }

    fn delete(&mut self) -> Result<(), Broken> {
        let key = self.key();
        self.diary.ask(&key, None);
        self.send("DELETE", &format!("/plain/{key}"), Vec::new())?;
        self.diary.settle(&key, None);
        self.note(0);
        Ok(())
    }

    fn delete_many(&mut self) -> Result<(), Broken> {
        let keys: Vec<String> = (0..3).map(|_| self.key()).collect();
        let mut document = "<Delete>".to_owned();
        for key in &keys {
            self.diary.ask(key, None);
            document.push_str(&format!("<Object><Key>{key}</Key></Object>"));
        }
        document.push_str("</Delete>");
        let md5 = BASE64.encode(Md5::digest(&document));
        let request = self.s3.request("POST", "/plain?delete").header("content-md5", &md5);
        let answer = request.body(document).try_send()?.ok();
        assert_eq!(answer.texts("Error.Code"), [""; 0]);
        for key in &keys {
            self.diary.settle(key, None);
        }
        self.note(0);
        Ok(())
    }

    /// What a key of this client's holds.
    fn held(&mut self) -> Option<(String, Body)> {
        let key = self.key();
        let body = self.diary.plain.get(&key)?.is.clone()?;
        Some((key, body))
    }

    fn copy(&mut self) -> Result<(), Broken> {
        let Some((from, body)) = self.held() else { return self.put_small() };
        let to = self.key();
        if from == to {
            return Ok(());
        }
        self.diary.ask(&to, Some(Body { e_tag: None, ..body }));
        let request = self.s3.request("PUT", &format!("/plain/{to}"));
        let answer = request.header("x-amz-copy-source", &format!("plain/{from}")).try_send()?.ok();
        self.diary.settle(&to, Some(&answer.text("ETag")));
        self.note(0);
        Ok(())
    }

    fn read(&mut self) -> Result<(), Broken> {
        let Some((key, body)) = self.held() else { return Ok(()) };
        let answer = self.send("GET", &format!("/plain/{key}"), Vec::new())?;
        let e_tag = answer.header("etag").unwrap_or_default();
        assert!(body.is(e_tag, &answer.body), "{key} is not what was answered");
        Ok(())
    }

    fn upload(&mut self) -> Result<(), Broken> {
        let key = self.key();
        let target = format!("/plain/{key}");
        let upload = self.send("POST", &format!("{target}?uploads"), Vec::new())?.text("UploadId");
        // Two parts are expensive; most uploads have one, and it is sent twice.
        let first_size = if self.below(8) == 0 { LEAST_PART } else { 1000 + self.size(400_000) };
        let mut parts = Vec::new();
        for size in [700, first_size] {
            let part = self.body(size);
            let part = self.part(&target, &upload, 1, part)?;
            parts = vec![part];
        }
        if first_size == LEAST_PART {
            let second = match self.held() {
                Some((from, body)) if from != key && body.len() > 0 => {
                    self.part_of(&target, &upload, &from, body)?
                }
                _ => {
                    let part = self.body(3000);
                    self.part(&target, &upload, 2, part)?
                }
            };
            parts.push(second);
        }
        match self.below(6) {
            // Left open: what is left of it goes when the last round is over.
            0 => Ok(()),
            1 | 2 => {
                self.send("DELETE", &format!("{target}?uploadId={upload}"), Vec::new())?;
                self.note(0);
                Ok(())
            }
            _ => self.complete(&key, &upload, &parts),
        }
    }

    fn part(&mut self, target: &str, upload: &str, number: usize, body: Body) -> Result<Body, Broken> {
        let target = format!("{target}?partNumber={number}&uploadId={upload}");
        let answer = self.send("PUT", &target, body.bytes())?;
        self.note(body.len());
        Ok(Body { e_tag: answer.header("etag").map(str::to_owned), ..body })
    }

    fn part_of(&mut self, target: &str, upload: &str, from: &str, body: Body) -> Result<Body, Broken> {
        let request = self.s3.request("PUT", &format!("{target}?partNumber=2&uploadId={upload}"));
        let answer = request.header("x-amz-copy-source", &format!("plain/{from}")).try_send()?.ok();
        self.note(0);
        Ok(Body { e_tag: Some(answer.text("ETag")), ..body })
    }

    fn complete(&mut self, key: &str, upload: &str, parts: &[Body]) -> Result<(), Broken> {
        let mut document = "<CompleteMultipartUpload>".to_owned();
        for (number, part) in (1..).zip(parts) {
            let e_tag = part.e_tag.as_deref().unwrap_or_default();
            document.push_str(&format!("<Part><PartNumber>{number}</PartNumber><ETag>{e_tag}</ETag></Part>"));
        }
        document.push_str("</CompleteMultipartUpload>");
        let runs = parts.iter().flat_map(|part| part.runs.clone()).collect();
        self.diary.ask(key, Some(Body { runs, e_tag: None }));
        let target = format!("/plain/{key}?uploadId={upload}");
        let answer = self.send("POST", &target, document.into_bytes())?;
        self.diary.settle(key, Some(&answer.text("ETag")));
        self.note(0);
        Ok(())
    }

    fn put_version(&mut self) -> Result<(), Broken> {
        let size = if self.below(10) == 0 { 300_000 } else { self.size(5000) };
        let (key, body) = (self.key(), self.body(size));
        self.diary.ask_version(&key, Asked::Add(Some(body.clone())));
        let answer = self.send("PUT", &format!("/versioned/{key}"), body.bytes())?;
        let id = answer.header("x-amz-version-id").unwrap_or_default();
        self.diary.settle_version(&key, id, answer.header("etag"));
        self.note(size);
        Ok(())
    }

    /// Puts a delete marker over a key.
    fn cover(&mut self) -> Result<(), Broken> {
        let key = self.key();
        self.diary.ask_version(&key, Asked::Add(None));
        let answer = self.send("DELETE", &format!("/versioned/{key}"), Vec::new())?;
        let id = answer.header("x-amz-version-id").unwrap_or_default();
        self.diary.settle_version(&key, id, None);
        self.note(0);
        Ok(())
    }

    fn remove_version(&mut self) -> Result<(), Broken> {
        let (key, choice) = (self.key(), self.below(1000));
        let Some(history) = self.diary.versioned.get(&key) else { return Ok(()) };
        let count = u64::try_from(history.versions.len()).unwrap_or(0);
        let index = usize::try_from(choice % count.max(1)).unwrap_or(0);
        let Some((id, _)) = history.versions.get(index).cloned() else { return Ok(()) };
        self.diary.ask_version(&key, Asked::Remove(id.clone()));
        self.send("DELETE", &format!("/versioned/{key}?versionId={id}"), Vec::new())?;
        self.diary.settle_version(&key, &id, None);
        self.note(0);
        Ok(())
    }
}
