"""What lets traffic pass, takes it elsewhere or writes it down, as Terraform lives with it."""

import json

from grounds import only, tagged
from terraform import Resource, pairs

ANYWHERE = "0.0.0.0/0"


def permission(low, high, cidr, protocol="tcp", description=None):
    """A permission with one range."""
    named = {"Description": description} if description else {}
    return {"IpProtocol": protocol, "FromPort": low, "ToPort": high, "IpRanges": [{"CidrIp": cidr, **named}]}


ALL = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": ANYWHERE}]}


class SecurityGroup(Resource):
    name = "aws_security_group"

    def stand(self):
        self.vpc = self.ground.vpc()

    def create(self):
        made = self.ec2.create_security_group(
            GroupName="web", Description="web", VpcId=self.vpc, TagSpecifications=tagged("security-group", Name="web")
        )
        self.id = made["GroupId"]
        # Nothing leads outward until it is asked for: both families are revoked, and there is none of the second.
        self.ec2.revoke_security_group_egress(GroupId=self.id, IpPermissions=[ALL])
        assert self.read()["IpPermissionsEgress"] == []
        try:
            all_ipv6 = {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
            self.ec2.revoke_security_group_egress(GroupId=self.id, IpPermissions=[all_ipv6])
        except self.ec2.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] == "InvalidPermission.NotFound", error
        self.ec2.authorize_security_group_ingress(GroupId=self.id, IpPermissions=[permission(443, 443, ANYWHERE)])
        self.ec2.authorize_security_group_egress(GroupId=self.id, IpPermissions=[ALL])
        return {
            "GroupName": "web",
            "Description": "web",
            "VpcId": self.vpc,
            "IpPermissions": [permission(443, 443, ANYWHERE)],
            "IpPermissionsEgress": [ALL],
            "Tags": pairs(Name="web"),
        }

    def read(self):
        # It has to be there three times in a row.
        wish = {"GroupIds": [self.id]}
        shown = [self.ec2.describe_security_groups(**wish)["SecurityGroups"][0] for _ in range(3)]
        assert shown[0] == shown[1] == shown[2], shown
        return shown[0]

    def update(self):
        self.ec2.revoke_security_group_ingress(GroupId=self.id, IpPermissions=[permission(443, 443, ANYWHERE)])
        wish = permission(8080, 8081, "10.0.0.0/8", description="inside")
        self.ec2.authorize_security_group_ingress(GroupId=self.id, IpPermissions=[wish])
        wish["IpRanges"][0]["Description"] = "within"
        self.ec2.update_security_group_rule_descriptions_ingress(GroupId=self.id, IpPermissions=[wish])
        return {"IpPermissions": [wish], "IpPermissionsEgress": [ALL]}

    def delete(self):
        of = only(group_id=self.id)
        assert self.ec2.describe_network_interfaces(Filters=of)["NetworkInterfaces"] == []
        assert len(self.ec2.describe_security_group_rules(Filters=of)["SecurityGroupRules"]) == 2
        self.ec2.delete_security_group(GroupId=self.id)

    def gone(self):
        sentence = f"The security group '{self.id}' does not exist"
        for call in (self.read, lambda: self.ec2.delete_security_group(GroupId=self.id)):
            yield call, "InvalidGroup.NotFound", sentence


class SecurityGroupRule(Resource):
    """The rule as a part of its group, known by what it permits."""

    name = "aws_security_group_rule"

    def stand(self):
        self.group = self.ground.group(self.ground.vpc())
        self.wish = {"GroupId": self.group, "IpPermissions": [permission(22, 22, "192.0.2.0/24", description="ssh")]}

    def create(self):
        made = self.ec2.authorize_security_group_ingress(**self.wish)["SecurityGroupRules"]
        assert [rule["SecurityGroupRuleId"][:4] for rule in made] == ["sgr-"], made
        return self.wish["IpPermissions"]

    def read(self):
        return self.ec2.describe_security_groups(GroupIds=[self.group])["SecurityGroups"][0]["IpPermissions"]

    def update(self):
        self.wish["IpPermissions"][0]["IpRanges"][0]["Description"] = "offices"
        self.ec2.update_security_group_rule_descriptions_ingress(**self.wish)
        return self.wish["IpPermissions"]

    def delete(self):
        self.ec2.revoke_security_group_ingress(**self.wish)

    def gone(self):
        sentence = "The specified rule does not exist in this security group."
        yield self.delete, "InvalidPermission.NotFound", sentence

    def absent(self):
        return []


