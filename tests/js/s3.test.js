// Buckets and objects through the AWS SDK for JavaScript.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  BucketAlreadyOwnedByYou,
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  NoSuchBucket,
  NoSuchKey,
  NotFound,
  PutBucketVersioningCommand,
  S3Client,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import { bucket, client, get, noise, put, refused, same, settings } from "./clients.js";
import { Server } from "./server.js";

test("an object comes back with what was said of it", async (t) => {
  const s3 = await bucket(t, settings((await Server.start(t)).endpoint), "bkt");
  for (const key of ["plain", "a//b", "a/../b", "é x", "d+e", "per%cent", "slash/"]) {
    await put(s3, "bkt", key, key, { ContentType: "text/plain", Metadata: { who: "me" } });
    same(await get(s3, "bkt", key), Buffer.from(key));
    const head = await s3.send(new HeadObjectCommand({ Bucket: "bkt", Key: key }));
    assert.deepEqual([head.ContentType, head.Metadata], ["text/plain", { who: "me" }]);
    assert.equal(head.ContentLength, Buffer.byteLength(key));
  }
});

test("ranges, conditions and copies", async (t) => {
  const s3 = await bucket(t, settings((await Server.start(t)).endpoint), "bkt");
  await put(s3, "bkt", "k", "0123456789");
  const part = await s3.send(new GetObjectCommand({ Bucket: "bkt", Key: "k", Range: "bytes=2-4" }));
  assert.deepEqual([part.ContentRange, await part.Body.transformToString()], ["bytes 2-4/10", "234"]);
  await refused(put(s3, "bkt", "k", "", { IfNoneMatch: "*" }), "PreconditionFailed", 412);
  await put(s3, "bkt", "new", "", { IfNoneMatch: "*" });
  await s3.send(new CopyObjectCommand({ Bucket: "bkt", Key: "copy", CopySource: "bkt/k" }));
  same(await get(s3, "bkt", "copy"), Buffer.from("0123456789"));
});

test("lists page, and many are deleted at once", async (t) => {
  const s3 = await bucket(t, settings((await Server.start(t)).endpoint), "bkt");
  const want = Array.from({ length: 7 }, (_, number) => `many/${number}`);
  for (const key of want) await put(s3, "bkt", key, "");
  const found = [];
  for await (const page of paginateListObjectsV2({ client: s3, pageSize: 3 }, { Bucket: "bkt", Prefix: "many/" })) {
    assert.ok(page.Contents.length <= 3);
    found.push(...page.Contents.map((object) => object.Key));
  }
  assert.deepEqual(found, want);
  const Objects = want.map((Key) => ({ Key }));
  const gone = await s3.send(new DeleteObjectsCommand({ Bucket: "bkt", Delete: { Objects } }));
  assert.equal(gone.Deleted.length, 7);
  assert.equal((await s3.send(new ListObjectsV2Command({ Bucket: "bkt" }))).KeyCount, 0);
  await s3.send(new DeleteBucketCommand({ Bucket: "bkt" }));
});

test("versions are listed newest first", async (t) => {
  const s3 = await bucket(t, settings((await Server.start(t)).endpoint), "bkt");
  const VersioningConfiguration = { Status: "Enabled" };
  await s3.send(new PutBucketVersioningCommand({ Bucket: "bkt", VersioningConfiguration }));
  const want = [];
  for (const body of ["1", "2", "3"]) want.unshift((await put(s3, "bkt", "k", body)).VersionId);
  const marker = await s3.send(new DeleteObjectCommand({ Bucket: "bkt", Key: "k" }));
  const shown = await s3.send(new ListObjectVersionsCommand({ Bucket: "bkt" }));
  assert.deepEqual(shown.Versions.map((version) => version.VersionId), want);
  assert.deepEqual(shown.DeleteMarkers.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]), [[marker.VersionId, true]]);
  same(await get(s3, "bkt", "k", { VersionId: want[2] }), Buffer.from("1"));
});

test("what is missing is missed by its type", async (t) => {
  const s3 = await bucket(t, settings((await Server.start(t)).endpoint), "bkt");
  await assert.rejects(get(s3, "bkt", "none"), NoSuchKey);
  await assert.rejects(s3.send(new ListObjectsV2Command({ Bucket: "no-such-bucket" })), NoSuchBucket);
  await assert.rejects(s3.send(new HeadObjectCommand({ Bucket: "bkt", Key: "none" })), NotFound);
  const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" };
  const again = new CreateBucketCommand({ Bucket: "bkt", CreateBucketConfiguration });
  await assert.rejects(s3.send(again), BucketAlreadyOwnedByYou);
});

test("objects survive a kill", async (t) => {
  const server = await Server.start(t);
  const content = noise(300_000);
  await put(await bucket(t, settings(server.endpoint), "bkt"), "bkt", "kept", content);
  await server.kill();
  await server.open();
  same(await get(client(t, S3Client, settings(server.endpoint)), "bkt", "kept"), content);
});
