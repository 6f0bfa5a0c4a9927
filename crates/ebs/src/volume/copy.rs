//! Copies of volumes, in the zone of what they are copied from.

use super::{Asked, Birth, Measures, State, Volume, get, id, make, not_available, shape};
use crate::{Ebs as Service, encryption};
use ec2_resource::error::Error;
use ec2_resource::resource::Resource;
use ec2_resource::tag;
use ec2_resource::token::{self, Once, once};
use ports::Cx;
use shapes_ec2 as ec2;

/// `CopyVolumes`: answered as creating. What is not asked for is as the source has it.
pub(crate) fn copy(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CopyVolumesRequest,
) -> Result<ec2::CopyVolumesResult, Error> {
    let digest = token::digest(&input);
    let source = id(input.source_volume_id)?;
    let tags = tag::of_specifications(input.tag_specifications, Volume::TYPE)?;
    let wish = encryption::Asked { encrypted: input.encrypted, key: input.kms_key_id };
    let call = Once { operation: "CopyVolumes", token: input.client_token.as_deref(), digest: &digest };
    let asked = Asked {
        kind: input.volume_type,
        size_gib: input.size,
        iops: input.iops,
        throughput: input.throughput,
        multi_attach: input.multi_attach_enabled == Some(true),
    };
    let copy = cx.write(|tx| {
        once(tx, cx.scope(), &call, |tx| {
            let source = get(tx, cx.scope(), &source)?;
            match source.state {
                State::Available => {}
                State::Creating | State::Deleting => return Err(not_available(&source.id)),
            }
            let measures = Measures::of(&like(&asked, &source.measures), Some(source.measures.size_gib))?;
            if measures.size_gib < source.measures.size_gib {
                let sentence = "New size cannot be smaller than existing size";
                return Err(Error::Parameter(sentence.to_owned()));
            }
            let birth = Birth {
                zone: source.zone.clone(),
                measures,
                snapshot: None,
                source: Some(source.id.clone()),
                fast_restored: false,
                initialization_rate: None,
                content: source.content.clone(),
                key: encryption::of_volume_copy(tx, cx.scope(), &wish, source.key.as_ref())?,
                tags: tags.clone(),
            };
            Ok(make(tx, cx, birth))
        })
    })?;
    Ok(ec2::CopyVolumesResult { volumes: Some(vec![shape(&copy)]) })
}

/// What is asked for, and the source's own figures where its type stays.
fn like(asked: &Asked, source: &Measures) -> Asked {
    let same = asked.kind.as_deref().is_none_or(|word| word == source.kind.word());
    let own = |asked: Option<i32>, source: Option<i32>| asked.or(source.filter(|_| same));
    Asked {
        kind: Some(asked.kind.clone().unwrap_or_else(|| source.kind.word().to_owned())),
        size_gib: asked.size_gib,
        iops: own(asked.iops, source.iops.filter(|_| source.kind.takes_iops())),
        throughput: own(asked.throughput, source.throughput),
        multi_attach: asked.multi_attach,
    }
}
