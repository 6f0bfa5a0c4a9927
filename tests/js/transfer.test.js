// How bytes travel: parts, streams, checksums, presigned addresses, hosts and schemes.

import assert from "node:assert/strict";
import http from "node:http";
import { Readable } from "node:stream";
import { test } from "node:test";

import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { bucket, client, get, lookup, noise, put, refused, same, settings } from "./clients.js";
import { Server } from "./server.js";

const MIB = 1024 * 1024;

/** The algorithms the SDK computes by itself. */
const COMPUTED = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"];

/** A client for each scheme on one new server with a bucket `bkt`; `more` is added to their settings. */
async function bothSchemes(t, more) {
  const server = await Server.start(t, "--tls");
  const plain = await bucket(t, { ...settings(server.endpoint), ...more }, "bkt");
  const secure = { ...settings(server.named("https"), server.authority()), ...more };
  return [["http", plain], ["https", client(t, S3Client, secure)]];
}

test("an upload moves parts of a stream, and comes back whole and by part", async (t) => {
  const content = noise(20 * MIB);
  const chunks = Array.from({ length: 20 }, (_, number) => content.subarray(number * MIB, (number + 1) * MIB));
  for (const [scheme, s3] of await bothSchemes(t)) {
    for (const ChecksumAlgorithm of [undefined, ...COMPUTED]) {
      await t.test(`${scheme} ${ChecksumAlgorithm}`, async () => {
        const params = { Bucket: "bkt", Key: "big", Body: Readable.from(chunks), ChecksumAlgorithm };
        const up = await new Upload({ client: s3, params, partSize: 5 * MIB }).done();
        assert.match(up.ETag, /-4"$/);
        assert.ok(up[`Checksum${ChecksumAlgorithm ?? "CRC32"}`], "the answer names no checksum");
        same(await get(s3, "bkt", "big"), content);
        const parts = await Promise.all([1, 2, 3, 4].map((PartNumber) => get(s3, "bkt", "big", { PartNumber })));
        same(Buffer.concat(parts), content);
      });
    }
  }
});

// Over https the checksum of a stream travels behind the body.
test("checksums of each algorithm are checked both ways", async (t) => {
  const content = noise(100_000);
  const whole = () => content;
  const stream = () => Readable.from([content]); // cannot be signed before it is read, so only https takes it
  for (const [scheme, s3] of await bothSchemes(t)) {
    const bodies = scheme === "http" ? { whole } : { whole, stream };
    for (const ChecksumAlgorithm of COMPUTED) {
      for (const [form, body] of Object.entries(bodies)) {
        await t.test(`${scheme} ${ChecksumAlgorithm} ${form}`, async () => {
          const at = { Bucket: "bkt", Key: scheme + ChecksumAlgorithm + form };
          const sent = { Body: body(), ChecksumAlgorithm, ContentLength: content.length };
          const made = await s3.send(new PutObjectCommand({ ...at, ...sent }));
          const kept = await s3.send(new GetObjectCommand({ ...at, ChecksumMode: "ENABLED" }));
          same(Buffer.from(await kept.Body.transformToByteArray()), content);
          assert.ok(made[`Checksum${ChecksumAlgorithm}`], "the answer names no checksum");
          assert.equal(kept[`Checksum${ChecksumAlgorithm}`], made[`Checksum${ChecksumAlgorithm}`]);
        });
      }
    }
  }
});

test("checksums are sent when supported, and only when required", async (t) => {
  for (const [when, sent] of [["WHEN_SUPPORTED", true], ["WHEN_REQUIRED", false]]) {
    const choice = { requestChecksumCalculation: when, responseChecksumValidation: when };
    for (const [scheme, s3] of await bothSchemes(t, choice)) {
      await t.test(`${scheme} ${when}`, async () => {
        const made = await put(s3, "bkt", "k", "content");
        assert.equal(made.ChecksumCRC32 !== undefined, sent);
        same(await get(s3, "bkt", "k"), Buffer.from("content"));
        const content = noise(6 * MIB);
        await new Upload({ client: s3, params: { Bucket: "bkt", Key: "big", Body: content } }).done();
        same(await get(s3, "bkt", "big"), content);
        // S3 requires one here whatever the setting.
        const Delete = { Objects: [{ Key: "k" }, { Key: "big" }] };
        assert.equal((await s3.send(new DeleteObjectsCommand({ Bucket: "bkt", Delete }))).Deleted.length, 2);
      });
    }
  }
});

test("a wrong checksum is refused and nothing is kept", async (t) => {
  const s3 = await bucket(t, settings((await Server.start(t)).endpoint), "bkt");
  const ofNothing = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  await refused(put(s3, "bkt", "k", "content", { ChecksumSHA256: ofNothing }), "BadDigest", 400);
  await refused(s3.send(new HeadObjectCommand({ Bucket: "bkt", Key: "k" })), "NotFound", 404);
});

test("buckets are reached by path and by host, over http and https", async (t) => {
  const server = await Server.start(t, "--tls");
  const content = noise(100_000);
  for (const [name, endpoint, host, forcePathStyle] of [
    ["address", server.endpoint, "127.0.0.1", false], // the SDK takes the path by itself
    ["path", server.named("http"), "localhost", true],
    ["host", server.named("http"), "host.localhost", false],
    ["secure-path", server.named("https"), "localhost", true],
    ["secure-host", server.named("https"), "secure-host.localhost", false],
  ]) {
    await t.test(name, async (t) => {
      const s3 = client(t, S3Client, { ...settings(endpoint, server.authority()), forcePathStyle });
      let seen;
      s3.middlewareStack.add((next) => (call) => ((seen = call.request.hostname), next(call)), { step: "finalizeRequest" });
      await s3.send(new CreateBucketCommand({ Bucket: name }));
      await put(s3, name, "dir/key", content);
      same(await get(s3, name, "dir/key"), content);
      assert.equal(seen, host);
      const list = await s3.send(new ListObjectsV2Command({ Bucket: name }));
      assert.deepEqual(list.Contents.map((object) => object.Key), ["dir/key"]);
    });
  }
});

test("presigned addresses need no keys", async (t) => {
  const server = await Server.start(t);
  for (const [Bucket, endpoint] of [["by-path", server.endpoint], ["by-host", server.named("http")]]) {
    const s3 = await bucket(t, settings(endpoint), Bucket);
    const at = { Bucket, Key: "é k" };
    assert.deepEqual(await ask("PUT", await getSignedUrl(s3, new PutObjectCommand(at)), "seen"), [200, ""]);
    assert.deepEqual(await ask("GET", await getSignedUrl(s3, new GetObjectCommand(at))), [200, "seen"]);
  }
});

/** Status and body of a plain request. */
async function ask(method, url, body) {
  const answer = await new Promise((resolve, reject) => {
    http.request(url, { method, lookup, agent: false }, resolve).on("error", reject).end(body);
  });
  return [answer.statusCode, Buffer.concat(await answer.toArray()).toString()];
}
