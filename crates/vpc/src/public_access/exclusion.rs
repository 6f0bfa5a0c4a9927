//! VPCs and subnets that are excluded from the block of public access.

use super::model::{Exclusion, ExclusionMode, ExclusionState, TurnedExclusion};
use crate::error::{Error, Kind, PublicAccess};
use crate::event::Changed;
use crate::id::PublicAccessExclusionId;
use crate::listing::{self, Wish};
use crate::resource::{Resource, required, tag_set, take};
use crate::subnet::{self, Subnet};
use crate::vpc::{self, Vpc};
use crate::{Vpc as Service, home, tag};
use base::Scope;
use ports::Cx;
use shapes_ec2 as ec2;
use store::{Record, Tx};

/// How long AWS shows an exclusion as in progress, in milliseconds.
const TURNING_MILLIS: u32 = 30_000;

/// `CreateVpcBlockPublicAccessExclusion`: of a VPC or of a subnet, also where nothing is blocked.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Service,
    input: ec2::CreateVpcBlockPublicAccessExclusionRequest,
) -> Result<ec2::CreateVpcBlockPublicAccessExclusionResult, Error> {
    let mode = mode(input.internet_gateway_exclusion_mode)?;
    let tags = tag::of_specifications(input.tag_specifications, Exclusion::TYPE)?;
    let (vpc_id, subnet_id) = match (input.vpc_id, input.subnet_id) {
        (Some(vpc), None) => (Some(vpc::id(Some(vpc))?), None),
        (None, Some(subnet)) => (None, Some(subnet::id(Some(subnet))?)),
        (None, None) => {
            return Err(Error::MissingOneOf("Either 'vpcId' or 'subnetId' should be provided."));
        }
        (Some(_), Some(_)) => {
            let sentence = "The parameter VpcId cannot be used with the parameter SubnetId";
            return Err(Error::Combination(sentence.to_owned()));
        }
    };
    let exclusion = home::write(cx, |tx| {
        let arn = match (&vpc_id, &subnet_id) {
            (Some(id), _) => take::<Vpc>(tx, cx.scope(), id.as_str())?.arn(),
            (None, Some(id)) => take::<Subnet>(tx, cx.scope(), id.as_str())?.arn(),
            (None, None) => return Err(Error::Missing("vpcId")),
        };
        let twin = tx.by(&Exclusion::RESOURCE, &arn).find(|own| own.state.counts());
        if let Some(twin) = twin {
            return Err(PublicAccess::Excluded(twin.id.to_string(), arn).into());
        }
        let exclusion = Exclusion {
            scope: cx.scope().clone(),
            id: PublicAccessExclusionId::new(cx.ids()),
            resource: arn,
            mode,
            state: ExclusionState::Creating,
            created_at: tx.now(),
            updated_at: None,
            deleted_at: None,
            tags: tags.clone(),
        };
        turn(tx, &exclusion, "VpcBlockPublicAccessExclusionCreated");
        Ok(exclusion)
    })?;
    Ok(ec2::CreateVpcBlockPublicAccessExclusionResult {
        vpc_block_public_access_exclusion: Some(shape(&exclusion)),
    })
}

fn mode(word: Option<String>) -> Result<ExclusionMode, Error> {
    let word = required(word, "internetGatewayExclusionMode")?;
    ExclusionMode::read(&word).ok_or_else(|| {
        let reason = "Valid values are allow-bidirectional and allow-egress.".to_owned();
        Error::Value("internetGatewayExclusionMode", word, reason)
    })
}

/// Keeps an exclusion that is on its way to another state, and lets it arrive.
fn turn(tx: &mut Tx, exclusion: &Exclusion, kind: &'static str) {
    let (scope, id) = (exclusion.scope.clone(), exclusion.id.clone());
    tx.after(TURNING_MILLIS, TurnedExclusion { scope, id });
    tx.emit(&Changed { kind, resource: exclusion.arn() });
    tx.put(exclusion.clone());
}