class IngressRule(Resource):
    """The rule as a thing of its own, known by its id."""

    name = "aws_vpc_security_group_ingress_rule"
    is_egress = False

    def stand(self):
        vpc = self.ground.vpc()
        self.group = self.ground.group(vpc)
        self.other = self.ground.group(vpc, "other")

    def direction(self):
        return "egress" if self.is_egress else "ingress"

    def create(self):
        wish = {"IpPermissions": [permission(80, 80, "10.0.0.0/8")]}
        authorize = getattr(self.ec2, f"authorize_security_group_{self.direction()}")
        made = authorize(GroupId=self.group, **wish, TagSpecifications=tagged("security-group-rule", Name="http"))
        self.id = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        return {
            "SecurityGroupRuleId": self.id,
            "GroupId": self.group,
            "IsEgress": self.is_egress,
            "IpProtocol": "tcp",
            "FromPort": 80,
            "ToPort": 80,
            "CidrIpv4": "10.0.0.0/8",
            "Tags": pairs(Name="http"),
        }

    def read(self):
        wish = {"SecurityGroupRuleIds": [self.id]}
        return self.ec2.describe_security_group_rules(**wish)["SecurityGroupRules"][0]

    def update(self):
        rule = {"IpProtocol": "tcp", "FromPort": 8000, "ToPort": 8080, "CidrIpv4": "10.1.0.0/16", "Description": "more"}
        self.ec2.modify_security_group_rules(
            GroupId=self.group, SecurityGroupRules=[{"SecurityGroupRuleId": self.id, "SecurityGroupRule": rule}]
        )
        self.tag(self.id, Name="alternate")
        return {**rule, "SecurityGroupRuleId": self.id, "Tags": pairs(Name="alternate")}

    def delete(self):
        revoke = getattr(self.ec2, f"revoke_security_group_{self.direction()}")
        revoke(GroupId=self.group, SecurityGroupRuleIds=[self.id])

    def gone(self):
        sentence = f"The security group rule ID '{self.id}' does not exist"
        yield self.read, "InvalidSecurityGroupRuleId.NotFound", sentence
        yield self.delete, "InvalidSecurityGroupRuleId.NotFound", sentence


class EgressRule(IngressRule):
    name = "aws_vpc_security_group_egress_rule"
    is_egress = True


