//! What instances, and what they are made from, bring to decisions about calls.

use crate::KINDS;
use ec2_resource::authority::Known;
use ports::Resources;
use std::sync::Arc;

/// Knows the resources of this crate.
pub fn resources() -> Arc<dyn Resources> {
    Arc::new(Known(KINDS))
}

#[cfg(test)]
mod tests {
    use super::resources;
    use base::AccountId;
    use ports::Caller;
    use shapes_ec2 as ec2;
    use testkit::Local;

    fn tags(kind: &str) -> Option<Vec<ec2::TagSpecification>> {
        let tag = ec2::Tag { key: Some("team".to_owned()), value: Some("red".to_owned()) };
        Some(vec![ec2::TagSpecification { resource_type: Some(kind.to_owned()), tags: Some(vec![tag]) }])
    }

    #[test]
    fn named_resources_are_known_by_their_names_and_by_their_ids() {
        let local = Local::new(crate::alone::install);
        let cx = local.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
        let key = ec2::CreateKeyPairRequest {
            key_name: Some("web".to_owned()),
            key_type: Some("ed25519".to_owned()),
            tag_specifications: tags("key-pair"),
            ..ec2::CreateKeyPairRequest::default()
        };
        let key = local.call_with::<ec2::CreateKeyPair>(&cx, key).unwrap().key_pair_id.unwrap();
        let group = ec2::CreatePlacementGroupRequest {
            group_name: Some("near".to_owned()),
            tag_specifications: tags("placement-group"),
            ..ec2::CreatePlacementGroupRequest::default()
        };
        let group = local.call_with::<ec2::CreatePlacementGroup>(&cx, group).unwrap();
        let group = group.placement_group.unwrap().group_id.unwrap();
        let look = |resource: &str| {
            let arn = format!("arn:aws:ec2:us-east-1:000000000000:{resource}");
            assert!(resources().knows(&arn), "{arn}");
            resources().look_up(&cx, "ec2:CreateTags", &arn)
        };
        for (resource, name, want) in [
            ("key-pair/web".to_owned(), "ec2:KeyPairName", "web"),
            (format!("key-pair/{key}"), "ec2:KeyPairName", "web"),
            ("key-pair/web".to_owned(), "ec2:KeyPairType", "ed25519"),
            ("placement-group/near".to_owned(), "ec2:PlacementGroupName", "near"),
            (format!("placement-group/{group}"), "ec2:PlacementGroupStrategy", "cluster"),
        ] {
            let found = look(&resource).unwrap();
            assert_eq!(found.tags, [("team".to_owned(), "red".to_owned())], "{resource}");
            let values =
                found.keys.into_iter().find(|(key, _)| key == name).map(|(_, values)| values.concat());
            assert_eq!(values.as_deref(), Some(want), "{resource} {name}");
        }
        let template = ec2::CreateLaunchTemplateRequest {
            launch_template_name: Some("team/web".to_owned()),
            launch_template_data: Some(ec2::RequestLaunchTemplateData {
                image_id: Some("ami-1".to_owned()),
                ..ec2::RequestLaunchTemplateData::default()
            }),
            ..ec2::CreateLaunchTemplateRequest::default()
        };
        let template = local.call_with::<ec2::CreateLaunchTemplate>(&cx, template).unwrap();
        let template =
            format!("launch-template/{}", template.launch_template.unwrap().launch_template_id.unwrap());
        let arn = |resource: &str| format!("arn:aws:ec2:us-east-1:000000000000:{resource}");
        for (resource, want) in [
            ("launch-template/team/web".to_owned(), Some(template.as_str())),
            (template.clone(), None),
            (format!("key-pair/{key}"), Some("key-pair/web")),
            ("key-pair/web".to_owned(), None),
            (format!("placement-group/{group}"), Some("placement-group/near")),
            ("launch-template/*".to_owned(), None),
        ] {
            assert_eq!(resources().true_arn(&cx, &arn(&resource)), want.map(arn), "{resource}");
        }
        for resource in ["key-pair/near", "key-pair/*", "placement-group/web", "launch-template/web"] {
            assert!(look(resource).is_none(), "{resource}");
        }
    }
}
