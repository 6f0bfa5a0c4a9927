//! What requests ask for. Sources: the Service Authorization Reference, and the pages named at the cases.

use crate::{Request, checks};
use shape::Operation;

const ACCOUNT: &str = "123456789012";

/// The pairs of a request, `action arn`, with its values of condition keys behind.
pub(super) fn pairs<O: Operation>(input: O::Input, user: Option<&str>) -> Vec<String> {
    let request = Request { partition: "aws", region: "eu-west-1", account: ACCOUNT, user };
    let checks = checks(O::META, &input, &request).unwrap();
    let context = |(key, values): &(&str, Vec<String>)| format!(" {key}={}", values.join(","));
    checks
        .iter()
        .map(|check| {
            let keys: String = check.context.iter().map(context).collect();
            let arn = check.arn.replace(&format!("arn:aws:ec2:eu-west-1:{ACCOUNT}:"), "ec2:/");
            format!("{} {arn}{keys}", check.action.name)
        })
        .collect()
}

#[track_caller]
pub(super) fn check<O: Operation>(input: O::Input, want: &[&str]) {
    assert_eq!(pairs::<O>(input, Some("division/ann")), want);
}

/// Some text.
pub(super) fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

mod ec2 {
    use super::{check, pairs, some};
    use shapes_ec2 as api;

    #[test]
    fn a_launch_concerns_all_it_uses_and_makes() {
        let input = api::RunInstancesRequest {
            image_id: some("ami-1"),
            subnet_id: some("subnet-1"),
            security_group_ids: Some(vec!["sg-1".into(), "sg-2".into()]),
            key_name: some("key"),
            tag_specifications: Some(vec![
                api::TagSpecification { resource_type: Some("instance".into()), ..Default::default() },
                api::TagSpecification { resource_type: Some("volume".into()), ..Default::default() },
            ]),
            ..Default::default()
        };
        check::<api::RunInstances>(
            input,
            &[
                "ec2:RunInstances ec2:/instance/*",
                "ec2:RunInstances arn:aws:ec2:eu-west-1::image/ami-1",
                "ec2:RunInstances ec2:/network-interface/*",
                "ec2:RunInstances ec2:/volume/*",
                "ec2:RunInstances ec2:/security-group/sg-1",
                "ec2:RunInstances ec2:/security-group/sg-2",
                "ec2:RunInstances ec2:/subnet/subnet-1",
                "ec2:RunInstances ec2:/key-pair/key",
                "ec2:CreateTags ec2:/instance/* ec2:CreateAction=RunInstances",
                "ec2:CreateTags ec2:/volume/* ec2:CreateAction=RunInstances",
            ],
        );
    }

    #[test]
    fn a_launch_concerns_its_placement_group_however_that_is_named() {
        for (placement, want) in [
            (api::Placement { group_name: some("near"), ..Default::default() }, "near"),
            (api::Placement { group_id: some("pg-1"), ..Default::default() }, "pg-1"),
        ] {
            let input = api::RunInstancesRequest { placement: Some(placement), ..Default::default() };
            let want = format!("ec2:RunInstances ec2:/placement-group/{want}");
            assert!(pairs::<api::RunInstances>(input, None).contains(&want), "{want}");
        }
    }

    #[test]
    fn a_launch_without_particulars_concerns_any() {
        check::<api::RunInstances>(
            api::RunInstancesRequest::default(),
            &[
                "ec2:RunInstances ec2:/instance/*",
                "ec2:RunInstances arn:aws:ec2:eu-west-1::image/*",
                "ec2:RunInstances ec2:/network-interface/*",
                "ec2:RunInstances ec2:/volume/*",
                "ec2:RunInstances ec2:/security-group/*",
                "ec2:RunInstances ec2:/subnet/*",
            ],
        );
    }

    /// What the template names is the handler's to ask.
    #[test]
    fn a_launch_from_a_template_concerns_the_template() {
        let input = api::RunInstancesRequest {
            image_id: some("ami-1"),
            launch_template: Some(api::LaunchTemplateSpecification {
                launch_template_name: some("web"),
                ..Default::default()
            }),
            ..Default::default()
        };
        check::<api::RunInstances>(input, &["ec2:RunInstances ec2:/launch-template/web"]);
    }