class NetworkAcl(Resource):
    """With entries and subnets; those of the subnets go back to the default one."""

    name = "aws_network_acl"

    def stand(self):
        self.vpc = self.ground.vpc()
        self.subnet = self.ground.subnet(self.vpc)
        self.default = self.holder()[0]["NetworkAclId"]

    def holder(self):
        of = only(association__subnet_id=self.subnet)
        return self.ec2.describe_network_acls(Filters=of)["NetworkAcls"]

    def associate(self, acl):
        (own,) = self.holder()
        (link,) = (one for one in own["Associations"] if one["SubnetId"] == self.subnet)
        wish = {"AssociationId": link["NetworkAclAssociationId"], "NetworkAclId": acl}
        return self.ec2.replace_network_acl_association(**wish)["NewAssociationId"]

    def create(self):
        made = self.ec2.create_network_acl(VpcId=self.vpc, TagSpecifications=tagged("network-acl", Name="main"))
        self.id = made["NetworkAcl"]["NetworkAclId"]
        self.entry = {
            "RuleNumber": 100,
            "Protocol": "6",
            "RuleAction": "allow",
            "Egress": False,
            "CidrBlock": "10.3.0.0/18",
            "PortRange": {"From": 80, "To": 80},
        }
        self.ec2.create_network_acl_entry(NetworkAclId=self.id, **self.entry)
        link = self.associate(self.id)
        last = {"RuleNumber": 32767, "RuleAction": "deny", "Protocol": "-1", "CidrBlock": ANYWHERE}
        return {
            "IsDefault": False,
            "Associations": [{"NetworkAclAssociationId": link, "SubnetId": self.subnet}],
            "Entries": [{**last, "Egress": True}, self.entry, {**last, "Egress": False}],
            "Tags": pairs(Name="main"),
        }

    def read(self):
        return self.ec2.describe_network_acls(NetworkAclIds=[self.id])["NetworkAcls"][0]

    def update(self):
        self.ec2.delete_network_acl_entry(NetworkAclId=self.id, RuleNumber=100, Egress=False)
        self.entry = {**self.entry, "RuleNumber": 200, "Egress": True, "PortRange": {"From": 443, "To": 443}}
        self.ec2.create_network_acl_entry(NetworkAclId=self.id, **self.entry)
        return {"Entries": [self.entry, {"RuleNumber": 32767, "Egress": True}, {"RuleNumber": 32767, "Egress": False}]}

    def delete(self):
        self.associate(self.default)
        self.ec2.delete_network_acl(NetworkAclId=self.id)

    def gone(self):
        sentence = f"The networkAcl ID '{self.id}' does not exist"
        for call in (self.read, lambda: self.ec2.delete_network_acl(NetworkAclId=self.id)):
            yield call, "InvalidNetworkAclID.NotFound", sentence


class NetworkAclRule(Resource):
    name = "aws_network_acl_rule"

    def stand(self):
        self.acl = self.ec2.create_network_acl(VpcId=self.ground.vpc())["NetworkAcl"]["NetworkAclId"]
        self.ground.after(self.ec2.delete_network_acl, NetworkAclId=self.acl)

    def create(self):
        self.entry = {
            "RuleNumber": 120,
            "Egress": False,
            "Protocol": "1",
            "RuleAction": "allow",
            "CidrBlock": ANYWHERE,
            "IcmpTypeCode": {"Type": 8, "Code": -1},
        }
        self.ec2.create_network_acl_entry(NetworkAclId=self.acl, **self.entry)
        return [self.entry, {"RuleNumber": 32767}]

    def read(self):
        entries = self.ec2.describe_network_acls(NetworkAclIds=[self.acl])["NetworkAcls"][0]["Entries"]
        return [entry for entry in entries if not entry["Egress"]]

    def update(self):
        self.entry = {**self.entry, "RuleAction": "deny", "IcmpTypeCode": {"Type": 0, "Code": 0}}
        self.ec2.replace_network_acl_entry(NetworkAclId=self.acl, **self.entry)
        return [self.entry, {"RuleNumber": 32767}]

    def delete(self):
        self.ec2.delete_network_acl_entry(NetworkAclId=self.acl, RuleNumber=120, Egress=False)

    def gone(self):
        yield self.delete, "InvalidNetworkAclEntry.NotFound", "no ingress entry with number 120"

    def absent(self):
        return [{"RuleNumber": 32767}]


class NetworkAclAssociation(NetworkAcl):
    name = "aws_network_acl_association"

    def stand(self):
        super().stand()
        self.acls = []
        for _ in range(2):
            self.acls.append(self.ec2.create_network_acl(VpcId=self.vpc)["NetworkAcl"]["NetworkAclId"])
            self.ground.after(self.ec2.delete_network_acl, NetworkAclId=self.acls[-1])

    def move(self, acl):
        self.id = self.associate(acl)
        return [{"NetworkAclId": acl, "Associations": [{"NetworkAclAssociationId": self.id, "NetworkAclId": acl}]}]

    def create(self):
        return self.move(self.acls[0])

    def read(self):
        return self.holder()

    def update(self):
        return self.move(self.acls[1])

    def delete(self):
        self.past = self.id
        self.move(self.default)

    def gone(self):
        wish = {"AssociationId": self.past, "NetworkAclId": self.acls[0]}
        sentence = f"The association ID '{self.past}' does not exist"
        yield lambda: self.ec2.replace_network_acl_association(**wish), "InvalidAssociationID.NotFound", sentence

    def absent(self):
        return [{"NetworkAclId": self.default}]


