package angae;

import static angae.Clients.at;
import static angae.Clients.refused;
import static angae.Clients.s3;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.sts.StsClient;

/** The other protocols: who calls, networks, and what is not built. */
class ServicesTest {
  @Test
  void callerIsTheAccountsRoot() throws Exception {
    try (var server = new Server(); var sts = at(StsClient.builder(), server.endpoint()).build()) {
      var caller = sts.getCallerIdentity();
      assertEquals("arn:aws:iam::000000000000:root", caller.arn());
      assertEquals("000000000000", caller.account());
    }
  }

  @Test
  void networkIsMadeWaitedForAndPagedThrough() throws Exception {
    try (var server = new Server(); var ec2 = at(Ec2Client.builder(), server.endpoint()).build()) {
      String vpc = ec2.createVpc(make -> make.cidrBlock("10.0.0.0/16")).vpc().vpcId();
      ec2.waiter().waitUntilVpcAvailable(those -> those.vpcIds(vpc));
      Set<String> want = new HashSet<>();
      for (int number = 0; number < 7; number++) {
        String block = "10.0." + number + ".0/24";
        want.add(ec2.createSubnet(make -> make.vpcId(vpc).cidrBlock(block)).subnet().subnetId());
      }
      var pages = ec2.describeSubnetsPaginator(
          those -> those.filters(f -> f.name("vpc-id").values(vpc)).maxResults(5));
      assertEquals(2, pages.stream().count());
      assertEquals(want, new HashSet<>(pages.subnets().stream().map(Subnet::subnetId).toList()));
    }
  }

  /** Operations that no service of the first cut answers; whoever builds one takes another. Those of restJson1 are all built. */
  @Test
  void whatIsNotBuiltSaysSoInEachProtocol() throws Exception {
    try (var server = new Server();
        var ec2 = at(Ec2Client.builder(), server.endpoint()).build();
        var s3 = s3(server.endpoint()).build();
        var ssm = at(SsmClient.builder(), server.endpoint()).build()) {
      refused(() -> ec2.describeVerifiedAccessInstances(of -> {}), "NotImplemented", 501);
      refused(() -> s3.getObjectTorrent(of -> of.bucket("bkt").key("k")), "NotImplemented", 501);
      refused(() -> ssm.describeOpsItems(of -> {}), "NotImplemented", 501);
    }
  }
}
