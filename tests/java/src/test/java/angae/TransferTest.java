package angae;

import static angae.Clients.KEYS;
import static angae.Clients.asynchronous;
import static angae.Clients.at;
import static angae.Clients.loopback;
import static angae.Clients.noise;
import static angae.Clients.refused;
import static angae.Clients.s3;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.transfer.s3.S3TransferManager;

/** How bytes travel: parts, checksums, presigned addresses, hosts and schemes. */
class TransferTest {
  private static final int MIB = 1024 * 1024;

  /** Every algorithm that is computed for parts, and the SDK's own choice, over http and https. */
  @Test
  void transferManagerMovesPartsBothWays(@TempDir Path folder) throws Exception {
    byte[] content = noise(20 * MIB);
    Path sent = Files.write(folder.resolve("sent"), content);
    Path received = folder.resolve("received");
    var algorithms = EnumSet.of(
        ChecksumAlgorithm.CRC32,
        ChecksumAlgorithm.CRC32_C,
        ChecksumAlgorithm.CRC64_NVME,
        ChecksumAlgorithm.SHA1,
        ChecksumAlgorithm.SHA256,
        ChecksumAlgorithm.UNKNOWN_TO_SDK_VERSION);
    try (var server = new Server("--tls")) {
      for (URI endpoint : List.of(server.endpoint(), server.named("https"))) {
        try (var s3 = asynchronous(endpoint, server.authority()).build();
            var manager = S3TransferManager.builder().s3Client(s3).build()) {
          s3.createBucket(bucket -> bucket.bucket("bkt")).join();
          for (ChecksumAlgorithm algorithm : algorithms) {
            var own = algorithm == ChecksumAlgorithm.UNKNOWN_TO_SDK_VERSION;
            var up = manager.uploadFile(u -> u.source(sent)
                .putObjectRequest(put -> put.bucket("bkt").key("big").checksumAlgorithm(own ? null : algorithm)));
            String etag = up.completionFuture().join().response().eTag();
            assertTrue(etag.endsWith("-3\""), etag); // parts of 8 MiB
            var head = s3.headObject(h -> h.bucket("bkt").key("big").checksumMode(ChecksumMode.ENABLED)).join();
            var name = "x-amz-checksum-" + (own ? "crc32" : algorithm.toString().toLowerCase());
            assertTrue(head.sdkHttpResponse().firstMatchingHeader(name).isPresent(), endpoint + " " + name);
            manager.downloadFile(d -> d.getObjectRequest(get -> get.bucket("bkt").key("big")).destination(received))
                .completionFuture()
                .join();
            assertArrayEquals(content, Files.readAllBytes(received));
          }
        }
      }
    }
  }

  @Test
  void asynchronousClientMovesBytes() throws Exception {
    try (var server = new Server();
        var s3 = at(S3AsyncClient.builder(), server.endpoint()).build()) {
      s3.createBucket(bucket -> bucket.bucket("bkt")).join();
      s3.putObject(put -> put.bucket("bkt").key("k"), AsyncRequestBody.fromBytes(noise(100_000))).join();
      var got = s3.getObject(get -> get.bucket("bkt").key("k"), AsyncResponseTransformer.toBytes()).join();
      assertArrayEquals(noise(100_000), got.asByteArray());
    }
  }

  /** Every algorithm but MD5, which the SDK does not compute; over https the checksum travels behind the body. */
  @Test
  void checksumsOfEachAlgorithmAreCheckedBothWays() throws Exception {
    var computed = EnumSet.complementOf(EnumSet.of(ChecksumAlgorithm.MD5, ChecksumAlgorithm.UNKNOWN_TO_SDK_VERSION));
    byte[] content = noise(100_000);
    try (var server = new Server("--tls")) {
      for (URI endpoint : List.of(server.endpoint(), server.named("https"))) {
        try (var s3 = s3(endpoint).httpClientBuilder(loopback(server.authority())).build()) {
          s3.createBucket(bucket -> bucket.bucket("bkt-" + endpoint.getScheme()));
          for (ChecksumAlgorithm algorithm : computed) {
            String bucket = "bkt-" + endpoint.getScheme();
            s3.putObject(
                put -> put.bucket(bucket).key("k").checksumAlgorithm(algorithm), RequestBody.fromBytes(content));
            var got = s3.getObjectAsBytes(
                get -> get.bucket(bucket).key("k").checksumMode(ChecksumMode.ENABLED));
            assertArrayEquals(content, got.asByteArray()); // the SDK compares the checksum while it reads
            var kept = got.response().sdkHttpResponse();
            var name = "x-amz-checksum-" + algorithm.toString().toLowerCase();
            assertTrue(kept.firstMatchingHeader(name).isPresent(), endpoint + " " + algorithm);
          }
        }
      }
    }
  }

