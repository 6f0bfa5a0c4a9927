"""EC2 fleets, Spot Instances, capacity reservations and dedicated hosts through boto3, as Karpenter and Terraform use them."""

import unittest
from datetime import datetime, timezone

from angae import Server, refusal

IMAGE = "ami-03c3da4cfa8e8943a"
ONCE = {"MaxAttempts": 1}


class Capacity(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.stop)
        self.ec2 = self.server.client("ec2")
        data = {"ImageId": IMAGE, "InstanceType": "t3.micro"}
        made = self.ec2.create_launch_template(LaunchTemplateName="node", LaunchTemplateData=data)
        self.template = made["LaunchTemplate"]["LaunchTemplateId"]
        found = self.ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])
        self.subnets = {subnet["AvailabilityZone"]: subnet["SubnetId"] for subnet in found["Subnets"]}

    def test_karpenter_launches_a_node(self):
        overrides = [
            {"InstanceType": kind, "SubnetId": subnet, "AvailabilityZone": zone, "ImageId": IMAGE}
            for kind in ("c5.large", "m5.large")
            for zone, subnet in sorted(self.subnets.items())[:2]
        ]
        tags = [{"Key": "karpenter.sh/nodepool", "Value": "default"}]
        made = self.ec2.create_fleet(
            Type="instant",
            LaunchTemplateConfigs=[
                {
                    "LaunchTemplateSpecification": {"LaunchTemplateName": "node", "Version": "$Latest"},
                    "Overrides": overrides,
                }
            ],
            TargetCapacitySpecification={"DefaultTargetCapacityType": "spot", "TotalTargetCapacity": 1},
            SpotOptions={"AllocationStrategy": "price-capacity-optimized"},
            TagSpecifications=[
                {"ResourceType": kind, "Tags": tags} for kind in ("instance", "volume", "fleet")
            ],
        )
        self.assertEqual(made["Errors"], [])
        (group,) = made["Instances"]
        self.assertEqual((group["InstanceType"], group["Lifecycle"]), ("c5.large", "spot"))
        told = group["LaunchTemplateAndOverrides"]["Overrides"]
        self.assertEqual(told["SubnetId"], self.subnets[told["AvailabilityZone"]])
        found = self.ec2.describe_instances(InstanceIds=group["InstanceIds"])
        instance = found["Reservations"][0]["Instances"][0]
        self.assertEqual(instance["InstanceLifecycle"], "spot")
        self.assertEqual(instance["SubnetId"], told["SubnetId"])
        own = {tag["Key"]: tag["Value"] for tag in instance["Tags"]}
        self.assertEqual(own["aws:ec2:fleet-id"], made["FleetId"])
        self.assertEqual(own["aws:ec2launchtemplate:id"], self.template)
        self.assertEqual(own["karpenter.sh/nodepool"], "default")

    def test_terraforms_life_of_a_fleet(self):
        config = {"LaunchTemplateSpecification": {"LaunchTemplateId": self.template, "Version": "1"}}
        target = {"DefaultTargetCapacityType": "spot", "TotalTargetCapacity": 1}
        made = self.ec2.create_fleet(LaunchTemplateConfigs=[config], TargetCapacitySpecification=target)
        ids = [made["FleetId"]]

        def read():
            return self.ec2.describe_fleets(FleetIds=ids)["Fleets"][0]

        fleet = read()
        self.assertEqual((fleet["FleetState"], fleet["Type"]), ("active", "maintain"))
        self.assertEqual(fleet["LaunchTemplateConfigs"][0]["LaunchTemplateSpecification"], config["LaunchTemplateSpecification"])
        self.assertEqual(fleet["SpotOptions"]["AllocationStrategy"], "lowest-price")
        self.assertEqual(fleet, read(), "nothing differs when it is read again")
        self.ec2.modify_fleet(FleetId=ids[0], TargetCapacitySpecification={"TotalTargetCapacity": 2})
        self.assertEqual(read()["FulfilledCapacity"], 2.0)
        active = self.ec2.describe_fleet_instances(FleetId=ids[0])["ActiveInstances"]
        self.assertEqual([own["InstanceHealth"] for own in active], ["healthy"] * 2)
        deleted = self.ec2.delete_fleets(FleetIds=ids, TerminateInstances=True)
        self.assertEqual(deleted["UnsuccessfulFleetDeletions"], [])
        self.assertEqual(read()["FleetState"], "deleted")
        said = refusal(lambda: self.ec2.describe_fleets(FleetIds=["fleet-0"]))
        self.assertEqual(said, (400, "InvalidFleetId.NotFound", "The fleet ID 'fleet-0' does not exist"))

    def test_terraforms_life_of_a_spot_request(self):
        launch = {"ImageId": IMAGE, "InstanceType": "t3.micro"}
        made = self.ec2.request_spot_instances(LaunchSpecification=launch, SpotPrice="0.05")
        ids = [made["SpotInstanceRequests"][0]["SpotInstanceRequestId"]]
        waiter = self.ec2.get_waiter("spot_instance_request_fulfilled")
        waiter.wait(SpotInstanceRequestIds=ids, WaiterConfig=ONCE)
        request = self.ec2.describe_spot_instance_requests(SpotInstanceRequestIds=ids)["SpotInstanceRequests"][0]
        self.assertEqual((request["State"], request["Type"]), ("active", "one-time"))
        waiter = self.ec2.get_waiter("instance_running")
        waiter.wait(InstanceIds=[request["InstanceId"]], WaiterConfig=ONCE)
        self.ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=ids)
        waiter = self.ec2.get_waiter("spot_instance_request_fulfilled")
        waiter.wait(SpotInstanceRequestIds=ids, WaiterConfig=ONCE)
        self.ec2.terminate_instances(InstanceIds=[request["InstanceId"]])

    def test_terraforms_life_of_a_spot_fleet(self):
        config = {
            "IamFleetRole": "arn:aws:iam::000000000000:role/fleet",
            "TargetCapacity": 1,
            "LaunchSpecifications": [{"ImageId": IMAGE, "InstanceType": "t3.micro"}],
            "ValidUntil": datetime(2126, 1, 1, tzinfo=timezone.utc),
        }
        made = self.ec2.request_spot_fleet(SpotFleetRequestConfig=config)
        ids = [made["SpotFleetRequestId"]]

        def read():
            return self.ec2.describe_spot_fleet_requests(SpotFleetRequestIds=ids)["SpotFleetRequestConfigs"][0]

        fleet = read()
        self.assertEqual((fleet["SpotFleetRequestState"], fleet["ActivityStatus"]), ("active", "fulfilled"))
        self.assertEqual(fleet["SpotFleetRequestConfig"]["ValidUntil"], config["ValidUntil"])
        self.ec2.modify_spot_fleet_request(SpotFleetRequestId=ids[0], TargetCapacity=2)
        active = self.ec2.describe_spot_fleet_instances(SpotFleetRequestId=ids[0])["ActiveInstances"]
        self.assertEqual(len(active), 2)
        self.ec2.cancel_spot_fleet_requests(SpotFleetRequestIds=ids, TerminateInstances=True)
        self.assertEqual(read()["SpotFleetRequestState"], "cancelled")

    def test_terraforms_life_of_a_capacity_reservation(self):
        made = self.ec2.create_capacity_reservation(
            InstanceType="t3.micro", InstancePlatform="Linux/UNIX", AvailabilityZone="us-east-1a", InstanceCount=1
        )
        own = made["CapacityReservation"]["CapacityReservationId"]

        def read():
            found = self.ec2.describe_capacity_reservations(CapacityReservationIds=[own])
            return found["CapacityReservations"][0]

        self.assertEqual((read()["State"], read()["EndDateType"]), ("active", "unlimited"))
        self.ec2.modify_capacity_reservation(CapacityReservationId=own, InstanceCount=2)
        self.assertEqual(read()["AvailableInstanceCount"], 2)
        self.ec2.cancel_capacity_reservation(CapacityReservationId=own)
        self.assertEqual(read()["State"], "cancelled")

    def test_terraforms_life_of_a_host(self):
        made = self.ec2.allocate_hosts(InstanceType="c5.large", AvailabilityZone="us-east-1a", Quantity=1)
        ids = made["HostIds"]

        def read():
            return self.ec2.describe_hosts(HostIds=ids)["Hosts"][0]

        self.assertEqual((read()["State"], read()["AutoPlacement"]), ("available", "on"))
        self.ec2.modify_hosts(HostIds=ids, AutoPlacement="off")
        self.assertEqual(read()["AutoPlacement"], "off")
        self.assertEqual(self.ec2.release_hosts(HostIds=ids)["Successful"], ids)
        self.assertEqual(read()["State"], "released")


if __name__ == "__main__":
    unittest.main()
