package angae;

import static angae.Clients.noise;
import static angae.Clients.refused;
import static angae.Clients.s3;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Buckets and objects. */
class ObjectsTest {
  private static S3Client withBucket(Server server) {
    S3Client s3 = s3(server.endpoint()).build();
    s3.createBucket(bucket -> bucket.bucket("bkt"));
    return s3;
  }

  private static byte[] get(S3Client s3, String key) {
    return s3.getObjectAsBytes(object -> object.bucket("bkt").key(key)).asByteArray();
  }

  @Test
  void objectComesBackWithWhatWasSaidOfIt() throws Exception {
    try (var server = new Server(); var s3 = withBucket(server)) {
      for (String key : List.of("plain", "a//b", "a/../b", "é x", "d+e", "per%cent", "slash/")) {
        s3.putObject(
            put -> put.bucket("bkt").key(key).contentType("text/plain").metadata(Map.of("who", "me")),
            RequestBody.fromString(key));
        assertArrayEquals(RequestBody.fromString(key).contentStreamProvider().newStream().readAllBytes(), get(s3, key));
        var head = s3.headObject(object -> object.bucket("bkt").key(key));
        assertEquals("text/plain", head.contentType());
        assertEquals(Map.of("who", "me"), head.metadata());
      }
    }
  }

  @Test
  void rangesConditionsAndCopies() throws Exception {
    try (var server = new Server(); var s3 = withBucket(server)) {
      s3.putObject(put -> put.bucket("bkt").key("k"), RequestBody.fromString("0123456789"));
      var part = s3.getObjectAsBytes(get -> get.bucket("bkt").key("k").range("bytes=2-4"));
      assertEquals("bytes 2-4/10 234", part.response().contentRange() + " " + part.asUtf8String());
      refused(
          () -> s3.putObject(put -> put.bucket("bkt").key("k").ifNoneMatch("*"), RequestBody.empty()),
          "PreconditionFailed",
          412);
      s3.putObject(put -> put.bucket("bkt").key("new").ifNoneMatch("*"), RequestBody.empty());
      s3.copyObject(
          copy -> copy.sourceBucket("bkt").sourceKey("k").destinationBucket("bkt").destinationKey("copy"));
      assertArrayEquals("0123456789".getBytes(), get(s3, "copy"));
    }
  }

  @Test
  void listsPageAndManyAreDeletedAtOnce() throws Exception {
    try (var server = new Server(); var s3 = withBucket(server)) {
      List<String> want = IntStream.range(0, 7).mapToObj(number -> "many/" + number).toList();
      want.forEach(key -> s3.putObject(put -> put.bucket("bkt").key(key), RequestBody.empty()));
      var pages = s3.listObjectsV2Paginator(list -> list.bucket("bkt").prefix("many/").maxKeys(3));
      assertEquals(3, pages.stream().count());
      assertEquals(want, pages.contents().stream().map(S3Object::key).toList());
      var wish = want.stream().map(key -> ObjectIdentifier.builder().key(key).build()).toList();
      assertEquals(7, s3.deleteObjects(all -> all.bucket("bkt").delete(d -> d.objects(wish))).deleted().size());
      assertEquals(0, s3.listObjectsV2(list -> list.bucket("bkt")).keyCount());
      s3.deleteBucket(bucket -> bucket.bucket("bkt"));
      s3.waiter().waitUntilBucketNotExists(bucket -> bucket.bucket("bkt"));
    }
  }

  @Test
  void versionsAreListedNewestFirst() throws Exception {
    try (var server = new Server(); var s3 = withBucket(server)) {
      s3.putBucketVersioning(
          set -> set.bucket("bkt").versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
      List<String> want = new ArrayList<>();
      for (String body : List.of("1", "2", "3")) {
        want.add(0, s3.putObject(put -> put.bucket("bkt").key("k"), RequestBody.fromString(body)).versionId());
      }
      var marker = s3.deleteObject(object -> object.bucket("bkt").key("k"));
      var pages = s3.listObjectVersionsPaginator(list -> list.bucket("bkt").maxKeys(2));
      assertEquals(want, pages.versions().stream().map(ObjectVersion::versionId).toList());
      var markers = pages.stream().flatMap(page -> page.deleteMarkers().stream()).toList();
      assertEquals(List.of(marker.versionId()), markers.stream().map(each -> each.versionId()).toList());
      var old = s3.getObjectAsBytes(get -> get.bucket("bkt").key("k").versionId(want.get(2)));
      assertEquals("1", old.asUtf8String());
    }
  }

  @Test
  void whatIsMissingIsMissedByItsType() throws Exception {
    try (var server = new Server(); var s3 = withBucket(server)) {
      assertThrows(NoSuchKeyException.class, () -> get(s3, "none"));
      assertThrows(NoSuchKeyException.class, () -> s3.headObject(object -> object.bucket("bkt").key("none")));
      assertThrows(NoSuchBucketException.class, () -> s3.listObjectsV2(list -> list.bucket("no-such-bucket")));
      assertThrows(
          BucketAlreadyOwnedByYouException.class,
          () -> s3.createBucket(b -> b.bucket("bkt").createBucketConfiguration(c -> c.locationConstraint("eu-west-1"))));
    }
  }

  @Test
  void objectsSurviveAKill() throws Exception {
    byte[] content = noise(300_000);
    try (var server = new Server()) {
      try (var s3 = withBucket(server)) {
        s3.putObject(put -> put.bucket("bkt").key("kept"), RequestBody.fromBytes(content));
      }
      server.kill();
      server.open();
      try (var s3 = s3(server.endpoint()).build()) {
        assertArrayEquals(content, get(s3, "kept"));
      }
    }
  }
}