    #[test]
    fn the_service_of_an_endpoint_is_told_of_the_endpoint_alone() {
        let input = api::CreateVpcEndpointRequest {
            vpc_id: some("vpc-1"),
            service_name: some("com.amazonaws.eu-west-1.s3"),
            ..Default::default()
        };
        check::<api::CreateVpcEndpoint>(
            input,
            &[
                "ec2:CreateVpcEndpoint ec2:/vpc/vpc-1",
                "ec2:CreateVpcEndpoint ec2:/vpc-endpoint/* ec2:VpceServiceName=com.amazonaws.eu-west-1.s3",
            ],
        );
    }

    /// Source: EC2 user guide, "Identity-based policies for Amazon EC2", the examples of RunInstances.
    #[test]
    fn what_an_instance_is_to_be_is_told_of_the_instance() {
        let input = api::RunInstancesRequest {
            image_id: some("ami-1"),
            instance_type: some("t3.micro"),
            metadata_options: Some(api::InstanceMetadataOptionsRequest {
                http_tokens: some("required"),
                ..Default::default()
            }),
            ..Default::default()
        };
        let keys = "ec2:InstanceType=t3.micro ec2:MetadataHttpTokens=required";
        assert_eq!(
            pairs::<api::RunInstances>(input, None)[..2],
            [
                format!("ec2:RunInstances ec2:/instance/* {keys}"),
                "ec2:RunInstances arn:aws:ec2:eu-west-1::image/ami-1".to_owned(),
            ]
        );
    }

    #[test]
    fn tags_go_by_the_prefix_of_ids() {
        let ids = ["vpc-1", "snap-1", "tgw-attach-1", "unheard-of-1"];
        let input =
            api::CreateTagsRequest { resources: Some(ids.map(str::to_owned).to_vec()), ..Default::default() };
        check::<api::CreateTags>(
            input,
            &[
                "ec2:CreateTags ec2:/vpc/vpc-1",
                "ec2:CreateTags arn:aws:ec2:eu-west-1::snapshot/snap-1",
                "ec2:CreateTags ec2:/transit-gateway-attachment/tgw-attach-1",
                "ec2:CreateTags ec2:/*/unheard-of-1",
            ],
        );
    }

    /// Source: service authorization reference, AssociateRouteTable.
    #[test]
    fn route_tables_are_those_of_subnets_and_of_gateways() {
        for (subnet, gateway, want) in [
            (some("subnet-1"), None, "subnet/subnet-1"),
            (None, some("igw-1"), "internet-gateway/igw-1"),
            (None, some("vgw-1"), "vpn-gateway/vgw-1"),
        ] {
            let input = api::AssociateRouteTableRequest {
                route_table_id: some("rtb-1"),
                subnet_id: subnet,
                gateway_id: gateway,
                ..Default::default()
            };
            let want = format!("ec2:AssociateRouteTable ec2:/{want}");
            check::<api::AssociateRouteTable>(
                input,
                &["ec2:AssociateRouteTable ec2:/route-table/rtb-1", &want],
            );
        }
    }

    #[test]
    fn descriptions_know_only_the_star() {
        let input =
            api::DescribeInstancesRequest { instance_ids: Some(vec!["i-1".into()]), ..Default::default() };
        check::<api::DescribeInstances>(input, &["ec2:DescribeInstances *"]);
    }

    #[test]
    fn what_is_made_is_new_and_what_it_lies_in_is_known() {
        let input = api::CreateSubnetRequest { vpc_id: some("vpc-1"), ..Default::default() };
        check::<api::CreateSubnet>(
            input,
            &[
                "ec2:CreateSubnet ec2:/subnet/* ec2:Vpc=arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1",
                "ec2:CreateSubnet ec2:/vpc/vpc-1",
            ],
        );
    }

    #[test]
    fn rules_concern_their_group() {
        let input =
            api::AuthorizeSecurityGroupIngressRequest { group_id: some("sg-1"), ..Default::default() };
        check::<api::AuthorizeSecurityGroupIngress>(
            input,
            &["ec2:AuthorizeSecurityGroupIngress ec2:/security-group/sg-1"],
        );
    }
}

mod identities {
    use super::{check, pairs, some};
    use shapes_iam as api;