  @Test
  void checksumsAreSentWhenSupportedAndOnlyWhenRequired() throws Exception {
    try (var server = new Server("--tls")) {
      for (URI endpoint : List.of(server.endpoint(), server.named("https"))) {
        for (var when : RequestChecksumCalculation.values()) {
          try (var s3 = s3(endpoint)
              .httpClientBuilder(loopback(server.authority()))
              .requestChecksumCalculation(when)
              .responseChecksumValidation(ResponseChecksumValidation.fromValue(when.toString()))
              .build()) {
            s3.createBucket(bucket -> bucket.bucket("bkt"));
            var made = s3.putObject(put -> put.bucket("bkt").key("k"), RequestBody.fromString("content"));
            assertEquals(when == RequestChecksumCalculation.WHEN_SUPPORTED, made.checksumCRC32() != null);
            assertEquals("content", s3.getObjectAsBytes(get -> get.bucket("bkt").key("k")).asUtf8String());
            // S3 requires one here whatever the setting.
            var gone = s3.deleteObjects(all -> all.bucket("bkt").delete(d -> d.objects(o -> o.key("k"))));
            assertEquals(1, gone.deleted().size());
          }
        }
      }
    }
  }

  @Test
  void wrongChecksumIsRefusedAndNothingIsKept() throws Exception {
    String ofNothing = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    try (var server = new Server(); var s3 = s3(server.endpoint()).build()) {
      s3.createBucket(bucket -> bucket.bucket("bkt"));
      refused(
          () -> s3.putObject(
              put -> put.bucket("bkt").key("k").checksumSHA256(ofNothing), RequestBody.fromString("content")),
          "BadDigest",
          400);
      refused(() -> s3.getObjectAsBytes(get -> get.bucket("bkt").key("k")), "NoSuchKey", 404);
    }
  }

  @Test
  void bucketsAreReachedByPathAndByHost() throws Exception {
    byte[] content = noise(100_000);
    record Row(String bucket, URI endpoint, String host, boolean inPath) {}
    try (var server = new Server("--tls")) {
      for (Row row : List.of(
          new Row("address", server.endpoint(), "127.0.0.1", false), // the SDK takes the path by itself
          new Row("path", server.named("http"), "localhost", true),
          new Row("host", server.named("http"), "host.localhost", false),
          new Row("secure-path", server.named("https"), "localhost", true),
          new Row("secure-host", server.named("https"), "secure-host.localhost", false))) {
        var seen = new AtomicReference<String>();
        ExecutionInterceptor observer = new ExecutionInterceptor() {
          @Override
          public void beforeTransmission(Context.BeforeTransmission call, ExecutionAttributes attributes) {
            seen.set(call.httpRequest().host());
          }
        };
        try (var s3 = s3(row.endpoint)
            .forcePathStyle(row.inPath)
            .httpClientBuilder(loopback(server.authority()))
            .overrideConfiguration(set -> set.addExecutionInterceptor(observer))
            .build()) {
          s3.createBucket(bucket -> bucket.bucket(row.bucket));
          s3.putObject(put -> put.bucket(row.bucket).key("dir/key"), RequestBody.fromBytes(content));
          var got = s3.getObjectAsBytes(get -> get.bucket(row.bucket).key("dir/key"));
          assertArrayEquals(content, got.asByteArray());
          assertEquals(row.host, seen.get());
          assertEquals("dir/key", s3.listObjectsV2(list -> list.bucket(row.bucket)).contents().get(0).key());
        }
      }
    }
  }

  @Test
  void presignedAddressesNeedNoKeys() throws Exception {
    try (var server = new Server();
        var s3 = s3(server.endpoint()).build();
        var signer = S3Presigner.builder()
            .endpointOverride(server.endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(KEYS)
            .build()) {
      s3.createBucket(bucket -> bucket.bucket("bkt"));
      var hour = Duration.ofHours(1);
      var up = signer.presignPutObject(
          sign -> sign.signatureDuration(hour).putObjectRequest(put -> put.bucket("bkt").key("é k")));
      var down = signer.presignGetObject(
          sign -> sign.signatureDuration(hour).getObjectRequest(get -> get.bucket("bkt").key("é k")));
      var plain = HttpClient.newHttpClient();
      var put = HttpRequest.newBuilder(up.url().toURI()).PUT(HttpRequest.BodyPublishers.ofString("seen")).build();
      assertEquals(200, plain.send(put, BodyHandlers.discarding()).statusCode());
      var get = HttpRequest.newBuilder(down.url().toURI()).build();
      assertEquals("seen", plain.send(get, BodyHandlers.ofString()).body());
    }
  }
}