class GatewayEndpoint(Resource):
    name = "aws_vpc_endpoint"
    form = "gateway"
    SERVICE = "com.amazonaws.us-east-1.s3"

    def stand(self):
        self.vpc = self.ground.vpc()
        self.tables = [self.ground.table(self.vpc), self.ground.table(self.vpc)]

    def wish(self):
        return {"VpcEndpointType": "Gateway", "RouteTableIds": self.tables[:1]}

    def create(self):
        wish = {
            **self.wish(),
            "VpcId": self.vpc,
            "ServiceName": self.SERVICE,
            "ClientToken": f"terraform-{self.vpc}",
            "TagSpecifications": tagged("vpc-endpoint", Name="s3"),
        }
        self.id = self.ec2.create_vpc_endpoint(**wish)["VpcEndpoint"]["VpcEndpointId"]
        # What is asked again after a lost answer makes no second one.
        assert self.ec2.create_vpc_endpoint(**wish)["VpcEndpoint"]["VpcEndpointId"] == self.id
        told = {"State": "available", "ServiceName": self.SERVICE, "Tags": pairs(Name="s3")}
        return {"endpoint": {**told, **self.told()}}

    def told(self):
        return {"VpcEndpointType": "Gateway", "RouteTableIds": self.tables[:1], "NetworkInterfaceIds": []}

    def read(self):
        endpoint = self.ec2.describe_vpc_endpoints(VpcEndpointIds=[self.id])["VpcEndpoints"][0]
        of = only(prefix_list_name=self.SERVICE)
        return {
            "endpoint": endpoint,
            "lists": self.ec2.describe_prefix_lists(Filters=of)["PrefixLists"],
            "interfaces": [
                self.ec2.describe_network_interfaces(NetworkInterfaceIds=[id])["NetworkInterfaces"][0]
                for id in endpoint["NetworkInterfaceIds"]
            ],
        }

    def update(self):
        policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}
        policy = json.dumps(policy, separators=(",", ":"))
        wish = {"AddRouteTableIds": self.tables[1:], "RemoveRouteTableIds": self.tables[:1], "PolicyDocument": policy}
        self.ec2.modify_vpc_endpoint(VpcEndpointId=self.id, **wish)
        return {"endpoint": {"RouteTableIds": self.tables[1:], "PolicyDocument": policy}, "lists": [{}]}

    def delete(self):
        assert self.ec2.delete_vpc_endpoints(VpcEndpointIds=[self.id])["Unsuccessful"] == []

    def gone(self):
        sentence = f"The Vpc Endpoint Id '{self.id}' does not exist"
        yield self.read, "InvalidVpcEndpointId.NotFound", sentence
        # Deletion tells it among what it could not do, by a code of its own.
        again = self.ec2.delete_vpc_endpoints(VpcEndpointIds=[self.id])["Unsuccessful"]
        error = {"Code": "InvalidVpcEndpoint.NotFound", "Message": sentence}
        assert again == [{"ResourceId": self.id, "Error": error}], again


