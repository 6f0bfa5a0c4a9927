//! Which instances have a volume.

use crate::volume::Volume;
use base::Scope;
use ec2_resource::holders::Holders;
use ec2_resource::resource::key;
use store::View;

/// Volumes, as lists of instances see them.
pub(crate) struct OfVolumes;

impl Holders for OfVolumes {
    fn holders(&self, view: &View, scope: &Scope, filter: &str, value: &str) -> Option<Vec<String>> {
        if filter != "block-device-mapping.volume-id" {
            return None;
        }
        let found = view.get::<Volume>(&key(scope, value));
        let attachments = found.iter().flat_map(|own| &own.attachments);
        Some(attachments.map(|own| own.instance.to_string()).collect())
    }
}