    #[test]
    fn no_user_means_the_caller() {
        let user = "iam:GetUser arn:aws:iam::123456789012:user/";
        check::<api::GetUser>(api::GetUserRequest::default(), &[&format!("{user}division/ann")]);
        let named = api::GetUserRequest { user_name: some("bob") };
        check::<api::GetUser>(named, &[&format!("{user}bob")]);
        assert_eq!(pairs::<api::GetUser>(api::GetUserRequest::default(), None), [format!("{user}*")]);
    }

    #[test]
    fn what_is_made_has_its_path() {
        let role = |path: Option<&str>| api::CreateRoleRequest {
            path: path.map(str::to_owned),
            role_name: some("app"),
            ..Default::default()
        };
        let arn = "arn:aws:iam::123456789012:role/";
        check::<api::CreateRole>(role(Some("/team/")), &[&format!("iam:CreateRole {arn}team/app")]);
        check::<api::CreateRole>(role(None), &[&format!("iam:CreateRole {arn}app")]);
    }

    #[test]
    fn a_role_in_a_profile_is_passed() {
        let input = api::AddRoleToInstanceProfileRequest {
            instance_profile_name: some("profile"),
            role_name: some("app"),
        };
        check::<api::AddRoleToInstanceProfile>(
            input,
            &[
                "iam:AddRoleToInstanceProfile arn:aws:iam::123456789012:instance-profile/profile",
                "iam:PassRole arn:aws:iam::123456789012:role/app iam:PassedToService=ec2.amazonaws.com",
            ],
        );
    }

    #[test]
    fn policies_are_named_by_arn_and_told_to_conditions() {
        let arn = "arn:aws:iam::aws:policy/AdministratorAccess";
        let input = api::AttachRolePolicyRequest { role_name: some("app"), policy_arn: some(arn) };
        let want = format!("iam:AttachRolePolicy arn:aws:iam::123456789012:role/app iam:PolicyARN={arn}");
        check::<api::AttachRolePolicy>(input, &[&want]);
    }

    #[test]
    fn providers_and_devices_are_arns() {
        let input = api::CreateOpenIDConnectProviderRequest {
            url: some("https://oidc.eks.eu-west-1.amazonaws.com/id/AB"),
            ..Default::default()
        };
        let want = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB";
        check::<api::CreateOpenIDConnectProvider>(
            input,
            &[&format!("iam:CreateOpenIDConnectProvider {want}")],
        );
        let input = api::GetOpenIDConnectProviderRequest { open_id_connect_provider_arn: some(want) };
        check::<api::GetOpenIDConnectProvider>(input, &[&format!("iam:GetOpenIDConnectProvider {want}")]);
        let device = "arn:aws:iam::123456789012:mfa/ann";
        let input = api::DeleteVirtualMFADeviceRequest { serial_number: some(device) };
        check::<api::DeleteVirtualMFADevice>(input, &[&format!("iam:DeleteVirtualMFADevice {device}")]);
    }

    #[test]
    fn roles_of_services_are_told_to_conditions() {
        let input = api::CreateServiceLinkedRoleRequest {
            aws_service_name: some("eks.amazonaws.com"),
            ..Default::default()
        };
        check::<api::CreateServiceLinkedRole>(
            input,
            &[
                "iam:CreateServiceLinkedRole arn:aws:iam::123456789012:role/aws-service-role/eks.amazonaws.com/* \
               iam:AWSServiceName=eks.amazonaws.com",
            ],
        );
    }
}

mod s3 {
    use super::{check, some};
    use shapes_s3 as api;

    /// Source: Amazon S3 User Guide, "Required permissions for Amazon S3 API operations".
    #[test]
    fn a_version_is_another_action() {
        let get = |version: Option<&str>| api::GetObjectRequest {
            bucket: some("b"),
            key: some("a/k"),
            version_id: version.map(str::to_owned),
            ..Default::default()
        };
        check::<api::GetObject>(get(None), &["s3:GetObject arn:aws:s3:::b/a/k"]);
        check::<api::GetObject>(get(Some("v")), &["s3:GetObjectVersion arn:aws:s3:::b/a/k s3:versionid=v"]);
    }