class InterfaceEndpoint(GatewayEndpoint):
    form = "interface"
    SERVICE = "com.amazonaws.us-east-1.ssm"

    def stand(self):
        self.vpc = self.ground.vpc()
        self.ec2.modify_vpc_attribute(VpcId=self.vpc, EnableDnsHostnames={"Value": True})
        self.subnets = [
            self.ground.subnet(self.vpc), self.ground.subnet(self.vpc, block="10.0.2.0/24", zone="us-east-1b")
        ]
        self.groups = [self.ground.group(self.vpc, "one"), self.ground.group(self.vpc, "two")]

    def wish(self):
        return {
            "VpcEndpointType": "Interface",
            "SubnetIds": self.subnets[:1],
            "SecurityGroupIds": self.groups[:1],
            "PrivateDnsEnabled": True,
        }

    def told(self):
        return {
            "VpcEndpointType": "Interface",
            "PrivateDnsEnabled": True,
            "SubnetIds": self.subnets[:1],
            "Groups": [{"GroupId": self.groups[0]}],
            "DnsOptions": {"DnsRecordIpType": "ipv4"},
        }

    def update(self):
        changes = {"AddSubnetIds": self.subnets[1:], "RemoveSubnetIds": self.subnets[:1]}
        groups = {"AddSecurityGroupIds": self.groups[1:], "RemoveSecurityGroupIds": self.groups[:1]}
        self.ec2.modify_vpc_endpoint(VpcEndpointId=self.id, **changes, **groups, PrivateDnsEnabled=False)
        return {
            "endpoint": {
                "SubnetIds": self.subnets[1:],
                "Groups": [{"GroupId": self.groups[1]}],
                "PrivateDnsEnabled": False,
            },
            "interfaces": [{"SubnetId": self.subnets[1], "Groups": [{"GroupId": self.groups[1]}], "Status": "in-use"}],
        }

    def delete(self):
        super().delete()
        for subnet in self.subnets:
            left = self.ec2.describe_network_interfaces(Filters=only(subnet_id=subnet))["NetworkInterfaces"]
            assert left == [], left


class FlowLog(Resource):
    name = "aws_flow_log"

    def stand(self):
        self.vpc = self.ground.vpc()
        s3 = self.ground.client("s3")
        self.bucket = f"flows-{self.ground.account}"
        s3.create_bucket(Bucket=self.bucket)
        self.ground.after(s3.delete_bucket, Bucket=self.bucket)

    def create(self):
        wish = {
            "ResourceType": "VPC",
            "TrafficType": "REJECT",
            "LogDestinationType": "s3",
            "LogDestination": f"arn:aws:s3:::{self.bucket}",
            "MaxAggregationInterval": 60,
        }
        tags = tagged("vpc-flow-log", Name="flows")
        made = self.ec2.create_flow_logs(ResourceIds=[self.vpc], **wish, TagSpecifications=tags)
        assert made["Unsuccessful"] == [], made
        (self.id,) = made["FlowLogIds"]
        del wish["ResourceType"]
        return {**wish, "ResourceId": self.vpc, "FlowLogStatus": "ACTIVE", "Tags": pairs(Name="flows")}

    def read(self):
        return self.ec2.describe_flow_logs(FlowLogIds=[self.id])["FlowLogs"][0]

    def update(self):
        self.tag(self.id, Name="other")
        return {"Tags": pairs(Name="other")}

    def delete(self):
        assert self.ec2.delete_flow_logs(FlowLogIds=[self.id])["Unsuccessful"] == []

    def gone(self):
        sentence = f"These flow log ids in the input list are not found: [TotalCount: 1] {self.id}"
        yield self.read, "InvalidFlowLogId.NotFound", sentence


