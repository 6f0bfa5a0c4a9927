//! Load balancers as endpoint services of EC2 see them.

use crate::{Place, refuses};
use serde_json::json;

#[test]
fn endpoint_services_stand_on_network_load_balancers() {
    let place = Place::new();
    let (net, web) = (place.balancer("network", "net"), place.balancer("application", "web"));
    let op = "CreateVpcEndpointServiceConfiguration";
    let made = place.ec2.call(op, &json!({ "NetworkLoadBalancerArn": [net] })).ok();
    let zones = made.texts("serviceConfiguration.availabilityZoneSet.item");
    assert_eq!(zones, ["us-east-1a", "us-east-1b"]);
    assert!(place.ec2.call(op, &json!({ "NetworkLoadBalancerArn": [web] })).refusal().status == 400);
    // Recorded: MinhHungPhan/aws-hands-on-labs issue 2.
    let used = format!(
        "Load balancer '{net}' cannot be deleted because it is currently associated with another service"
    );
    let delete = json!({ "LoadBalancerArn": net });
    refuses(&place.v2, &[("DeleteLoadBalancer", delete.clone(), "ResourceInUse", &used)]);
    let id = json!({ "ServiceId": [made.text("serviceConfiguration.serviceId")] });
    place.ec2.call("DeleteVpcEndpointServiceConfigurations", &id).ok();
    place.v2.call("DeleteLoadBalancer", &delete).ok();
    let nothing = net.replace("/net/net/", "/net/nothing/");
    assert!(place.ec2.call(op, &json!({ "NetworkLoadBalancerArn": [nothing] })).refusal().status == 400);
}