fn id(text: Option<String>) -> Result<PublicAccessExclusionId, Error> {
    let text = required(text, "exclusionId")?;
    PublicAccessExclusionId::parse(&text)
        .map_err(|error| Error::Malformed(Kind::PublicAccessExclusion, error.given, error.prefix))
}

/// An exclusion that is there and on its way to nothing else.
fn settled(tx: &Tx, scope: &Scope, id: &PublicAccessExclusionId) -> Result<Exclusion, Error> {
    let own: Exclusion = take(tx, scope, id.as_str())?;
    match own.state.is_turning() || !own.state.counts() {
        true => Err(PublicAccess::Turning(id.to_string(), own.state.word()).into()),
        false => Ok(own),
    }
}

/// `ModifyVpcBlockPublicAccessExclusion`: what it lets pass.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Service,
    input: ec2::ModifyVpcBlockPublicAccessExclusionRequest,
) -> Result<ec2::ModifyVpcBlockPublicAccessExclusionResult, Error> {
    let id = id(input.exclusion_id)?;
    let mode = mode(input.internet_gateway_exclusion_mode)?;
    let exclusion = home::write(cx, |tx| {
        let own = settled(tx, cx.scope(), &id)?;
        let updated_at = Some(tx.now());
        let own = Exclusion { mode, state: ExclusionState::Updating, updated_at, ..own };
        turn(tx, &own, "VpcBlockPublicAccessExclusionChanged");
        Ok(own)
    })?;
    Ok(ec2::ModifyVpcBlockPublicAccessExclusionResult {
        vpc_block_public_access_exclusion: Some(shape(&exclusion)),
    })
}

/// `DeleteVpcBlockPublicAccessExclusion`: it is shown for a while as deleted.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteVpcBlockPublicAccessExclusionRequest,
) -> Result<ec2::DeleteVpcBlockPublicAccessExclusionResult, Error> {
    let id = id(input.exclusion_id)?;
    let exclusion = home::write(cx, |tx| {
        let own = settled(tx, cx.scope(), &id)?;
        let deleted_at = Some(tx.now());
        let own = Exclusion { state: ExclusionState::Deleting, deleted_at, ..own };
        turn(tx, &own, "VpcBlockPublicAccessExclusionDeleted");
        Ok(own)
    })?;
    Ok(ec2::DeleteVpcBlockPublicAccessExclusionResult {
        vpc_block_public_access_exclusion: Some(shape(&exclusion)),
    })
}

/// `DescribeVpcBlockPublicAccessExclusions`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeVpcBlockPublicAccessExclusionsRequest,
) -> Result<ec2::DescribeVpcBlockPublicAccessExclusionsResult, Error> {
    let wish = Wish {
        ids: input.exclusion_ids,
        filters: input.filters,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page =
        listing::list(cx, "DescribeVpcBlockPublicAccessExclusions", wish, |_, row: &Exclusion| shape(row))?;
    Ok(ec2::DescribeVpcBlockPublicAccessExclusionsResult {
        vpc_block_public_access_exclusions: Some(page.items),
        next_token: page.next_token,
    })
}

/// The exclusions of a VPC or a subnet go with it.
pub(crate) fn forget(tx: &mut Tx, arn: &str) {
    let keys: Vec<String> = tx.by(&Exclusion::RESOURCE, arn).map(|own| own.key()).collect();
    for key in keys {
        tx.delete::<Exclusion>(&key);
    }
}

fn shape(own: &Exclusion) -> ec2::VpcBlockPublicAccessExclusion {
    ec2::VpcBlockPublicAccessExclusion {
        exclusion_id: Some(own.id.to_string()),
        internet_gateway_exclusion_mode: Some(own.mode.word().to_owned()),
        resource_arn: Some(own.resource.clone()),
        state: Some(own.state.word().to_owned()),
        creation_timestamp: Some(own.created_at.into()),
        last_update_timestamp: own.updated_at.map(Into::into),
        deletion_timestamp: own.deleted_at.map(Into::into),
        tags: tag_set(&own.tags),
        ..ec2::VpcBlockPublicAccessExclusion::default()
    }
}