    #[test]
    fn headers_ask_for_more() {
        let input = api::PutObjectRequest {
            bucket: some("b"),
            key: some("k"),
            tagging: some("a=1&b=2"),
            acl: Some("public-read".into()),
            ..Default::default()
        };
        check::<api::PutObject>(
            input,
            &[
                "s3:PutObject arn:aws:s3:::b/k s3:x-amz-acl=public-read s3:RequestObjectTagKeys=a,b",
                "s3:PutObjectTagging arn:aws:s3:::b/k s3:RequestObjectTagKeys=a,b",
                "s3:PutObjectAcl arn:aws:s3:::b/k s3:x-amz-acl=public-read",
            ],
        );
    }

    #[test]
    fn access_points_are_resources_of_their_own() {
        let point = "arn:aws:s3:eu-west-1:123456789012:accesspoint/p";
        let get = api::GetObjectRequest { bucket: some(point), key: some("k"), ..Default::default() };
        check::<api::GetObject>(get, &[&format!("s3:GetObject {point}/object/k")]);
        let list =
            api::ListObjectsV2Request { bucket: some(point), prefix: some("p/"), ..Default::default() };
        check::<api::ListObjectsV2>(list, &[&format!("s3:ListBucket {point} s3:prefix=p/")]);
    }

    #[test]
    fn handlers_ask_for_each_key_by_themselves() {
        let object = api::ObjectIdentifier { key: some("k"), ..Default::default() };
        let delete = api::Delete { objects: Some(vec![object]), ..Default::default() };
        let input =
            api::DeleteObjectsRequest { bucket: some("b"), delete: Some(delete), ..Default::default() };
        check::<api::DeleteObjects>(input, &[]);
    }
}

mod others {
    use super::{check, some};

    /// Source: Route 53 Developer Guide, "Using IAM policy conditions for fine-grained access control".
    #[test]
    fn changes_of_records_are_told_to_conditions() {
        use shapes_route53 as api;
        let change = |name: &str, action: &str| api::Change {
            action: Some(action.into()),
            resource_record_set: Some(api::ResourceRecordSet {
                name: some(name),
                type_: Some("TXT".into()),
                ..Default::default()
            }),
        };
        let changes = vec![change("A.example.com.", "UPSERT"), change("*.example.com", "DELETE")];
        let input = api::ChangeResourceRecordSetsRequest {
            hosted_zone_id: some("/hostedzone/Z1"),
            change_batch: Some(api::ChangeBatch { changes: Some(changes), ..Default::default() }),
        };
        check::<api::ChangeResourceRecordSets>(
            input,
            &["route53:ChangeResourceRecordSets arn:aws:route53:::hostedzone/Z1 \
               route53:ChangeResourceRecordSetsActions=UPSERT,DELETE \
               route53:ChangeResourceRecordSetsNormalizedRecordNames=a.example.com,\\052.example.com \
               route53:ChangeResourceRecordSetsRecordTypes=TXT,TXT"],
        );
    }

    #[test]
    fn an_arn_tells_the_kind_of_load_balancer() {
        use shapes_elbv2 as api;
        let arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/n/1";
        let input = api::DeleteLoadBalancerInput { load_balancer_arn: some(arn) };
        check::<api::DeleteLoadBalancer>(input, &[&format!("elasticloadbalancing:DeleteLoadBalancer {arn}")]);
        let foreign = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/t/1";
        let input = api::DeleteLoadBalancerInput { load_balancer_arn: some(foreign) };
        check::<api::DeleteLoadBalancer>(
            input,
            &[&format!("elasticloadbalancing:DeleteLoadBalancer {foreign}")],
        );
        let input = api::CreateLoadBalancerInput {
            name: some("n"),
            type_: Some("network".into()),
            ..Default::default()
        };
        check::<api::CreateLoadBalancer>(
            input,
            &["elasticloadbalancing:CreateLoadBalancer \
               arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/n/*"],
        );
    }
}

mod tags {
    use super::some;
    use crate::{RequestTags, action, request_tags};
    use shape::Shape;

