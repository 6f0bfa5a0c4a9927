package angae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Random;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.function.Executable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Clients of one server, and what tests say about answers. */
final class Clients {
  static final StaticCredentialsProvider KEYS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));

  private Clients() {}

  /** Points a client at an endpoint, with keys that any angae accepts. */
  static <C, B extends AwsClientBuilder<B, C>> B at(B builder, URI endpoint) {
    return builder.endpointOverride(endpoint).region(Region.US_EAST_1).credentialsProvider(KEYS);
  }

  static S3ClientBuilder s3(URI endpoint) {
    return at(S3Client.builder(), endpoint);
  }

  /** HTTP that reaches 127.0.0.1 whatever name is called, and trusts this authority alone, if one is given. */
  static Apache5HttpClient.Builder loopback(byte[] authority) throws Exception {
    var client = Apache5HttpClient.builder().dnsResolver(new Loopback());
    if (authority != null) {
      TrustManager[] trusted = trusting(authority);
      client.tlsTrustManagersProvider(() -> trusted);
    }
    return client;
  }

  /** An asynchronous client that takes parts, and trusts this authority alone. */
  static S3AsyncClientBuilder asynchronous(URI endpoint, byte[] authority) throws Exception {
    TrustManager[] trusted = trusting(authority);
    return at(S3AsyncClient.builder(), endpoint)
        .multipartEnabled(true)
        .forcePathStyle(true)
        .httpClientBuilder(NettyNioAsyncHttpClient.builder().tlsTrustManagersProvider(() -> trusted));
  }

  private static TrustManager[] trusting(byte[] authority) throws GeneralSecurityException, java.io.IOException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    var certificates = CertificateFactory.getInstance("X.509");
    store.setCertificateEntry("angae", certificates.generateCertificate(new ByteArrayInputStream(authority)));
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  /** Not every machine resolves {@code <bucket>.localhost}. */
  private static final class Loopback implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      return new InetAddress[] {InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1})};
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  /** Expects a refusal by this code and status. */
  static void refused(Executable call, String code, int status) {
    var refusal = assertThrows(AwsServiceException.class, call);
    assertEquals(code + " " + status, refusal.awsErrorDetails().errorCode() + " " + refusal.statusCode());
  }

  /** Content that repeats itself nowhere, the same in every run. */
  static byte[] noise(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return content;
  }
}
