//! One client that makes, tags and deletes until its connection breaks.

use crate::content;
use crate::journal::{Journal, Kind};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::mpsc::Sender;
use testkit::{Answer, Broken, Client};

/// Bytes of a multipart upload's first part: the least S3 takes.
const FIRST_PART: usize = 5 * 1024 * 1024;

/// A client of the load.
pub(crate) struct Worker<'j> {
    /// The round and the client, in names that are unique.
    pub(crate) name: String,
    /// Numbers of its own for contents.
    pub(crate) seed: u64,
    pub(crate) journal: &'j Journal,
    /// Told of every answered change.
    pub(crate) answered: Sender<()>,
    ec2: Client,
    iam: Client,
    s3: Client,
}

impl<'j> Worker<'j> {
    pub(crate) fn new(
        address: SocketAddr,
        name: String,
        seed: u64,
        journal: &'j Journal,
        answered: Sender<()>,
    ) -> Self {
        let client = |service| Client::new(address, service);
        let (ec2, iam, s3) = (client("ec2"), client("iam"), client("s3"));
        Self { name, seed, journal, answered, ec2, iam, s3 }
    }

    /// Works until the server is gone. Anything but a broken connection or a success is a failure of the test.
    pub(crate) fn run(mut self) {
        for step in 0.. {
            if self.step(step).is_err() {
                return;
            }
        }
    }

    fn step(&mut self, step: u32) -> Result<(), Broken> {
        let delete = step % 3 == 2;
        self.network(delete)?;
        self.user(step, delete)?;
        self.object(step, delete)?;
        if step % 8 == 3 {
            self.upload(step)?;
        }
        Ok(())
    }

    fn note(&self, change: impl FnOnce(&Journal)) {
        change(self.journal);
        // The one who counts may have seen enough already.
        let _enough = self.answered.send(());
    }

    fn network(&self, delete: bool) -> Result<(), Broken> {
        let ec2 = &self.ec2;
        let made = ec2.try_call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" }))?.ok();
        let vpc = made.text("vpc.vpcId");
        self.note(|journal| journal.created(Kind::Vpc, &vpc));
        let tag = json!({ "ResourceId": [vpc], "Tag": [{ "Key": "by", "Value": self.name }] });
        ec2.try_call("CreateTags", &tag)?.ok();
        self.note(|journal| journal.created(Kind::Tag, &vpc));
        let made = ec2.try_call("CreateSubnet", &json!({ "VpcId": vpc, "CidrBlock": "10.0.1.0/24" }))?.ok();
        let subnet = made.text("subnet.subnetId");
        self.note(|journal| journal.created(Kind::Subnet, &subnet));
        if delete {
            self.journal.delete_asked(Kind::Subnet, &subnet);
            ec2.try_call("DeleteSubnet", &json!({ "SubnetId": subnet }))?.ok();
            self.note(|journal| journal.deleted(Kind::Subnet, &subnet));
            self.journal.delete_asked(Kind::Vpc, &vpc);
            ec2.try_call("DeleteVpc", &json!({ "VpcId": vpc }))?.ok();
            self.note(|journal| journal.deleted(Kind::Vpc, &vpc));
        }
        Ok(())
    }

    fn user(&self, step: u32, delete: bool) -> Result<(), Broken> {
        let name = format!("{}-{step}", self.name);
        let user = json!({ "UserName": name });
        self.iam.try_call("CreateUser", &user)?.ok();
        self.note(|journal| journal.created(Kind::User, &name));
        if delete {
            self.journal.delete_asked(Kind::User, &name);
            self.iam.try_call("DeleteUser", &user)?.ok();
            self.note(|journal| journal.deleted(Kind::User, &name));
        }
        Ok(())
    }

    fn object(&mut self, step: u32, delete: bool) -> Result<(), Broken> {
        let key = format!("{}-{step}", self.name);
        // A record of a segment, or a file of its own.
        let size = if step % 4 == 1 { 300_000 } else { 900 };
        let seed = self.content(&key, size);
        self.send("PUT", &format!("/photos/{key}"), content(seed, size))?.ok();
        self.note(|journal| journal.created(Kind::Object, &key));
        if delete {
            self.journal.delete_asked(Kind::Object, &key);
            self.send("DELETE", &format!("/photos/{key}"), Vec::new())?.ok();
            self.note(|journal| journal.deleted(Kind::Object, &key));
        }
        Ok(())
    }

    fn upload(&mut self, step: u32) -> Result<(), Broken> {
        let key = format!("{}-{step}-parts", self.name);
        // Two parts are expensive; most uploads have one.
        let size = if self.seed.is_multiple_of(16) { FIRST_PART + 1000 } else { 20_000 };
        let seed = self.content(&key, size);
        let whole = content(seed, size);
        let begun = self.send("POST", &format!("/photos/{key}?uploads"), Vec::new())?.ok();
        let upload = begun.text("UploadId");
        let mut parts = String::new();
        for (number, part) in (1..).zip(whole.chunks(FIRST_PART)) {
            let target = format!("/photos/{key}?partNumber={number}&uploadId={upload}");
            let sent = self.send("PUT", &target, part.to_vec())?.ok();
            let e_tag = sent.header("etag").unwrap_or_default();
            parts.push_str(&format!("<Part><PartNumber>{number}</PartNumber><ETag>{e_tag}</ETag></Part>"));
        }
        let document = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
        self.send("POST", &format!("/photos/{key}?uploadId={upload}"), document.into_bytes())?.ok();
        self.note(|journal| journal.created(Kind::Object, &key));
        Ok(())
    }

    fn send(&self, method: &str, target: &str, body: Vec<u8>) -> Result<Answer, Broken> {
        self.s3.request(method, target).body(body).try_send()
    }

    /// A content of its own for a key, noted before it is sent.
    fn content(&mut self, key: &str, size: usize) -> u64 {
        self.seed += 1000;
        self.journal.content_asked(key, self.seed, size);
        self.seed
    }
}