class NetworkInterface(Resource):
    name = "aws_network_interface"

    def stand(self):
        vpc = self.ground.vpc()
        self.subnet = self.ground.subnet(vpc)
        self.groups = [self.ground.group(vpc, "one"), self.ground.group(vpc, "two")]

    def create(self):
        made = self.ec2.create_network_interface(
            SubnetId=self.subnet,
            Description="card",
            Groups=self.groups[:1],
            PrivateIpAddresses=[
                {"PrivateIpAddress": "10.0.1.50", "Primary": True}, {"PrivateIpAddress": "10.0.1.51", "Primary": False}
            ],
            ClientToken=f"terraform-{self.subnet}",
            TagSpecifications=tagged("network-interface", Name="card"),
        )["NetworkInterface"]
        assert made["Status"] == "pending", made
        self.id = made["NetworkInterfaceId"]
        self.set(SourceDestCheck={"Value": False})
        return {
            "Status": "available",
            "Description": "card",
            "InterfaceType": "interface",
            "SourceDestCheck": False,
            "Groups": [{"GroupId": self.groups[0]}],
            "PrivateIpAddress": "10.0.1.50",
            "PrivateIpAddresses": self.addresses("10.0.1.50", "10.0.1.51"),
            "TagSet": pairs(Name="card"),
        }

    def addresses(self, primary, *others):
        return [{"PrivateIpAddress": ip, "Primary": ip == primary} for ip in (primary, *others)]

    def set(self, **attribute):
        self.ec2.modify_network_interface_attribute(NetworkInterfaceId=self.id, **attribute)

    def read(self):
        return self.ec2.describe_network_interfaces(NetworkInterfaceIds=[self.id])["NetworkInterfaces"][0]

    def update(self):
        self.ec2.unassign_private_ip_addresses(NetworkInterfaceId=self.id, PrivateIpAddresses=["10.0.1.51"])
        self.ec2.assign_private_ip_addresses(NetworkInterfaceId=self.id, PrivateIpAddresses=["10.0.1.60"])
        self.set(SourceDestCheck={"Value": True})
        self.set(Description={"Value": "other"})
        self.set(Groups=self.groups[1:])
        return {
            "Description": "other",
            "SourceDestCheck": True,
            "Groups": [{"GroupId": self.groups[1]}],
            "PrivateIpAddresses": self.addresses("10.0.1.50", "10.0.1.60"),
        }

    def delete(self):
        self.ec2.delete_network_interface(NetworkInterfaceId=self.id)

    def gone(self):
        sentence = f"The networkInterface ID '{self.id}' does not exist"
        for call in (self.read, self.delete):
            yield call, "InvalidNetworkInterfaceID.NotFound", sentence


class NetworkInterfaceAttachment(Resource):
    name = "aws_network_interface_attachment"

    def stand(self):
        subnet = self.ground.subnet()
        self.instance = self.ground.instance(SubnetId=subnet)
        self.interface = self.ground.interface(subnet)
        self.ground.until("instance_running", InstanceIds=[self.instance])

    def create(self):
        wish = {"NetworkInterfaceId": self.interface, "InstanceId": self.instance, "DeviceIndex": 1}
        self.id = self.ec2.attach_network_interface(**wish)["AttachmentId"]
        return [
            {
                "Status": "in-use",
                "Attachment": {
                    "AttachmentId": self.id,
                    "InstanceId": self.instance,
                    "DeviceIndex": 1,
                    "NetworkCardIndex": 0,
                    "Status": "attached",
                    "DeleteOnTermination": False,
                },
            }
        ]

    def read(self):
        of = only(attachment__attachment_id=self.id)
        return self.ec2.describe_network_interfaces(Filters=of)["NetworkInterfaces"]

    def update(self):
        """Every member asks for another attachment; what an interface may change by itself is this."""
        own = {"AttachmentId": self.id, "DeleteOnTermination": True}
        self.ec2.modify_network_interface_attribute(NetworkInterfaceId=self.interface, Attachment=own)
        return [{"Attachment": own}]

    def delete(self):
        self.ec2.detach_network_interface(AttachmentId=self.id)
        wish = {"NetworkInterfaceIds": [self.interface]}
        (own,) = self.ec2.describe_network_interfaces(**wish)["NetworkInterfaces"]
        assert own["Status"] == "available" and "Attachment" not in own, own

    def gone(self):
        sentence = f"The networkInterfaceAttachment ID '{self.id}' does not exist"
        call = lambda: self.ec2.detach_network_interface(AttachmentId=self.id)
        yield call, "InvalidAttachmentID.NotFound", sentence

    def absent(self):
        return []