    #[track_caller]
    fn check(input: &dyn Shape, kind: Option<&str>, tags: &[(&str, &str)], keys: &[&str]) {
        let own = |text: &&str| (*text).to_owned();
        let want = RequestTags {
            tags: tags.iter().map(|(key, value)| (own(key), own(value))).collect(),
            keys: keys.iter().map(own).collect(),
        };
        let kinds = &action("ec2:CreateTags").unwrap().resources;
        let kind = kind.map(|name| kinds.iter().find(|resource| resource.kind.name == name).unwrap().kind);
        assert_eq!(request_tags(input, kind), want);
    }

    #[test]
    fn specifications_count_for_their_type() {
        use shapes_ec2 as api;
        let specification = |kind: &str, key: &str| api::TagSpecification {
            resource_type: Some(kind.into()),
            tags: Some(vec![api::Tag { key: some(key), value: some("v") }]),
        };
        let input = api::RunInstancesRequest {
            tag_specifications: Some(vec![specification("instance", "a"), specification("volume", "b")]),
            ..Default::default()
        };
        check(&input, Some("instance"), &[("a", "v")], &["a"]);
        check(&input, None, &[("a", "v"), ("b", "v")], &["a", "b"]);
        check(&input, Some("subnet"), &[], &[]);
    }

    #[test]
    fn tags_are_lists_and_wrapped_and_taken_off() {
        let tag = shapes_iam::Tag { key: some("a"), value: some("") };
        let input = shapes_iam::CreateUserRequest { tags: Some(vec![tag]), ..Default::default() };
        check(&input, None, &[("a", "")], &["a"]);
        let input = shapes_iam::UntagUserRequest {
            tag_keys: Some(vec!["a".into(), "b".into()]),
            ..Default::default()
        };
        check(&input, None, &[], &["a", "b"]);
        let tags = vec![shapes_s3::Tag { key: some("a"), value: some("v") }];
        let input = shapes_s3::PutBucketTaggingRequest {
            tagging: Some(shapes_s3::Tagging { tag_set: Some(tags) }),
            ..Default::default()
        };
        check(&input, None, &[("a", "v")], &["a"]);
        let input = shapes_route53::ChangeTagsForResourceRequest {
            add_tags: Some(vec![shapes_route53::Tag { key: some("a"), value: some("v") }]),
            remove_tag_keys: Some(vec!["b".into()]),
            ..Default::default()
        };
        check(&input, None, &[("a", "v")], &["a", "b"]);
    }
}

mod organizations {
    use super::{check, some};
    use shapes_organizations as api;

    const OWN: &str = "arn:aws:organizations::123456789012:";

    /// Ids lose the prefix that the templates of ARNs have already.
    #[test]
    fn a_policy_is_attached_to_a_root_a_unit_or_an_account() {
        for (target, want) in [
            ("r-ab12", "root/o-*/r-ab12"),
            ("ou-ab12-cdefghij", "ou/o-*/ou-ab12-cdefghij"),
            ("111111111111", "account/o-*/111111111111"),
        ] {
            let attach = "organizations:AttachPolicy";
            check::<api::AttachPolicy>(
                api::AttachPolicyRequest { policy_id: some("p-12345678"), target_id: some(target) },
                &[&format!("{attach} {OWN}policy/o-*/*/p-12345678"), &format!("{attach} {OWN}{want}")],
            );
        }
    }

    #[test]
    fn an_account_leaves_one_place_for_another() {
        let step = "organizations:MoveAccount";
        check::<api::MoveAccount>(
            api::MoveAccountRequest {
                account_id: some("111111111111"),
                source_parent_id: some("r-ab12"),
                destination_parent_id: some("ou-ab12-cdefghij"),
            },
            &[
                &format!("{step} {OWN}account/o-*/111111111111"),
                &format!("{step} {OWN}root/o-*/r-ab12"),
                &format!("{step} {OWN}ou/o-*/ou-ab12-cdefghij"),
            ],
        );
    }

    #[test]
    fn the_kind_of_a_policy_is_a_key() {
        check::<api::CreatePolicy>(
            api::CreatePolicyRequest {
                type_: some("SERVICE_CONTROL_POLICY"),
                ..api::CreatePolicyRequest::default()
            },
            &[&format!(
                "organizations:CreatePolicy {OWN}policy/o-*/*/p-* organizations:PolicyType=SERVICE_CONTROL_POLICY"
            )],
        );
    }
}
